// A real browser looks at the hub's pages. Arguments: the hub's address, and a folder where pictures of everything it
// looked at are to be left. A line of JSON is a walk and what it needs; the answer is what was found.
import { createInterface } from 'node:readline';
import { Looker } from './browser/look.mjs';
import { start } from './browser/telephone.mjs';
import { plain, portal } from './browser/portal.mjs';
import { codes, signIn } from './browser/walks.mjs';

const walks = { codes, signIn, portal, plain };
const [hub, folder] = process.argv.slice(2);
const browser = await start();
for await (const line of createInterface({ input: process.stdin })) {
  const { walk, ...needs } = JSON.parse(line);
  const looker = new Looker(folder);
  await walks[walk](looker, browser, hub, needs).catch((error) => looker.fault(walk, error.stack));
  const { found, looked, heaviest } = looker;
  console.log(JSON.stringify({ found, looked, heaviest }));
}
await browser.close();
