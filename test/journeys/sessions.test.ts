// Two tabs and a phone: the idle warning with its countdown, Stay and the end for lack of input, and ending one's other sessions.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { axeFaults } from '#test/axe.ts';
import { openBrowser, shot, tick } from '#test/browser.ts';
import { type Admin, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';

const MINUTE = 60_000;
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1';

describe('sessions in the browser', { timeout: 120_000 }, () => {
  let house: TestHouse;
  let admin: Admin;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let other: Page;
  let base = '';

  before(async () => {
    house = await openHouse();
    house.clock.now = Date.now();
    admin = await house.setUp();
    base = `http://localhost:${house.port}/b/acme`;
    browser = await openBrowser();
    context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    // Every tab of the browser has the server's clock.
    await context.clock.install({ time: house.clock.now });
    page = await tab();
    await page.goto(base);
    await page.getByLabel('Email').fill(admin.email);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Inbox' }).waitFor();
    other = await tab();
    await other.goto(`${base}/settings/two-factor`);
    await other.getByText('What this means today').waitFor();
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  async function tab(): Promise<Page> {
    const made = await context.newPage();
    made.setDefaultTimeout(10_000);
    made.on('pageerror', (error) => assert.fail(`A fault in the page: ${error.message}`));
    return made;
  }
  /** Time passes, for the server and in both tabs. */
  async function pass(ms: number): Promise<void> {
    house.clock.now += ms;
    await context.clock.fastForward(ms);
  }
  const warning = (shown: Page) => shown.getByRole('alertdialog', { name: 'Are you still there?' });

  it('warns a minute before the end, in every tab, and Stay in one of them goes for all', async () => {
    await pass(28 * MINUTE);
    assert.equal(await warning(page).count(), 0);
    await pass(MINUTE + 10_000);
    await warning(page).waitFor();
    await warning(other).waitFor();
    assert.match(await warning(page).innerText(), /signed out in \d\d? seconds/);
    await shot(page, 'sessions-1-warning');
    assert.deepEqual(await axeFaults(page), []);
    await page.getByRole('button', { name: 'Stay signed in' }).click();
    await warning(page).waitFor({ state: 'detached' });
    await context.clock.runFor(1_000);
    await warning(other).waitFor({ state: 'detached' });
    // Beyond the end that was warned of.
    await pass(2 * MINUTE);
    for (const shown of [page, other]) assert.deepEqual([await warning(shown).count(), await shown.getByRole('link', { name: 'Inbox' }).count()], [0, 1]);
  });

  it('ends the other sessions after a code, and goes on under its new token in both tabs', async () => {
    const phone = await house.call('POST', '/api/v1/sign-in', { body: { brand: 'acme', email: admin.email, password: PASSWORD }, headers: { 'user-agent': IPHONE } });
    const theirs = phone.cookies.find((one) => one.startsWith('__Host-session='))!;
    await page.goto(`${base}/account`);
    await page.getByText('Safari 17 on iOS 17').first().waitFor();
    const before = await context.cookies();
    await page.getByRole('button', { name: 'End the session in Safari 17 on iOS 17' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'End', exact: true }).click();
    await page.getByLabel(/code/i).first().waitFor();
    await page.getByRole('dialog').getByRole('textbox').fill(house.code(admin));
    await page.keyboard.press('Enter');
    await page.getByText('You are signed in nowhere else.').waitFor();
    await shot(page, 'sessions-2-ended');
    assert.deepEqual(await axeFaults(page), []);
    assert.equal((await house.call('GET', '/api/v1/session', { cookie: theirs })).body.code, 'session.ended');
    const token = (list: typeof before) => list.find(({ name }) => name === '__Host-session')?.value;
    assert.notEqual(token(await context.cookies()), token(before), 'a new token after the code');
    assert.equal(await other.evaluate(async () => (await fetch('/api/v1/session')).status), 200);
  });

  it('ends without input in both tabs, says why, and keeps the draft', async () => {
    await tick(other.getByRole('radio', { name: /^On/ }));
    await other.getByText('1 unsaved change').waitFor();
    await pass(30 * MINUTE + 1_000);
    await context.clock.runFor(2_000);
    for (const shown of [page, other]) await shown.getByText(/signed out after 30 minutes without input/).waitFor();
    await shot(other, 'sessions-3-idle');
    assert.deepEqual(await axeFaults(other), []);
    await other.getByLabel('Email').fill(admin.email);
    await other.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await other.keyboard.press('Enter');
    await other.getByText('1 unsaved change').waitFor();
    assert.match(other.url(), /settings\/two-factor$/);
  });
});
