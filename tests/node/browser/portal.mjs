// A working day in the portal of the demo: its invented people sign in, look at what waits, take a step, see one refused,
// and answer a referral; and what somebody tries who should not get through.
import { telephone } from './telephone.mjs';

// The first page of the board with its style, at the most.
const HEAVIEST = 100 * 1024;

const goes = async (page, does) => {
  const [response] = await Promise.all([
    page.waitForResponse((told) => told.request().isNavigationRequest() && (told.status() < 300 || told.status() >= 400)),
    does(),
  ]);
  await page.waitForLoadState();
  return response;
};

// Signs in as somebody of the demo's page, from wherever she wants to go.
const signedIn = async (browser, hub, who, options) => {
  const phone = await telephone(browser, hub, { direct: true, ...options });
  const { page } = phone;
  await page.goto(`${hub}/`);
  await page.click('main a');
  if (!(await page.innerText('body')).includes('This is a demo; these people are invented.')) throw new Error('no mark');
  const response = await goes(page, () => page.click(`a[href*="/as/${who}?"]`));
  return { ...phone, response };
};

const expects = (looker, name, holds, what) => holds || looker.fault(name, what);

// Only what is asked for from here on is weighed.
const fresh = async (phone, does) => {
  phone.asked.length = 0;
  return goes(phone.page, does);
};

const row = (page, state) => page.locator('.board li', { has: page.getByRole('link', { name: state, exact: true }) }).first();

// The liaison in Dhaka: home, board, filters, a request, a step, a step in vain, a step on what has changed.
const liaison = async (looker, browser, hub, script) => {
  const phone = await signedIn(browser, hub, 'dhaka-liaison', { script });
  const { page, context } = phone;
  const suffix = script ? '' : '-plain';
  const as = (status = 200) => ({ lang: 'en', dir: 'ltr', status, heaviest: HEAVIEST });
  const look = (name, response, status) => looker.at(phone, `portal-${name}${suffix}`, response, as(status));
  phone.asked.splice(0, phone.asked.findLastIndex((request) => request.isNavigationRequest()));
  expects(looker, 'home', page.url() === `${hub}/home`, `signing in leads to ${page.url()}`);
  await look('home', phone.response);
  const first = await page.innerText('.items li:first-child');
  expects(looker, 'home', /days? left|due today|overdue/.test(first), `the first thing has no clock: ${first}`);
  await look('board', await fresh(phone, () => page.click('nav a[href="/returns"]')));
  const rows = await page.locator('.board > li').count();
  expects(looker, 'board', rows >= 5, `${rows} returns`);

  // A choice stands in the address, and only what fits it is listed.
  await page.click('.filters summary');
  await page.selectOption('#turn', 'RECEIVING_LIAISON');
  await page.selectOption('#to', 'BD');
  await look('board-chosen', await fresh(phone, () => page.click('.filters button')));
  const here = new URL(page.url()).searchParams;
  expects(looker, 'board', here.get('turn') === 'RECEIVING_LIAISON' && here.get('to') === 'BD', page.url());
  const turns = await page.locator('.board .turn').allInnerTexts();
  expects(looker, 'board', turns.length > 0 && turns.every((turn) => turn === 'Your turn'), `turns ${turns}`);
  await page.goto(`${hub}/returns?to=NP`);
  expects(looker, 'board', (await page.innerText('main')).includes('No return fits this choice.'), 'another corridor is not empty');

  // Another tab has the request open as it stands now.
  await page.goto(`${hub}/returns`);
  const address = await row(page, 'Home investigation reported').getByRole('link').getAttribute('href');
  const other = await context.newPage();
  await other.goto(hub + address);
  await look('request', await fresh(phone, () => page.goto(hub + address)));
  await page.locator('summary', { hasText: 'It cannot be confirmed' }).click();
  await look('request-asks');
  await look('request-done', await fresh(phone, () => page.getByRole('button', { name: 'Confirm her nationality' }).click()));
  const done = await page.innerText('main');
  expects(looker, 'step', done.includes('Done: Confirm her nationality'), 'it is not said that it is done');
  expects(looker, 'step', (await page.innerText('h1')) === 'Nationality confirmed', 'the state is the old one');
  // The other tab still offers the step: it is too late, nothing is done, and the page says so and how it stands.
  const late = await goes(other, () => other.getByRole('button', { name: 'Confirm her nationality' }).click());
  const told = await other.innerText('main');
  expects(looker, 'late', late.status() === 409 && told.includes('Somebody changed this since you saw it'), `${late.status()} ${told}`);
  await looker.at({ ...phone, page: other }, `portal-request-changed${suffix}`, null, as());
  await other.close();

  // The next one: a permit that would end before it begins is refused in words, and stands nowhere.
  await page.goto(`${hub}/returns`);
  const applied = page.locator('.board > li', { hasText: 'Papers Applied for' }).first();
  await goes(page, () => applied.locator('h2 a').click());
  const permit = page.locator('details.step', { hasText: 'It is issued' }).first();
  await permit.locator('summary').click();
  await permit.locator('[name=validUntil]').fill('2020-01-01');
  await look('request-refused', await fresh(phone, () => permit.locator('button').click()), 422);
  expects(looker, 'refused', (await page.innerText('.told')).includes('Nothing was done'), await page.innerText('.told'));
  // Filled in rightly it is taken.
  const again = page.locator('details.step', { hasText: 'It is issued' }).first();
  await again.locator('summary').click();
  await fresh(phone, () => again.locator('button').click());
  expects(looker, 'issued', (await page.innerText('.told')).includes('Done: It is issued'), await page.innerText('.told'));

  // What is nobody's is told like what is somebody else's; see below for the latter.
  const nowhere = await fresh(phone, () => page.goto(`${hub}/returns/rep_${'0'.repeat(32)}`));
  await look('nothing', nowhere, 404);
  const out = await goes(page, () => page.getByRole('button', { name: 'Sign out' }).click());
  expects(looker, 'out', out.url().startsWith(`${hub}/signin`), `signing out leads to ${out.url()}`);
  await page.goto(`${hub}/home`);
  expects(looker, 'out', page.url() === `${hub}/signin`, 'a page opens after signing out');
  await phone.close();
  return address;
};

