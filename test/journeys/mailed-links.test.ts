// Mailed links in a real browser: a forgotten password, an invitation on a phone, an enrolment, and the page that holds back who has no factor.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { totpCode } from '#identity/totp.ts';
import { type Browsing, openBrowsing } from '#test/browsing.ts';
import { PASSWORD } from '#test/house.ts';
import { addInvited, newestToken, sendLink } from '#test/links.ts';
import { addAgent } from '#test/people.ts';

const NEW = 'nine amber kettles hum';

describe('mailed links', { timeout: 120_000 }, () => {
  let story: Browsing;
  let phone: BrowserContext;
  before(async () => {
    story = await openBrowsing('links');
    phone = await story.browser.newContext({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
  });
  after(() => story?.close());

  /** The code of the secret that the page shows. */
  async function codeOn(page: Page): Promise<string> {
    const secret = (await page.locator('.secret-text').innerText()).replace(/\s/g, '');
    return totpCode(secret, Math.floor(story.house.clock.now / 30_000));
  }
  const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
  const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor();

  it('a forgotten password is renewed with the second factor, and its link is dead afterwards', async () => {
    const { house, admin, base } = story;
    const page = await story.page();
    await page.goto(`${base}/`);
    await page.getByRole('link', { name: 'Forgotten your password?' }).click();
    // The page before it has an email field too.
    await heading(page, 'Forgotten your password?');
    await field(page, 'Email').fill(admin.email);
    await story.looksRight(page, 'forgot');
    await press(page, 'Mail me a link');
    await heading(page, 'Mails are not sent here');
    await story.looksRight(page, 'forgot-sent');
    const token = await newestToken(house, admin.email);
    await page.goto(`${base}/reset#${token}`);
    await field(page, 'New password').fill('short');
    assert.equal(page.url().includes(token), false, 'the token is gone from the address bar');
    await press(page, 'Continue');
    await page.getByText('Choose a password of at least 15 characters.').waitFor();
    await story.looksRight(page, 'reset-short');
    await field(page, 'New password').fill(NEW);
    await press(page, 'Continue');
    await heading(page, 'Now your second factor');
    await story.looksRight(page, 'reset-factor');
    await page.locator('input').first().fill(house.code(admin));
    await press(page, 'Save the new password');
    await heading(page, 'Your password is new');
    await story.looksRight(page, 'reset-done');
    const again = await story.page(phone);
    await again.goto(`${base}/reset#${token}`);
    await again.getByText('Used before, or too old').waitFor();
    await story.looksRight(again, 'reset-dead');
  });

  it('an invitation is accepted on a phone, with an authenticator', async () => {
    const { house, admin, base } = story;
    const page = await story.page(phone);
    await page.goto(`${base}/invite#${await sendLink(house, admin, 'invite', await addInvited(house, admin, 'mia'))}`);
    await field(page, 'Your name').fill('Mia Oren');
    await field(page, 'Password').fill(NEW);
    await story.looksRight(page, 'invite');
    await press(page, 'Continue');
    await heading(page, 'Your authenticator app');
    await story.looksRight(page, 'invite-app');
    await page.locator('input').first().fill(await codeOn(page));
    await press(page, 'Join');
    await heading(page, 'Keep these recovery codes');
    await story.looksRight(page, 'invite-codes');
    await page.getByText('I have kept them').click();
    await press(page, 'Continue');
    await heading(page, 'Welcome to Acme');
  });

  it('an enrolment link takes the password and the first code', async () => {
    const { house, admin, base } = story;
    const page = await story.page();
    await page.goto(`${base}/enrol#${await sendLink(house, admin, 'enrol', await addAgent(house, admin, 'gal'))}`);
    await field(page, 'The six digits the app shows now').fill(await codeOn(page));
    await field(page, 'Your password').fill(PASSWORD);
    await story.looksRight(page, 'enrol');
    await press(page, 'Enrol it');
    await heading(page, 'Keep these recovery codes');
  });

  it('after the last day of enrolment the page of an open session asks for a factor, and the session goes on', async () => {
    const { house, admin, base } = story;
    const email = await addAgent(house, admin, 'uri');
    const first = await house.call('POST', '/api/v1/sign-in', { body: { brand: 'acme', email: admin.email, password: NEW } });
    const saved = await house.save(admin, first.cookies.find((text) => text.startsWith('__Host-session='))!, { 'two_factor.enrol_by': '2026-11-23' });
    assert.equal(saved.status, 200, saved.text);
    const ends = Date.UTC(2026, 10, 24);
    house.clock.now = ends - 60_000;
    const page = await story.page();
    await page.goto(`${base}/`);
    await story.typePassword(page, email);
    await page.getByText('Enrol a second factor by 23 November 2026').waitFor();
    house.clock.now = ends;
    await page.reload();
    await heading(page, 'Enrol a second factor');
    await story.looksRight(page, 'required');
    await press(page, 'Add an authenticator app');
    await field(page, 'Your password, again').fill(PASSWORD);
    await press(page, 'Continue');
    await field(page, 'The six digits the app shows now').fill(await codeOn(page));
    await press(page, 'Add it');
    await heading(page, 'Keep these recovery codes');
    await press(page, 'I have kept them');
    await press(page, 'Go to the workspace');
    await page.waitForURL(/\/inbox/);
    await page.getByRole('navigation').first().waitFor();
  });
});
