// What people do with the pages, step by step; each step is looked at.
import { telephone } from './telephone.mjs';

// Does what sends a page on, and gives the response of where it led.
const sends = async (page, does) => {
  const [response] = await Promise.all([
    page.waitForResponse((told) => told.request().isNavigationRequest() && (told.status() < 300 || told.status() >= 400)),
    does(),
  ]);
  await page.waitForLoadState();
  return response;
};

const types = (page, code) =>
  sends(page, async () => {
    await page.fill('#code', code);
    await page.keyboard.press('Enter');
  });

const answers = (page, answer) => sends(page, () => page.click(`button[value=${answer}]`));

// Unfolds the reasons and chooses the first.
const declines = async (page) => {
  await page.click('summary');
  await page.click('fieldset label');
};

// What a page says and what stands in its boxes; a page that is on its way is asked again when it is there.
const says = async (page) => {
  for (let tries = 0; tries < 10; tries += 1) {
    await page.waitForTimeout(300);
    const reads = page.evaluate(() =>
      [document.body.innerText, ...[...document.querySelectorAll('input')].map(({ value }) => value)].join(),
    );
    const all = await Promise.race([reads.catch(() => undefined), page.waitForTimeout(3_000)]);
    if (all !== undefined) return all;
  }
  return undefined;
};

// Whoever takes the telephone afterwards and goes back finds nothing of it, not even what was typed.
const BACK = 3;
const goesBack = async (looker, { page }, name, secrets) => {
  for (let step = 1; step <= BACK; step += 1) {
    await page.goBack({ waitUntil: 'commit', timeout: 5_000 }).catch(() => {});
    const all = await says(page);
    if (all === undefined) return looker.fault(name, `${step} back, the page cannot be read`);
    for (const secret of secrets) if (all.includes(secret)) looker.fault(name, `${step} back, the page says ${secret}`);
  }
};

// An answer link from the mail to the answer, and what it says when it is used up.
const answer = async (looker, browser, hub, { lang, dir, link, code, ends, script = true }) => {
  const as = (status) => ({ lang, dir, status });
  const phone = await telephone(browser, hub, { script });
  const { page } = phone;
  const at = phone.here(link);
  const look = (name, response, status = 200) => looker.at(phone, name, response, as(status));
  await look('answer-ask', await page.goto(at));
  await look('answer-nothing', await types(page, code === '00000000' ? '1' : '00000000'), 403);
  await look('answer-ask-again', await sends(page, () => page.click('main a')));
  await look('answer-shown', await types(page, code));
  const services = await page.evaluate(() => [...document.querySelectorAll('dd')].map(({ textContent }) => textContent));
  // A browser that lets a form go without a reason.
  await page.click('summary');
  await look('answer-reasons');
  await page.evaluate(() => document.querySelectorAll('[required]').forEach((input) => input.removeAttribute('required')));
  await look('answer-no-reason', await answers(page, 'DECLINE'), 400);
  // Looking by the code once more uses nothing up, and another tab has it open as well.
  const other = await telephone(browser, hub, { script });
  await other.page.goto(other.here(link));
  await types(other.page, code);
  await page.goto(at);
  await types(page, code);
  phone.asked.length = 0;
  await look('answer-called', await answers(page, 'CALL'));
  await page.goto(at);
  await types(page, code);
  phone.asked.length = 0;
  if (ends === 'DECLINE') await declines(page);
  await look(`answer-${ends.toLowerCase()}`, await answers(page, ends));
  other.asked.length = 0;
  if (ends === 'ACCEPT') await declines(other.page);
  await looker.at(other, 'answer-over', await answers(other.page, ends === 'ACCEPT' ? 'DECLINE' : 'ACCEPT'), as(410));
  // What the browser itself does is the same in every language.
  if (lang === 'en') await goesBack(looker, phone, 'answered', [...services, code]);
  await page.goto(at);
  phone.asked.length = 0;
  await look('answer-used', await types(page, code), 403);
  if (lang === 'en') await goesBack(looker, phone, 'typed', [code]);
  await Promise.all([phone.close(), other.close()]);
};

const withdraw = async (looker, browser, hub, { lang, dir }) => {
  const phone = await telephone(browser, hub);
  const look = (name, response) => looker.at(phone, name, response, { lang, dir, status: 200 });
  await look('withdraw', await phone.page.goto(`${phone.at}/withdraw?lang=${lang}`));
  const paper = 'ABCD-EFGH-JKMN-PQRS';
  await look('withdraw-done', await types(phone.page, paper));
  if (lang === 'en') await goesBack(looker, phone, 'withdrawn', [paper]);
  await phone.close();
};

