// The first hour of a newcomer, in real browsers at two addresses: set up, sign in, find every setting, save a white-list, see it hold.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { keys, settingOf, tabs } from '#policy/catalogue.ts';
import { notEnforced } from '#policy/not-enforced.ts';
import { totpCode } from '#identity/totp.ts';
import { axeFaults } from '#test/axe.ts';
import { openBrowser, shot, tick } from '#test/browser.ts';
import { relay, type Relay } from '#test/relay.ts';
import { start, type Started } from '#test/started.ts';

const OUTSIDE = '127.0.0.2';
const EMAIL = 'dana@acme.example';
const PASSWORD = 'four grey herons walk';

describe('the first hour', { timeout: 180_000 }, () => {
  let server: Started;
  let near: Browser;
  let far: Browser;
  let way: Relay;
  let page: Page;
  let other: Page;
  let secret = '';
  let lastStep = 0;
  let base = '';

  before(async () => {
    server = await start();
    way = await relay({ from: OUTSIDE, listenHost: OUTSIDE, listenPort: server.port, targetPort: server.port });
    [near, far] = await Promise.all([openBrowser(), openBrowser({ from: OUTSIDE })]);
    page = await newPage(await near.newContext({ viewport: { width: 1280, height: 860 } }));
    other = await newPage(await far.newContext({ viewport: { width: 1280, height: 860 } }));
    base = `${server.url}/b/acme`;
  });
  after(async () => {
    await Promise.all([near?.close(), far?.close()]);
    await way?.close();
    assert.equal(await server?.stop(), 0, 'the server stops cleanly');
  });

  async function newPage(context: BrowserContext): Promise<Page> {
    const made = await context.newPage();
    made.setDefaultTimeout(15_000);
    // A fault in the page, or anything our own content policy stops, is a failed journey.
    made.on('pageerror', (error) => assert.fail(`A fault in the page: ${error.message}`));
    made.on('console', (message) => assert.doesNotMatch(message.text(), /Content Security Policy|TrustedHTML/i));
    return made;
  }
  /** A code of a step that was not used yet: one step before now is still taken, so three in a row need no waiting. */
  function code(): string {
    const present = Math.floor(Date.now() / 30_000);
    lastStep = Math.max(lastStep + 1, present - 1);
    assert.ok(lastStep <= present + 1, 'the story asks for no more codes than a person could type');
    return totpCode(secret, lastStep);
  }
  async function looksRight(shown: Page, name: string): Promise<void> {
    await shot(shown, name);
    assert.deepEqual(await axeFaults(shown), [], `axe finds nothing at ${name}`);
  }
  async function signIn(shown: Page): Promise<void> {
    await shown.goto(`${base}/`);
    await shown.getByLabel('Email').fill(EMAIL);
    await shown.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await shown.getByRole('button', { name: 'Sign in', exact: true }).click();
    await shown.getByRole('heading', { name: 'Inbox' }).waitFor();
  }

  it('opens the link from the terminal, makes a brand and its admin, and shows the recovery codes once', async () => {
    const [, link] = await server.shows(/(http\S+\/setup#\S+)/);
    await page.goto(link as string);
    await page.locator('input[name=brand-name]:focus').waitFor();
    await page.getByLabel('Its address').focus();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('input[name=brand-name][aria-invalid=true]:focus').waitFor();
    await page.getByLabel('Name of your brand').fill('Acme');
    await looksRight(page, 'setup-brand');
    assert.equal(new URL(page.url()).hash, '', 'the token is gone from the address bar');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Your name').fill('Dana Levi');
    await page.getByLabel('Email').fill(EMAIL);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Your authenticator app' }).waitFor();
    secret = (/(?:[A-Z2-7]{4}\s?){8}/.exec(await page.locator('main').innerText())?.[0] ?? '').replaceAll(/\s/g, '');
    assert.match(secret, /^[A-Z2-7]{32}$/);
    await looksRight(page, 'setup-authenticator');
    await page.getByLabel('The six digits the app shows now').fill(code());
    await page.getByRole('button', { name: 'Finish setup' }).click();
    await page.getByRole('heading', { name: 'Keep these recovery codes' }).waitFor();
    assert.equal((await page.locator('main').innerText()).match(/\b[0-9a-z]{5}-[0-9a-z]{5}\b/g)?.length, 10);
    await looksRight(page, 'setup-recovery-codes');
    const again = await newPage(page.context());
    await again.goto(link as string);
    await again.getByRole('heading', { level: 1 }).waitFor();
    await looksRight(again, 'setup-used-link');
    assert.match(await again.locator('main').innerText(), /cannot be used/);
    await again.close();
  });

  it('signs in at two addresses with the password alone, while the list lets anyone in', async () => {
    await page.goto(`${base}/`);
    await looksRight(page, 'sign-in');
    await signIn(page);
    await looksRight(page, 'inbox');
    await signIn(other);
    assert.ok(way.count() > 0, 'the second browser really comes from elsewhere');
  });

  it('finds every tab and every setting in Privacy & Security and the two-factor module, the unbuilt ones marked', async () => {
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: /Privacy & Security/ }).waitFor();
    await looksRight(page, 'settings');
    await page.getByRole('link', { name: /Privacy & Security/ }).click();
    await page.getByRole('button', { name: 'Open all' }).click();
    for (const tab of tabs.filter((one) => one.id !== 'two-factor')) await page.getByRole('button', { name: new RegExp(`^${tab.title}`) }).waitFor();
    const shown = await page.locator('main').innerText();
    const here = keys.filter((key) => settingOf(key).tab !== 'two-factor');
    for (const key of here) {
      assert.ok(shown.includes(key), `${key} is shown`);
      assert.ok(shown.includes(settingOf(key).label), `${key} has its label`);
    }
    assert.equal([...shown.matchAll(/Not enforced yet/g)].length, here.filter((key) => notEnforced[key] !== undefined).length);
    await looksRight(page, 'privacy');
    await page.goto(`${base}/settings/two-factor`);
    await page.getByText('two_factor.mode').waitFor();
    await looksRight(page, 'two-factor');
  });

  it('gives a code and saves a white-list', async () => {
    await page.goto(`${base}/settings/privacy`);
    await page.getByRole('button', { name: /^General/ }).click();
    await page.getByText('We see you as').first().waitFor();
    await tick(page.getByRole('radio', { name: 'Only these addresses may connect' }));
    await page.locator('.add-line input').first().fill('203.0.113.9');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.locator('.add-line input[aria-label="address or network"]:focus').waitFor();
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByText('You will be outside the list yourself').waitFor();
    await page.getByRole('button', { name: 'Back to editing' }).click();
    await page.getByRole('button', { name: 'Add my address' }).click();
    await page.locator('.add-line input:focus').waitFor();
    await page.getByRole('button', { name: 'Remove 203.0.113.9' }).click();
    await page.getByRole('button', { name: 'Review and save' }).click();
    const review = page.getByRole('dialog');
    await review.getByText('Only these addresses may connect: 127.0.0.1').waitFor();
    await looksRight(page, 'review');
    await review.getByRole('button', { name: 'Save', exact: true }).click();
    const stepUp = page.getByRole('dialog').filter({ hasText: 'Confirm that it is you' });
    await stepUp.getByRole('textbox').fill(code());
    await stepUp.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText(/Saved: 1 change/).waitFor();
    const trial = page.getByRole('region', { name: 'Change on trial' });
    await trial.getByRole('button', { name: 'Confirm' }).click();
    await trial.waitFor({ state: 'detached' });
    await shot(page, 'saved');
  });

  it('the other address is stopped at once where it stands, and asked for a code', async () => {
    await other.getByRole('dialog').getByText(/One more step from here/).waitFor();
    await looksRight(other, 'second-factor-required');
  });

  it('with the two-factor module off it is refused, with a reason and a reference', async () => {
    await page.goto(`${base}/settings/two-factor`);
    const off = page.getByRole('radio', { name: /^Off/ });
    await off.focus();
    await page.keyboard.press('Space');
    assert.equal(await off.isChecked(), true);
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText(/Saved: 1 change/).waitFor();
    await other.goto(`${base}/audit`);
    await other.getByText(/network that your administrator allows/).waitFor();
    await looksRight(other, 'refused');
  });

  it('the refusal and the change stand in the audit trail, found by the reference', async () => {
    const reference = /ref_[0-9a-z]{26}/.exec(await other.locator('body').innerText())?.[0];
    assert.ok(reference !== undefined, 'the refused page shows a reference');
    await page.goto(`${base}/audit`);
    await page.getByText('changed “IP white-list for management”').first().waitFor();
    await page.getByLabel('Who').fill('dana');
    await looksRight(page, 'audit');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.waitForURL(/who=/);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('Reference of a refusal').fill(reference);
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByText('network.not_allowed').first().waitFor();
    await page.getByText(OUTSIDE).first().waitFor();
    const shown = await page.locator('main').innerText();
    assert.match(shown, /network\.not_allowed/);
    assert.match(shown, /IP white-list for management/);
    assert.match(shown, /Dana Levi/);
    await looksRight(page, 'audit-refusal');
  });

  it('every page holds at 360 pixels, in the dark and right to left, without a sideways scroll', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 360, height: 740 });
    for (const path of ['inbox', 'settings', 'settings/privacy', 'settings/two-factor', 'settings/accounts', 'audit', 'account']) {
      await page.goto(`${base}/${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      const name = `narrow-dark-${path.replaceAll('/', '-')}`;
      await looksRight(page, name);
      for (const dir of ['ltr', 'rtl']) {
        const overflow = await page.evaluate((value) => {
          const { documentElement } = (globalThis as unknown as { document: { documentElement: { dir: string; scrollWidth: number; clientWidth: number } } }).document;
          documentElement.dir = value;
          return documentElement.scrollWidth - documentElement.clientWidth;
        }, dir);
        assert.ok(overflow <= 0, `${path} ${dir} scrolls sideways by ${overflow}px`);
      }
    }
  });
});