// The shelter worker in Kolkata: a draft, what is missing, a note, her wish.
const worker = async (looker, browser, hub) => {
  const phone = await signedIn(browser, hub, 'kolkata-worker');
  const { page } = phone;
  const as = (status = 200) => ({ lang: 'en', dir: 'ltr', status, heaviest: HEAVIEST });
  const look = (name, response, status) => looker.at(phone, `portal-worker-${name}`, response, as(status));
  await look('board', await fresh(phone, () => page.goto(`${hub}/returns`)));
  await look('draft', await fresh(phone, () => row(page, 'Draft').getByRole('link').click()));
  expects(looker, 'draft', (await page.innerText('main')).includes('an assessment of the risk'), 'what is missing is not told');
  const risk = page.locator('details.step', { hasText: 'The risk of a return was assessed' });
  await risk.locator('summary').click();
  await fresh(phone, () => risk.locator('button').click());
  await look('noted', await fresh(phone, () => page.getByRole('button', { name: 'Open the request' }).click()));
  expects(looker, 'opened', (await page.innerText('.told')).includes('Done: Open the request'), await page.innerText('.told'));
  // What she said is text, whatever it looks like.
  const wish = page.locator('details.step', { hasText: 'wants to return' }).first();
  await wish.locator('summary').click();
  await wish.locator('textarea').fill('<script>document.ran = 1</script> <b>home</b> (invented)');
  await look('wish', await fresh(phone, () => wish.locator('button').click()));
  expects(looker, 'wish', (await page.innerText('blockquote')).includes('<b>home</b>'), 'her words are not there as text');
  expects(looker, 'wish', await page.evaluate(() => document.ran !== 1 && !document.querySelector('blockquote *')), 'her words became markup');
  await look('referrals', await fresh(phone, () => page.goto(`${hub}/referrals?side=sent`)));
  await phone.close();
};

// A case worker in Dhaka answers in two taps, and writes.
const answers = async (looker, browser, hub) => {
  const phone = await signedIn(browser, hub, 'dhaka-worker');
  const { page } = phone;
  const as = (status = 200) => ({ lang: 'en', dir: 'ltr', status, heaviest: HEAVIEST });
  const look = (name, response, status) => looker.at(phone, `portal-referral-${name}`, response, as(status));
  await look('list', await fresh(phone, () => page.goto(`${hub}/referrals`)));
  await look('one', await fresh(phone, () => page.click('.board li.mine h2 a')));
  await page.locator('summary', { hasText: 'Decline' }).click();
  await look('declining');
  await page.fill('#text', '<script>document.ran = 1</script> & "hello"');
  await look('written', await fresh(phone, () => page.getByRole('button', { name: 'Send' }).click()));
  expects(looker, 'written', (await page.innerText('.talk')).includes('<script>document.ran = 1</script>'), 'the message is not there as text');
  await look('accepted', await fresh(phone, () => page.getByRole('button', { name: 'Accept' }).click()));
  expects(looker, 'accepted', (await page.innerText('main')).includes('Done: Accept'), 'it is not said that it is done');
  await phone.close();
};