// One telephone tries too often, and is told so in each language.
const tooOften = async (looker, browser, hub, languages) => {
  const phone = await telephone(browser, hub);
  const nowhere = `${phone.at}/answer/${'0'.repeat(32)}`;
  const body = new URLSearchParams({ code: '1' });
  const tries = () => Promise.all(Array.from({ length: 12 }, () => fetch(nowhere, { method: 'POST', body })));
  for (const { lang, dir } of languages) {
    // Also where a look takes so long that the telephone might try again.
    const told = await tries();
    if (!told.some(({ status }) => status === 429)) looker.fault('too often', 'nobody is slowed');
    await phone.page.goto(`${nowhere}?lang=${lang}`);
    phone.asked.length = 0;
    await looker.at(phone, 'too-often', await types(phone.page, '1'), { lang, dir, status: 429 });
  }
  await phone.close();
};

// The page that locks. It locks for good, so it comes last.
const lock = async (looker, browser, hub, { organization, code }) => {
  const phone = await telephone(browser, hub);
  const { page } = phone;
  const look = (name, response, status = 200) => looker.at(phone, name, response, { lang: 'en', dir: 'ltr', status });
  const tries = (typed) =>
    sends(page, async () => {
      await page.fill('[name=organization]', organization);
      await page.fill('[name=code]', typed);
      await page.keyboard.press('Enter');
    });
  await look('lock', await page.goto(`${phone.at}/lock`));
  await look('lock-nothing', await tries('0'), 403);
  await look('lock-again', await sends(page, () => page.click('main a')));
  await look('lock-done', await tries(code));
  await goesBack(looker, phone, 'lock', [organization, code]);
  await phone.close();
};

// Nothing that is put into a page runs: with the control that it does where nothing forbids it.
const policy = async (looker, browser, hub) => {
  const { page, at, close } = await telephone(browser, hub);
  const runs = async () => {
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.ran = true';
      document.body.append(script);
    });
    return page.evaluate(() => document.ran === true);
  };
  if (!(await runs())) looker.fault('policy', 'the control did not run');
  for (const path of ['/withdraw', '/lock', '/signin', '/invitation', `/answer/${'0'.repeat(32)}`]) {
    const response = await page.goto(at + path);
    if (response.status() === 200 && (await runs())) looker.fault('policy', `script runs on ${path}`);
  }
  await close();
};

// In turn, a few at a time: the hub lets every try of a code wait.
const AT_ONCE = 3;
const each = async (list, does) => {
  const rest = [...list];
  const one = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) await does(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
};

export const codes = async (looker, browser, hub, { languages, organization, code }) => {
  await policy(looker, browser, hub);
  await each(languages, async (language) => {
    await answer(looker, browser, hub, language);
    await withdraw(looker, browser, hub, language);
  });
  await tooOften(looker, browser, hub, languages);
  await lock(looker, browser, hub, { organization, code });
};

// A person is invited, signs in with a provider, and out; and every page that says why not.
export const signIn = async (looker, browser, hub, { code, pseudonym }) => {
  const phone = await telephone(browser, hub, { direct: true });
  const { page, context } = phone;
  // The provider's pages are its own, and would ask a server of others for letters.
  await context.route((url) => !['127.0.0.1'].includes(url.hostname), (route) => route.abort());
  const look = (name, response, status = 200) => looker.at(phone, name, response, { lang: 'en', dir: 'ltr', status });
  const hubs = async (does) => {
    phone.asked.length = 0;
    return does();
  };
  await look('signin', await page.goto(`${hub}/signin`));
  await look('signin-no-provider', await hubs(() => page.goto(`${hub}/signin/nobody`)), 404);
  await look('signin-not-started', await hubs(() => page.goto(`${hub}/signin/return?state=1&code=1`)), 400);
  await look('invitation', await hubs(() => page.goto(`${hub}/invitation`)));
  const goes = async (typed) => {
    await page.goto(`${hub}/invitation`);
    await page.fill('#code', typed);
    await page.keyboard.press('Enter');
    await page.waitForSelector('input[name=login], main');
    if (await page.$('input[name=login]')) {
      await page.fill('input[name=login]', 'rina');
      await page.fill('input[name=password]', 'any');
      await page.click('button[type=submit]');
      await page.waitForSelector('form[action*=interaction] button[type=submit]');
    }
    const back = page.waitForResponse(
      (told) => told.url().startsWith(hub) && told.request().isNavigationRequest() && told.status() !== 303,
    );
    if (await page.$('form[action*=interaction]')) await page.click('button[type=submit]');
    const response = await back;
    await page.waitForLoadState();
    phone.asked.splice(0, phone.asked.findLastIndex((request) => request.isNavigationRequest()));
    return response;
  };
  await look('signin-nobody', await goes('0'.repeat(64)), 403);
  await context.clearCookies();
  await look('home', await goes(code));
  if (!(await page.textContent('header')).includes(pseudonym)) looker.fault('home', 'another person is named');
  await look('signed-in', await hubs(() => page.goto(`${hub}/signin`)));
  if (!(await page.textContent('main')).includes(pseudonym)) looker.fault('signed-in', 'another person is named');
  await phone.close();
};
