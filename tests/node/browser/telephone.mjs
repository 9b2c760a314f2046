// Telephones: each a browser context of its own, that comes to the hub from an address of its own, as telephones do. A
// byte goes through unread; only the address is another, so that each has its own number of tries.
import { connect, createServer } from 'node:net';
import { chromium } from 'playwright-core';

// Nothing here takes longer on a machine that does other things beside.
const PATIENCE = 20_000;
const PROGRAM = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// One browser for all. Pages that were left may come back from memory, as in the browsers that people have; the test
// tool would switch that off.
export const start = () =>
  chromium.launch({ executablePath: PROGRAM, args: FLAGS, ignoreDefaultArgs: ['--disable-back-forward-cache'] });

const listen = (server) =>
  new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => done(server.address().port));
  });

let telephones = 0;

// A way to the hub from an address that nobody else has.
const line = async (hub) => {
  telephones += 1;
  const localAddress = `127.1.${telephones >> 8}.${telephones & 255}`;
  const { hostname, port } = new URL(hub);
  const server = createServer((near) => {
    const far = connect({ host: hostname, port: Number(port), localAddress });
    near.pipe(far).pipe(near);
    const end = () => (near.destroy(), far.destroy());
    for (const half of [near, far]) half.on('error', end).on('close', end);
  });
  return { server, at: `http://127.0.0.1:${await listen(server)}` };
};

// A telephone with one page open. `at` is how it reaches the hub; `asked` whom it asked for what, with how many bytes.
export const telephone = async (browser, hub, { script = true, direct = false } = {}) => {
  const { server, at } = direct ? { at: hub } : await line(hub);
  const context = await browser.newContext({ javaScriptEnabled: script, locale: 'en' });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const asked = [];
  page.on('request', (request) => asked.push(request));
  const close = async () => {
    await context.close();
    server?.close();
  };
  return { page, context, script, at, asked, close, here: (address) => at + address.slice(new URL(address).origin.length) };
};
