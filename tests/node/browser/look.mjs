// Looks at one state of a page in every size and light, and says what is wrong with it.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { focus, form, missing, reachable } from './measure.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
// axe takes a second a look: it reads every page in a language of each direction, and of the others the fullest page. All
// share one markup and one set of colours.
const READ_WHOLE = ['en', 'ur'];
const FULLEST = 'answer-shown';
const SIZES = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 800 } };
const LIGHTS = ['light', 'dark'];
const SMALLEST = 24;
// A page with its style: a few seconds on the slowest line there is.
const HEAVIEST = 20 * 1024;

// `looked` counts, `found` collects; `folder`, where there is one, takes a picture of everything.
export class Looker {
  constructor(folder) {
    this.folder = folder;
    this.found = [];
    this.looked = 0;
    this.heaviest = 0;
    // The letters of each language that were seen to be drawn.
    this.letters = {};
    if (folder) mkdirSync(folder, { recursive: true });
  }

  fault(name, what) {
    this.found.push(`${name}: ${what}`);
  }

  // The page as it stands now. `response` is what it came with.
  async at(phone, name, response, { lang, dir, status, heaviest = HEAVIEST }) {
    const { page } = phone;
    if (response) await this.came(phone, name, response, status, heaviest);
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      const wholly = size === 'phone' && READ_WHOLE.includes(lang);
      // Dark differs in colours alone, which axe reads.
      for (const colorScheme of this.folder || wholly ? LIGHTS : LIGHTS.slice(0, 1)) {
        await page.emulateMedia({ colorScheme });
        this.looked += 1;
        const where = `${name} ${lang} ${size} ${colorScheme}`;
        const faults = await page.evaluate(form, { lang, dir, smallest: SMALLEST });
        for (const fault of faults) this.fault(where, fault);
        if (wholly || (size === 'phone' && name === FULLEST)) await this.axe(phone, where, colorScheme);
        if (this.folder) {
          const path = join(this.folder, `${name}.${lang}.${size}.${colorScheme}.png`);
          await page.screenshot({ path, fullPage: true });
        }
      }
    }
    const letters = await page.evaluate(missing, [...(this.letters[lang] ??= new Set())].join(''));
    if (letters.missing.length) this.fault(`${name} ${lang}`, `no letter for ${letters.missing}`);
    for (const letter of letters.drawn) this.letters[lang].add(letter);
    await page.setViewportSize(SIZES.phone);
    // The order is the markup's, and so the same in every language of a direction.
    if (READ_WHOLE.includes(lang)) await this.keyboard(page, `${name} ${lang}`);
    if (this.folder) {
      await page.emulateMedia({ media: 'print', colorScheme: 'light' });
      await page.screenshot({ path: join(this.folder, `${name}.${lang}.print.png`), fullPage: true });
    }
    await page.emulateMedia({ media: null, colorScheme: 'light' });
  }

  // What came over the line: from the hub alone, light, and to be kept by nobody.
  async came({ at, asked }, name, response, status, heaviest) {
    if (response.status() !== status) this.fault(name, `came with ${response.status()}, not ${status}`);
    const headers = response.headers();
    const policy = headers['content-security-policy'] ?? '';
    if (!policy.startsWith("default-src 'none'") || /script|unsafe|\*/.test(policy)) this.fault(name, `policy ${policy}`);
    if (headers['cache-control'] !== 'no-store') this.fault(name, `may be kept: ${headers['cache-control']}`);
    const part = /<(script|style|iframe|img|object|embed)\b|\s(style|on\w+)=/.exec(await response.text());
    if (part) this.fault(name, `has ${part[0]}`);
    let bytes = 0;
    for (const request of asked.splice(0)) {
      if (new URL(request.url()).origin !== at) this.fault(name, `asked ${new URL(request.url()).origin}`);
      if (await request.response()) bytes += (await request.response().then((told) => told.request().sizes())).responseBodySize;
    }
    this.heaviest = Math.max(this.heaviest, bytes);
    if (bytes > heaviest) this.fault(name, `weighs ${bytes} bytes`);
  }

  // axe needs script in its own context; where the telephone has none there is none.
  async axe({ page, script }, where, light) {
    if (script === false) return;
    await page.evaluate(AXE);
    const runOnly = light === 'dark' ? ['color-contrast'] : RULES;
    const told = await page.evaluate((runOnly) => axe.run(document, { runOnly }), runOnly);
    for (const { id, impact, nodes } of told.violations)
      if (['serious', 'critical'].includes(impact)) this.fault(where, `axe ${id}: ${nodes[0].html.slice(0, 120)}`);
  }

  // Tab goes to everything in the order in which it is read, and shows where it is.
  async keyboard(page, where) {
    const all = await page.evaluate(reachable);
    // Tab begins where a finger was last: here, before everything.
    await page.evaluate(() => {
      document.body.tabIndex = -1;
      document.body.focus();
      document.body.removeAttribute('tabindex');
    });
    for (const number of all) {
      await page.keyboard.press('Tab');
      const told = await page.evaluate(focus);
      if (told.number !== number) return this.fault(where, `Tab goes to ${told.number}, not ${number}`);
      if (!told.shows) this.fault(where, `the focus on ${number} does not show`);
    }
    await page.evaluate(() => document.activeElement?.blur());
  }
}
