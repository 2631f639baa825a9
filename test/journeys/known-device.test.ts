// Locked out by strangers, let in by a mailed link, then a trusted browser, its page, and a passkey alone: in a real browser.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { authenticator } from '#test/authenticator.ts';
import { type Browsing, openBrowsing } from '#test/browsing.ts';
import { linkIn, mailsOf } from '#test/mails.ts';
import { retire, withoutFactor } from '#store/agents.ts';
import { addAgent, knock } from '#test/people.ts';

describe('a known device, in a browser', { timeout: 120_000 }, () => {
  let story: Browsing;
  let page: Page;
  let context: BrowserContext;
  before(async () => {
    story = await openBrowsing('known-device');
    context = await story.browser.newContext({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    page = await story.page(context);
  });
  after(() => story?.close());

  it('is told of the lock in words, and let in by the mailed link', async () => {
    const { house } = story;
    const email = await addAgent(house, story.admin, 'locked');
    for (let done = 0; done < 10; ) {
      const answer = await knock(house, 'acme', email, 'wrong');
      if (answer.status === 429) house.clock.now += Number(answer.headers['retry-after']) * 1_000;
      else done += 1;
    }
    await page.goto(story.base);
    await story.typePassword(page, email);
    await page.getByText('wait 30 minutes').waitFor();
    await page.getByText('a mail was written to a file on the server, because no mail server is set').waitFor();
    await story.looksRight(page, 'locked');
    const mail = (await mailsOf(house)).find((sent) => sent.to.includes(email))!;
    const { path, token } = linkIn(mail);
    await page.goto(`${new URL(story.base).origin}${path}#${token}`);
    await page.getByRole('button', { name: 'Let this browser try' }).waitFor();
    await story.looksRight(page, 'admit');
    await page.getByRole('button', { name: 'Let this browser try' }).click();
    await page.getByText('You can try again').waitFor();
    await story.looksRight(page, 'admitted');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await story.typePassword(page, email);
    await page.waitForURL('**/b/acme/inbox');
  });

  it('is trusted at the code step, needs no code at the next sign-in, and is forgotten on the account page', async () => {
    const { house, admin } = story;
    await context.clearCookies();
    const kept = await house.save(admin, await house.signIn(admin), { 'two_factor.trust_days': 5 });
    assert.equal(kept.status, 200, kept.text);
    const { brands, store } = house.building.parts;
    const rows = store.brand((await brands.bySlug('acme'))!.id);
    await rows.note((await withoutFactor(rows)).map(({ id }) => retire(rows, id, house.clock.now)));
    assert.equal((await house.save(admin, await house.signIn(admin), { 'two_factor.mode': 'on' })).status, 200);

    await page.goto(story.base);
    await story.typePassword(page, admin.email);
    await page.getByText('Trust this browser for 5 days').click();
    await story.looksRight(page, 'trust');
    await page.getByRole('textbox').first().fill(house.code(admin));
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL('**/b/acme/inbox');
    const cookies = await context.cookies();
    await context.clearCookies({ name: '__Host-session' });
    await page.goto(story.base);
    await story.typePassword(page, admin.email);
    await page.waitForURL('**/b/acme/inbox');
    assert.equal((await context.cookies()).find(({ name }) => name === '__Host-device')?.value, cookies.find(({ name }) => name === '__Host-device')?.value);

    await page.goto(`${story.base}/account`);
    await page.getByText('This browser').first().waitFor();
    await page.getByText(/No code until/).first().waitFor();
    await story.looksRight(page, 'devices');
  });

  it('signs in with a passkey alone', async () => {
    const { house, admin } = story;
    const { origin } = new URL(story.base);
    // The key is enrolled by hand, and put into the browser's own authenticator.
    const key = authenticator({ origin, rpId: 'localhost' });
    const cookie = await house.signIn(admin);
    await house.stepUp(admin, cookie);
    const begun = await house.call('POST', '/api/v1/account/factors/passkeys/options', { cookie, body: {} });
    const { options, ceremony } = begun.body;
    const done = await house.call('POST', '/api/v1/account/factors/passkeys', { cookie, body: { credential: key.create(options), ceremony } });
    assert.equal(done.status, 201, done.text);

    const fresh = await story.browser.newContext({ viewport: { width: 1280, height: 860 } });
    const shown = await story.page(fresh);
    await shown.goto(story.base);
    const button = shown.getByRole('button', { name: 'Sign in with a passkey' });
    await button.waitFor();
    await story.looksRight(shown, 'sign-in');
    // Only now: a page that is loaded again has forgotten its virtual authenticator.
    const line = await fresh.newCDPSession(shown);
    await line.send('WebAuthn.enable', { enableUI: false });
    const { authenticatorId } = await line.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
    const base64 = (text: string) => Buffer.from(text, 'base64url').toString('base64');
    const privateKey = key.key.export({ type: 'pkcs8', format: 'der' }).toString('base64');
    await line.send('WebAuthn.addCredential', { authenticatorId, credential: { credentialId: base64(key.id), isResidentCredential: true, rpId: 'localhost', privateKey, userHandle: base64(options.user.id), signCount: 0 } });
    await button.click();
    await shown.waitForURL('**/b/acme/inbox');
    await fresh.close();
  });
});