// The agreement officer in Kathmandu reads no case, and is told so.
const officer = async (looker, browser, hub, address) => {
  const phone = await signedIn(browser, hub, 'kathmandu-officer');
  const as = (status = 200) => ({ lang: 'en', dir: 'ltr', status, heaviest: HEAVIEST });
  await looker.at(phone, 'portal-officer-home', await fresh(phone, () => phone.page.goto(`${hub}/home`)), as());
  await looker.at(phone, 'portal-not-for-role', await fresh(phone, () => phone.page.goto(hub + address)), as(403));
  expects(looker, 'officer', !(await phone.page.innerText('main')).includes('Nationality'), 'something of the request is told');
  await phone.close();
};

// The fullest pages in every language that they are there in, as the footer offers them; the choice is remembered.
const languages = async (looker, browser, hub) => {
  const phone = await signedIn(browser, hub, 'kolkata-worker');
  const { page } = phone;
  await page.goto(`${hub}/returns`);
  const all = await page.$$eval('footer a', (links) => links.map(({ lang, dir }) => ({ lang, dir })));
  expects(looker, 'languages', all.length >= 7 && all.some(({ dir }) => dir === 'rtl'), JSON.stringify(all));
  const request = await page.locator('.board h2 a').last().getAttribute('href');
  for (const { lang, dir } of all.filter(({ lang }) => lang !== 'en')) {
    await page.goto(`${hub}/home?lang=${lang}`);
    for (const [name, path] of Object.entries({ board: '/returns', request, referrals: '/referrals?side=sent' })) {
      const response = await fresh(phone, () => page.goto(hub + path));
      await looker.at(phone, `portal-${name}`, response, { lang, dir, status: 200, heaviest: HEAVIEST });
    }
    expects(looker, lang, (await page.locator('main .draft').count()) === 1, 'it is not said that it is a draft');
  }
  await phone.close();
};

// What must not get through: another's request, a form without the token, or from another site, or after the session.
const attacks = async (looker, browser, hub, address) => {
  const phone = await signedIn(browser, hub, 'kolkata-liaison');
  const { page, context } = phone;
  const text = async (path) => {
    const told = await page.goto(hub + path);
    return `${told.status()} ${(await page.innerHTML('main')).replaceAll(/[0-9a-f]{16,}/g, '')}`;
  };
  // By Dhaka's id of a request in which Kolkata's liaison sits too, under an id of its own.
  const [theirs, nobodys, noId] = [await text(address), await text(`/returns/rep_${'0'.repeat(32)}`), await text('/returns/x')];
  expects(looker, 'theirs', theirs.startsWith('404') && theirs === nobodys && nobodys === noId, `${theirs}\n${nobodys}\n${noId}`);
  await page.goto(`${hub}/returns`);
  const own = await page.locator('.board h2 a').first().getAttribute('href');
  await page.goto(hub + own);
  const csrf = await page.locator('[name=csrf]').first().inputValue();
  const version = await page.locator('[name=version]').first().inputValue();
  const form = { key: 'attack-1', version, part: 'request', event: 'WITHDRAW' };
  const sends = async (fields, headers) =>
    (await context.request.post(hub + own, { form: fields, headers, maxRedirects: 0 })).status();
  const from = { origin: hub, 'sec-fetch-site': 'same-origin' };
  const tries = {
    'without a token': [form, from],
    'with a wrong token': [{ ...form, csrf: csrf.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A')) }, from],
    'from another site': [{ ...form, csrf }, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    'from nowhere': [{ ...form, csrf }, {}],
  };
  for (const [name, [fields, headers]] of Object.entries(tries)) {
    const status = await sends(fields, headers);
    expects(looker, 'csrf', status === 403, `a form ${name} came with ${status}`);
  }
  await page.goto(hub + own);
  expects(looker, 'csrf', (await page.innerText('h1')) !== 'Withdrawn', 'a forged form withdrew it');
  // The control: the same form with what the page has is taken.
  const known = { part: 'nothing', event: 'x', key: 'k', version, csrf };
  expects(looker, 'csrf', (await sends(known, from)) === 422, 'the control does not reach the portal');
  // A page of somebody else loads it as a part of itself.
  const part = await context.request.get(`${hub}/returns`, { headers: { 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' } });
  expects(looker, 'part', part.status() === 403, `a part of a page came with ${part.status()}`);
  await page.goto(hub + own);
  await context.clearCookies();
  const ended = await goes(page, () => page.getByRole('button', { name: 'Sign out' }).or(page.locator('form.step button')).first().click());
  expects(looker, 'ended', !(await page.innerText('body')).includes('Return Desk'), `${ended.status()} after the session`);
  await phone.close();
};

export const portal = async (looker, browser, hub) => {
  const address = await liaison(looker, browser, hub, true);
  await worker(looker, browser, hub);
  await answers(looker, browser, hub);
  await officer(looker, browser, hub, address);
  await attacks(looker, browser, hub, address);
  await languages(looker, browser, hub);
};

// The same day without script: on a hub of its own, since steps are taken once.
export const plain = (looker, browser, hub) => liaison(looker, browser, hub, false);
