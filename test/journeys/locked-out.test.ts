// Locked out and let back in, in a real browser: the office list refuses an admin at another address, the host's link opens one session.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { totpCode } from '#identity/totp.ts';
import { axeFaults } from '#test/axe.ts';
import { openBrowser, shot } from '#test/browser.ts';
import { caller } from '#test/house.ts';
import { portcullis } from '#test/program.ts';
import { relay, type Relay } from '#test/relay.ts';
import { start, type Started } from '#test/started.ts';

const OUTSIDE = '127.0.0.2';
const EMAIL = 'dana@northwind.example';

describe('locked out and let back in', { timeout: 120_000 }, () => {
  let server: Started;
  let far: Browser;
  let way: Relay;
  let page: Page;
  let base = '';
  let password = '';
  let cookie = '';

  before(async () => {
    server = await start(['--demo']);
    password = (await server.shows(/password\s+(\S+)/))[1] as string;
    const secret = (await server.shows(/authenticator\s+(\S+)/))[1] as string;
    await server.shows(/Portcullis is at/);
    base = `${server.url}/b/northwind`;
    way = await relay({ from: OUTSIDE, listenHost: OUTSIDE, listenPort: server.port, targetPort: server.port });
    far = await openBrowser({ from: OUTSIDE });
    page = await far.newPage({ viewport: { width: 1280, height: 860 } });
    page.setDefaultTimeout(15_000);

    // At the office another admin closes the gate: only this machine, and no codes from elsewhere.
    const call = caller(server.port, `localhost:${server.port}`);
    const signedIn = await call('POST', '/api/v1/sign-in', { body: { brand: 'northwind', email: EMAIL, password } });
    cookie = signedIn.cookies[0] as string;
    assert.equal((await call('POST', '/api/v1/step-up', { cookie, body: { method: 'totp', code: totpCode(secret, Math.floor(Date.now() / 30_000)) } })).status, 200);
    const etag = (await call('GET', '/api/v1/policy', { cookie })).headers.etag;
    const settings = { 'management.allowlist': { state: 'only', entries: [{ value: '127.0.0.1' }] }, 'two_factor.mode': 'off' };
    const saved = await call('PATCH', '/api/v1/policy', { cookie, body: { settings }, headers: { 'if-match': etag } });
    assert.equal(saved.status, 200, saved.text);
  });
  after(async () => {
    await far?.close();
    await way?.close();
    assert.equal(await server?.stop(), 0, 'the server stops cleanly');
  });

  it('outside, the right password gets what a wrong one gets', async () => {
    await page.goto(`${base}/`);
    const answers: string[] = [];
    for (const typed of [password, 'not the password at all']) {
      await page.getByLabel('Email').fill(EMAIL);
      await page.getByLabel('Password', { exact: true }).fill(typed);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      const said = page.getByText(/Check the email address and the password/);
      await said.waitFor();
      answers.push(await said.innerText());
      await page.reload();
    }
    assert.equal(answers[0], answers[1]);
  });

  it('the link from the host signs in once, says what it does, and everybody sees the banner', async () => {
    const { code, said } = await portcullis(server.env, ['unlock', EMAIL, '--for', '30m']);
    assert.equal(code, 0);
    const link = /http\S+\/unlock#\S+/.exec(said)?.[0] as string;
    await page.goto(link);
    await page.getByRole('heading', { name: 'Break-glass sign-in' }).waitFor();
    assert.equal(new URL(page.url()).hash, '', 'the token is gone from the address bar');
    await shot(page, 'unlock');
    assert.deepEqual(await axeFaults(page), []);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('Break-glass access is open').waitFor();
    await shot(page, 'unlocked');
    const notices = await caller(server.port, `localhost:${server.port}`)('GET', '/api/v1/notices', { cookie });
    assert.match(notices.text, /Break-glass access is open/, 'the admin at the office sees it too');
    assert.ok(way.count() > 0);

    const again = await far.newPage();
    await again.goto(link);
    await again.getByRole('button', { name: 'Sign in', exact: true }).click();
    await again.getByText('This link cannot be used').waitFor();
    await again.close();
  });

  it('stands in the trail as done by the host', async () => {
    await page.goto(`${base}/audit`);
    await page.getByText('A break-glass sign-in link for Dana Levi was made on the server.').waitFor();
    await page.getByText(/signed in with a break-glass link from 127\.0\.0\.2/).waitFor();
  });
});
