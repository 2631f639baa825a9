// A passkey in a real browser: enrolled, given at step-up and after a password, and in the place of both.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CDPSession, Page } from 'playwright-core';
import { type Browsing, openBrowsing } from '#test/browsing.ts';

const KEY = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } as const;
const MINUTE = 60_000;

/** What the key holds, as the browser's debugger gives it. */
type Held = { credentialId: string; isResidentCredential: boolean; privateKey: string; signCount: number; rpId?: string; userHandle?: string }[];

describe('a passkey, in a browser', { timeout: 120_000 }, () => {
  let at: Browsing;
  let page: Page;
  let line: CDPSession;
  let authenticatorId: string;
  before(async () => {
    at = await openBrowsing('passkey');
    page = await at.page();
  });
  after(() => at?.close());

  /** Puts a key into the page, with what it holds. It lives in this page alone: elsewhere the browser would wait for a person, and say nothing. */
  async function plugIn(credentials: Held = []): Promise<void> {
    await line.send('WebAuthn.enable', { enableUI: false });
    ({ authenticatorId } = await line.send('WebAuthn.addVirtualAuthenticator', { options: KEY }));
    for (const credential of credentials) await line.send('WebAuthn.addCredential', { authenticatorId, credential });
  }
  const held = async (): Promise<Held> => (await line.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
  /** axe has a debugger's line of its own to the page, and the end of any line takes the page's keys away: plugged in again. */
  async function looksRight(name: string): Promise<void> {
    const credentials = await held();
    await at.looksRight(page, name);
    await plugIn(credentials);
  }
  /** Whether a finger lies on the key: if not, whatever asks for it waits, as it does for a person who looks elsewhere. */
  const touch = (enabled: boolean) => line.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
  /** The body of the next request that is sent there, once it is answered well. */
  async function sent(path: string): Promise<{ method?: string }> {
    const answer = await page.waitForResponse((one) => one.url().endsWith(`/api/v1${path}`) && one.request().method() === 'POST');
    assert.equal(answer.status(), 200, path);
    return answer.request().postDataJSON();
  }
  async function signOut(): Promise<void> {
    // Without a finger on it: a virtual key takes the offer at the email line at once.
    await touch(false);
    const offered = sent('/sign-in/passkey/options');
    await page.getByRole('button', { name: /^You/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await offered;
    await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
  }
  const stepUp = () => page.getByRole('dialog').filter({ hasText: 'Confirm that it is you' });
  async function askForNewCodes(): Promise<void> {
    await page.getByRole('button', { name: 'Make new codes' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Make new codes' }).click();
    await stepUp().waitFor();
  }

  it('is enrolled beside an authenticator app', async () => {
    await page.goto(at.base);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
    await at.typePassword(page, at.admin.email);
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
    await page.goto(`${at.base}/account`);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    line = await page.context().newCDPSession(page);
    await plugIn();
    await page.getByRole('textbox', { name: 'Name' }).fill('Desk key');
    await page.getByRole('button', { name: 'Add it' }).click();
    await stepUp().getByRole('textbox', { name: 'Code from your authenticator app' }).fill(at.house.code(at.admin));
    await stepUp().getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('Desk key').first().waitFor();
    assert.equal((await held()).length, 1);
  });

  it('confirms a change that needs a fresh code', async () => {
    at.house.clock.now += 3 * MINUTE;
    await askForNewCodes();
    const given = sent('/step-up');
    await stepUp().getByRole('button', { name: 'Use a passkey' }).click();
    assert.equal((await given).method, 'passkey');
    await page.getByRole('heading', { name: 'Keep these recovery codes' }).waitFor();
    await looksRight('new-codes');
    await page.getByRole('button', { name: 'I have kept them' }).click();
  });

  it('that is not touched says that the browser waits, and stands in no other way\'s light', async () => {
    at.house.clock.now += 3 * MINUTE;
    await touch(false);
    await askForNewCodes();
    await stepUp().getByRole('button', { name: 'Use a passkey' }).click();
    await stepUp().getByText('Your browser is asking').waitFor();
    await looksRight('waiting');
    await stepUp().getByRole('button', { name: 'Use the authenticator app' }).click();
    const field = stepUp().getByRole('textbox', { name: 'Code from your authenticator app' });
    await field.waitFor();
    assert.equal(await stepUp().getByText('No passkey was given').count(), 0);
    await touch(true);
    await stepUp().getByRole('button', { name: 'Use a passkey' }).click();
    const given = sent('/step-up');
    await stepUp().locator('button[data-wide]').click();
    assert.equal((await given).method, 'passkey');
    await page.getByRole('heading', { name: 'Keep these recovery codes' }).waitFor();
    await page.getByRole('button', { name: 'I have kept them' }).click();
  });

  it('is the code after a password', async () => {
    const saved = await at.house.save(at.admin, await at.house.signIn(at.admin), { 'two_factor.mode': 'on' });
    assert.equal(saved.status, 200, saved.text);
    await signOut();
    await at.typePassword(page, at.admin.email);
    await page.getByRole('heading', { name: 'Your code' }).waitFor();
    await looksRight('code');
    await touch(true);
    const given = sent('/sign-in/code');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    assert.equal((await given).method, 'passkey');
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
  });

  it('signs in alone by the button, also after a try that was broken off', async () => {
    await signOut();
    await line.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await touch(true);
    let asked = 0;
    const offeredAgain = page.waitForResponse((answer) => answer.url().endsWith('/api/v1/sign-in/passkey/options') && (asked += 1) === 2);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('No passkey was given').first().waitFor();
    await offeredAgain;
    await looksRight('none-given');
    await line.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    const given = sent('/sign-in/passkey');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await given;
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
    await page.goto(`${at.base}/account`);
    await page.getByText(/From 127\.0\.0\.1 · passkey/).waitFor();
  });
});
