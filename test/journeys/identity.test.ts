// Who one is, in a real browser: factors enrolled and given, passwords forgotten and forced, a browser trusted, a lock seen and lifted.
// Size: one story, whose steps build on each other.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { totpCode } from '#identity/totp.ts';
import { type Browsing, openBrowsing } from '#test/browsing.ts';
import { type Admin, PASSWORD } from '#test/house.ts';
import { linkIn, mailsOf, type ReadMail } from '#test/mails.ts';
import { addAgent, knock } from '#test/people.ts';
import { until } from '#test/program.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NEW_PASSWORD = 'seven slow tortoises dine';

describe('who one is', { timeout: 240_000 }, () => {
  let at: Browsing;
  let dana: Admin;
  let danaPassword = PASSWORD;
  let noaSecret = '';
  let ellaSecret = '';
  let page: Page;

  before(async () => {
    at = await openBrowsing('identity');
    dana = at.admin;
    lastStep = Math.floor(at.house.clock.now / 30_000);
    for (const name of ['noa', 'tom', 'ella']) await addAgent(at.house, dana, name);
    page = await at.page();
  });
  after(() => at?.close());

  /** A code of a step that was not used yet; the server's clock goes on with it. */
  let lastStep = 0;
  function code(secret: string): string {
    lastStep = Math.max(lastStep + 1, Math.floor(at.house.clock.now / 30_000));
    at.house.clock.now = Math.max(at.house.clock.now, lastStep * 30_000);
    return totpCode(secret, lastStep);
  }
  /** Signs in where a code is asked, by the authenticator. */
  async function withCode(shown: Page, email: string, secret: string, password = PASSWORD): Promise<void> {
    await shown.goto(`${at.base}/`);
    await at.typePassword(shown, email, password);
    await giveTotp(shown, secret);
    await shown.getByRole('heading', { name: 'Inbox' }).waitFor();
  }
  async function giveTotp(shown: Page, secret: string): Promise<void> {
    const other = shown.getByRole('button', { name: 'Use the authenticator app' });
    const field = shown.getByRole('textbox', { name: 'Code from your authenticator app' });
    await other.or(field).first().waitFor();
    if (await other.isVisible()) await other.click();
    await field.fill(code(secret));
    await shown.locator('form button[type=submit]').click();
  }
  async function stepUp(shown: Page, secret: string): Promise<void> {
    const dialog = shown.getByRole('dialog').filter({ hasText: 'Confirm that it is you' });
    await dialog.waitFor();
    const other = dialog.getByRole('button', { name: 'Use the authenticator app' });
    if (await other.isVisible()) await other.click();
    await dialog.getByRole('textbox', { name: 'Code from your authenticator app' }).fill(code(secret));
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }
  async function signOut(shown: Page): Promise<void> {
    await shown.getByRole('button', { name: /^You/ }).click();
    await shown.getByRole('menuitem', { name: 'Sign out' }).click();
    await shown.getByRole('heading', { name: 'Sign in' }).waitFor();
  }
  /** As an administrator at another desk would. */
  async function save(settings: Record<string, unknown>): Promise<void> {
    const first = await knock(at.house, dana.slug, dana.email, danaPassword);
    let cookie = first.cookies.find((one) => one.startsWith('__Host-session=')) as string;
    if (first.body.next === 'code') {
      const pending = first.cookies.find((one) => one.startsWith('__Host-signin=')) as string;
      const second = await at.house.call('POST', '/api/v1/sign-in/code', { cookie: pending, body: { method: 'totp', code: code(dana.secret) } });
      cookie = second.cookies.find((one) => one.startsWith('__Host-session=')) as string;
    }
    const stepped = await at.house.call('POST', '/api/v1/step-up', { cookie, body: { method: 'totp', code: code(dana.secret) } });
    assert.equal(stepped.status, 200, stepped.text);
    cookie = stepped.cookies.find((one) => one.startsWith('__Host-session=')) ?? cookie;
    const { etag } = (await at.house.call('GET', '/api/v1/policy', { cookie })).headers;
    const saved = await at.house.call('PATCH', '/api/v1/policy', { cookie, body: { settings }, headers: { 'if-match': etag } });
    assert.equal(saved.status, 200, saved.text);
  }
  const mailTo = (to: string, subject: RegExp): Promise<ReadMail> =>
    until(`a mail to ${to} about ${subject}`, async () => (await mailsOf(at.house)).findLast((mail) => mail.to.includes(to) && subject.test(mail.subject)));

  it('an agent enrols an authenticator, and signs in with its code', async () => {
    await page.goto(`${at.base}/`);
    await at.looksRight(page, 'sign-in');
    await at.typePassword(page, 'noa@acme.example');
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
    await page.goto(`${at.base}/account`);
    await page.getByRole('button', { name: 'Add an authenticator app' }).click();
    await page.getByLabel('Your password, again', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('The six digits the app shows now').waitFor();
    noaSecret = (/(?:[A-Z2-7]{4}\s?){8}/.exec(await page.getByRole('dialog').innerText())?.[0] ?? '').replaceAll(/\s/g, '');
    await at.looksRight(page, 'enrol-authenticator');
    await page.getByLabel('The six digits the app shows now').fill(code(noaSecret));
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByRole('heading', { name: 'Keep these recovery codes' }).waitFor();
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await at.looksRight(page, 'account');
    assert.match((await mailTo('noa@', /factor was added/)).text, /authenticator/i);
    await save({ 'management.allowlist': { state: 'only', entries: [{ value: '127.0.0.1' }] }, 'two_factor.mode': 'off' });
    await save({ 'two_factor.mode': 'remote_only' });
    await signOut(page);
  });

  it('who has a factor and forgot the password gives it beside the mailed link, and is not signed in by it', async () => {
    const fresh = await at.page();
    await fresh.goto(`${at.base}/`);
    await fresh.getByRole('link', { name: /Forgot/ }).click();
    // The page before it has an email field too.
    await fresh.getByRole('heading', { name: 'Forgotten your password?' }).waitFor();
    await fresh.getByLabel('Email').fill(dana.email);
    await at.looksRight(fresh, 'forgot');
    await fresh.getByRole('button', { name: 'Mail me a link' }).click();
    await fresh.getByRole('heading', { name: 'Mails are not sent here' }).waitFor();
    await at.looksRight(fresh, 'forgot-sent');
    const { path, token } = linkIn(await mailTo(dana.email, /new password/i));
    // A mail scanner opens the link first: that uses nothing up.
    await (await at.page()).goto(`http://localhost:${at.house.port}${path}#${token}`);
    await fresh.goto(`http://localhost:${at.house.port}${path}#${token}`);
    await fresh.getByLabel('New password', { exact: true }).fill('password password');
    await fresh.getByRole('button', { name: 'Continue' }).click();
    await giveTotp(fresh, dana.secret);
    await fresh.getByText(/Choose another password/).waitFor();
    await at.looksRight(fresh, 'reset-common');
    await fresh.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
    await fresh.getByRole('button', { name: 'Continue' }).click();
    await giveTotp(fresh, dana.secret);
    await fresh.getByRole('heading', { name: 'Your password is new' }).waitFor();
    await at.looksRight(fresh, 'reset-done');
    danaPassword = NEW_PASSWORD;
    await fresh.getByRole('link', { name: 'Sign in' }).click();
    await at.typePassword(fresh, dana.email, NEW_PASSWORD);
    await fresh.getByRole('heading', { name: 'Inbox' }).waitFor();
    assert.match((await mailTo(dana.email, /was changed/)).text, /changed on/);
    await fresh.goto(`http://localhost:${at.house.port}${path}#${token}`);
    await fresh.getByText(/cannot be used/).waitFor();
    await fresh.close();
  });

  it('who has none needs an administrator, until renewal without OTP is allowed', async () => {
    const fresh = await at.page();
    const ask = async () => {
      await fresh.goto(`${at.base}/forgot`);
      await fresh.getByLabel('Email').fill('tom@acme.example');
      await fresh.getByRole('button', { name: 'Mail me a link' }).click();
      await fresh.getByRole('heading', { name: 'Mails are not sent here' }).waitFor();
    };
    await ask();
    assert.match((await mailTo('tom@', /password/i)).text, /only an administrator/);
    await save({ 'password.reset_without_otp': true });
    await ask();
    const { path, token } = linkIn(await mailTo('tom@', /new password/i));
    await fresh.goto(`http://localhost:${at.house.port}${path}#${token}`);
    await fresh.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
    await fresh.getByRole('button', { name: 'Save the new password' }).click();
    await fresh.getByRole('heading', { name: 'Your password is new' }).waitFor();
    await fresh.goto(`${at.base}/`);
    await at.typePassword(fresh, 'tom@acme.example', NEW_PASSWORD);
    await fresh.getByRole('heading', { name: 'Inbox' }).waitFor();
    await fresh.close();
  });

  it('a trusted browser is not asked for a code at the next sign-in; another one is', async () => {
    await save({ 'two_factor.trust_days': 30, 'management.allowlist': { state: 'any', entries: [] } });
    await enrolBehind('tom', NEW_PASSWORD);
    ellaSecret = await enrolBehind('ella', PASSWORD);
    await save({ 'two_factor.mode': 'on' });
    const desk = await at.browser.newContext({ viewport: { width: 1280, height: 860 } });
    const fresh = await at.page(desk);
    await fresh.goto(`${at.base}/`);
    await at.typePassword(fresh, dana.email, danaPassword);
    await fresh.getByText(/Trust this browser for 30 days/).click();
    await at.looksRight(fresh, 'trust');
    await giveTotp(fresh, dana.secret);
    await fresh.getByRole('heading', { name: 'Inbox' }).waitFor();
    await signOut(fresh);
    await at.typePassword(fresh, dana.email, danaPassword);
    await fresh.getByRole('heading', { name: 'Inbox' }).waitFor();
    const other = await at.page();
    await other.goto(`${at.base}/`);
    await at.typePassword(other, dana.email, danaPassword);
    await other.getByRole('heading', { name: 'Your code' }).waitFor();
    await other.close();
    await fresh.goto(`${at.base}/account`);
    await fresh.getByText(/No code until/).waitFor();
    await at.looksRight(fresh, 'devices');
    await fresh.close();
  });

  /** An authenticator behind the page, so that everybody has one before the mode is set to on. */
  async function enrolBehind(name: string, password: string): Promise<string> {
    const first = await knock(at.house, dana.slug, `${name}@acme.example`, password);
    const cookie = first.cookies.find((one) => one.startsWith('__Host-session=')) as string;
    const begun = await at.house.call('POST', '/api/v1/account/factors/totp', { cookie, body: { password } });
    assert.equal(begun.status, 201, begun.text);
    const done = await at.house.call('POST', `/api/v1/account/factors/totp/${begun.body.id}/confirm`, { cookie, body: { code: code(begun.body.secret) } });
    assert.equal(done.status, 200, done.text);
    return begun.body.secret as string;
  }

  it('strangers lock a name; its own browser still gets in, an administrator sees the lock and lifts it', async () => {
    const known: BrowserContext = page.context();
    for (let tries = 0; tries < 10; tries += 1) {
      at.house.clock.now += MINUTE;
      await knock(at.house, dana.slug, 'noa@acme.example', 'a wrong guess of a stranger');
    }
    const stranger = await at.page();
    await stranger.goto(`${at.base}/`);
    await at.typePassword(stranger, 'noa@acme.example');
    await stranger.getByText(/too many wrong tries/).waitFor();
    await at.looksRight(stranger, 'locked');
    assert.match((await mailTo('noa@', /locked/)).text, /Browsers you have used before/);
    const own = await at.page(known);
    await own.goto(`${at.base}/`);
    await at.typePassword(own, 'noa@acme.example');
    await own.getByRole('heading', { name: 'Your code' }).waitFor();
    await own.close();

    const admin = await at.page();
    await withCode(admin, dana.email, dana.secret, danaPassword);
    await admin.goto(`${at.base}/settings/users`);
    await admin.getByRole('link', { name: 'noa' }).waitFor();
    await at.looksRight(admin, 'users');
    await admin.getByRole('link', { name: 'noa' }).click();
    await admin.getByRole('button', { name: 'Lift the locks' }).waitFor();
    await at.looksRight(admin, 'user-locked');
    await admin.getByRole('button', { name: 'Lift the locks' }).click();
    await stepUp(admin, dana.secret);
    await admin.getByText('The locks are lifted.').first().waitFor();
    await at.typePassword(stranger, 'noa@acme.example');
    await stranger.getByRole('heading', { name: 'Your code' }).waitFor();
    await admin.goto(`${at.base}/settings/two-factor`);
    await admin.getByText(/would/).first().waitFor();
    await at.looksRight(admin, 'two-factor');
  });

  it('every new page holds at 360 pixels, in the dark and right to left, without a sideways scroll', async () => {
    const narrow = await at.page(await at.browser.newContext({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' }));
    await withCode(narrow, dana.email, dana.secret, danaPassword);
    for (const path of ['settings/users', 'settings/two-factor', 'account', 'forgot']) {
      await narrow.goto(`${at.base}/${path}`);
      await narrow.getByRole('heading', { level: 1 }).waitFor();
      await at.looksRight(narrow, `narrow-${path.replaceAll('/', '-')}`);
      for (const dir of ['ltr', 'rtl']) {
        const overflow = await narrow.evaluate((value) => {
          const { documentElement } = (globalThis as unknown as { document: { documentElement: { dir: string; scrollWidth: number; clientWidth: number } } }).document;
          documentElement.dir = value;
          return documentElement.scrollWidth - documentElement.clientWidth;
        }, dir);
        assert.ok(overflow <= 0, `${path} ${dir} scrolls sideways by ${overflow}px`);
      }
    }
  });

  it('an old password leads to a forced change, and nothing else opens', async () => {
    await save({ 'password.max_age_days': 90 });
    at.house.clock.now += 91 * DAY;
    const fresh = await at.page();
    await fresh.goto(`${at.base}/`);
    await at.typePassword(fresh, 'ella@acme.example');
    await giveTotp(fresh, ellaSecret);
    await fresh.getByRole('heading', { name: /new password/i }).waitFor();
    await at.looksRight(fresh, 'forced-change');
    await fresh.goto(`${at.base}/inbox`);
    await fresh.getByRole('heading', { name: /new password/i }).waitFor();
    await fresh.getByRole('textbox', { name: 'Present password' }).fill(PASSWORD);
    await fresh.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
    await fresh.locator('form button[type=submit]').click();
    await stepUp(fresh, ellaSecret);
    await fresh.getByRole('heading', { name: 'Inbox' }).waitFor();
    await fresh.close();
  });
});
