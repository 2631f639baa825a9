// The workspace in the page of a CRM: who may present it, how an agent signs in there, what the two say to each other, and how it ends.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import * as agentRows from '#store/agents.ts';
import * as identityRows from '#store/customer-identities.ts';
import { createCrm } from '../../examples/crm-page/crm.mjs';
import { axeFaults } from '#test/axe.ts';
import { openBrowser, shot } from '#test/browser.ts';
import { openCase } from '#test/customer-case.ts';
import { PNG } from '#test/files.ts';
import { type Admin, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { only } from '#test/people.ts';
import { freePort } from '#test/ports.ts';

/** A page on some site that frames whatever its query names. */
const anySite = (more: Readonly<Record<string, string>> = {}): Server => createServer((request, response) => {
  const src = new URL(request.url ?? '/', 'http://site').searchParams.get('src') ?? 'about:blank';
  response.writeHead(200, { 'content-type': 'text/html', ...more }).end(`<!doctype html><title>Some site</title><iframe title="inside" src="${src.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}" width="900" height="600"></iframe>`);
});

describe('the workspace in a CRM', { timeout: 180_000 }, () => {
  let house: TestHouse;
  let admin: Admin;
  let cookie: string;
  let browser: Browser;
  let person: BrowserContext;
  /** Somebody who is signed in nowhere. */
  let passers: BrowserContext;
  let desk: string;
  let conversation: string;
  const servers: Server[] = [];
  const faults: string[] = [];
  let [crm, portal, stranger, isolated] = ['', '', '', ''];

  async function listen(server: Server): Promise<string> {
    const port = await freePort();
    await new Promise<void>((done) => { server.listen(port, '127.0.0.1', done); });
    servers.push(server);
    return `http://localhost:${port}`;
  }

  before(async () => {
    // Another site than localhost: the cookie of the frame is a third party's, kept apart by the site around it.
    house = await openHouse({ rounds: true, env: (port) => ({ PUBLIC_URL: `http://127.0.0.1:${port}` }) });
    desk = `http://127.0.0.1:${house.port}`;
    admin = await house.setUp();
    cookie = await house.signIn(admin);
    crm = await listen(createCrm({ desk, brand: admin.slug }));
    portal = await listen(anySite());
    stranger = await listen(anySite());
    isolated = await listen(anySite({ 'cross-origin-embedder-policy': 'require-corp' }));
    const { store, brands } = house.building.parts;
    const brand = (await brands.bySlug('acme'))!;
    const agentId = (await agentRows.namesById(store.brand(brand.id))).keys().next().value as string;
    const one = await openCase(store, brand.id, agentId, { now: house.clock.now });
    await one.write('Where is my walnut lamp?');
    conversation = (await one.conversation()).id;
    await store.brand(brand.id).note([identityRows.insert(store.brand(brand.id), { kind: 'external_id', value: 'cust-1001', customer_id: one.customerId, verified_at: house.clock.now })]);
    browser = await openBrowser();
    passers = await browser.newContext();
    person = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  });
  after(async () => {
    await browser?.close();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    await house?.close();
    assert.deepEqual(faults, []);
  });

  const list = async (...origins: string[]): Promise<void> => {
    const saved = await house.save(admin, cookie, { 'frame.allowed_origins': origins.length === 0 ? { state: 'none', entries: [] } : only(...origins) });
    assert.equal(saved.status, 200, saved.text);
  };
  async function newPage(context: BrowserContext = person): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => { if (/Content Security Policy|Trusted/i.test(message.text()) && !/frame/i.test(message.text())) faults.push(message.text()); });
    return page;
  }
  /** True when the browser refused to show it there. */
  async function blocked(where: string): Promise<boolean> {
    const page = await newPage(passers);
    const never = new Promise<never>(() => undefined);
    const refused = page.waitForEvent('console', (message) => /frame-ancestors|X-Frame-Options/i.test(message.text())).then(() => true, () => never);
    const shown = page.waitForEvent('framenavigated', (frame: Frame) => frame.parentFrame() !== null && frame.url().startsWith(`${desk}/`)).then(() => false, () => never);
    // The answer comes while the page is still on its way: whether the rest of it loads does not matter.
    page.goto(where).catch(() => undefined);
    const answer = await Promise.race([refused, shown]);
    await page.close();
    return answer;
  }
  /** Each in a page of its own, at once: what is waited for is mostly the browser. */
  const allBlocked = (paths: readonly string[]): Promise<unknown> => Promise.all(paths.map(async (path) => assert.equal(await blocked(at(portal, desk + path)), true, path)));
  const at = (site: string, src: string): string => `${site}/?src=${encodeURIComponent(src)}`;
  const inside = (page: Page): Frame => page.frames().find((frame) => frame.url().startsWith(`${desk}/b/acme/embed`))!;
  async function looksRight(page: Page, name: string): Promise<void> {
    await shot(page, `crm-${name}`);
    assert.deepEqual(await axeFaults(page), [], `axe finds nothing at ${name}`);
  }
  const EMBED = '/b/acme/embed';
  const ORDINARY = ['/b/acme', '/b/acme/inbox', '/b/acme/settings/privacy', `${EMBED}/sign-in`];

  it('off: it is blocked everywhere', async () => {
    await allBlocked([EMBED, `${EMBED}/conversations/${conversation}`, ...ORDINARY]);
  });

  it('on: it opens for the listed alone, nested pages are judged too, and ordinary pages stay blocked for them as well', async () => {
    await list(crm, portal, isolated);
    const rows = [
      ['listed', at(portal, desk + EMBED), false], ['listed, and isolated itself', at(isolated, desk + EMBED), false], ['listed in listed', at(portal, at(portal, desk + EMBED)), false], ['not listed', at(stranger, desk + EMBED), true],
      ['listed in a stranger', at(stranger, at(portal, desk + EMBED)), true], ['a stranger in listed', at(portal, at(stranger, desk + EMBED)), true],
    ] as const;
    await Promise.all(rows.map(async ([what, where, refused]) => assert.equal(await blocked(where), refused, what)));
    // Clickjacking of settings: there is no page to click on.
    await allBlocked(ORDINARY);
  });

  let page: Page;

  /** Presses "Sign in" in the frame and goes through the window. */
  async function signIn(typed: boolean): Promise<void> {
    const opening = page.waitForEvent('popup');
    await inside(page).getByRole('button', { name: 'Sign in' }).click();
    const window = await opening;
    window.on('pageerror', (error) => faults.push(error.message));
    if (typed) {
      await window.getByLabel('Email').fill(admin.email);
      await window.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await window.getByRole('button', { name: 'Sign in', exact: true }).click();
    }
    await window.getByRole('heading', { name: 'Open the workspace in this site?' }).waitFor();
    assert.match(await window.locator('.handover-site').innerText(), new RegExp(crm));
    const yes = window.getByRole('button', { name: 'Open it there', disabled: false });
    await yes.waitFor();
    if (typed) await looksRight(window, '2-window');
    await Promise.all([window.waitForEvent('close'), yes.click()]);
    await inside(page).getByRole('heading', { name: 'Inbox' }).waitFor({ state: 'attached' });
  }

  it('a window of its own signs the agent in, and the frame has a cookie of its own', async () => {
    page = await newPage();
    await page.goto(crm);
    await inside(page).getByRole('heading', { name: 'Sign in to see conversations here' }).waitFor();
    await looksRight(page, '1-signed-out');
    await signIn(true);
    await page.getByText('An agent is signed in.').waitFor();
    const cookies = await person.cookies(desk);
    const frame = cookies.find(({ name }) => name === '__Host-frame')!;
    assert.deepEqual([frame.secure, frame.httpOnly, frame.sameSite, frame.path], [true, true, 'None', '/']);
    assert.match(String((frame as { partitionKey?: string }).partitionKey), /localhost/);
    assert.equal(cookies.find(({ name }) => name === '__Host-session')!.sameSite, 'Lax');
  });

  it('the CRM asks for a customer by its own id, and is told what was opened', async () => {
    await page.getByRole('button', { name: /Maya Cohen/ }).click();
    await inside(page).getByRole('article').filter({ hasText: 'Where is my walnut lamp?' }).first().waitFor();
    await page.getByText('Conversation 1 is open').waitFor();
    await looksRight(page, '3-conversation');
    await page.getByRole('button', { name: /Ruth Adler/ }).click();
    await page.getByText('No conversation with cust-1003.').waitFor();
    await inside(page).getByText('No conversation with this customer').waitFor();
    await inside(page).getByRole('button', { name: 'Close' }).click();
  });

  it('a file is attached there, seen, and opened in a tab of its own; its page too', async () => {
    await page.getByRole('button', { name: /Maya Cohen/ }).click();
    const frame = inside(page);
    await frame.getByRole('article').first().waitFor();
    await frame.locator('input[type=file]').setInputFiles([{ name: 'lamp.png', mimeType: 'image/png', buffer: PNG }]);
    await frame.locator('.pending-file[data-stage=done]', { hasText: 'lamp.png' }).waitFor();
    await frame.getByPlaceholder('Write an answer').fill('This one?');
    await frame.getByRole('button', { name: 'Send', exact: true }).click();
    const file = frame.getByRole('link', { name: /Open lamp\.png/ });
    await file.waitFor();
    assert.ok(await frame.locator('.file-picture').first().evaluate((one: unknown) => (one as { decode(): Promise<void> }).decode().then(() => true)), 'its picture is shown to the frame alone');
    const [tab] = await Promise.all([person.waitForEvent('page'), file.click()]);
    await tab.waitForLoadState();
    assert.equal(await tab.evaluate('document.contentType'), 'image/png');
    await tab.close();
    const [about] = await Promise.all([person.waitForEvent('page'), frame.getByRole('link', { name: 'About lamp.png' }).click()]);
    await about.getByRole('heading', { name: 'Who opened this' }).waitFor();
    await about.close();
    await shot(page, 'crm-3-file');
  });

  it('no other page is heard, and settings are refused whatever it asks', async () => {
    const frame = inside(page);
    // From the frame itself, as a script in another frame would have to: not the page around it.
    await frame.evaluate(`postMessage({ type: 'portcullis:show', externalId: 'cust-9999' }, location.origin)`);
    const answer = await frame.evaluate(`fetch('/api/v1/policy', { headers: { 'portcullis-frame': '1' } }).then((answer) => answer.json())`);
    assert.equal((answer as { code: string }).code, 'frame.not_here');
    const code = await frame.evaluate(`fetch('/api/v1/step-up', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ method: 'totp', code: '123456' }) }).then((answer) => answer.json())`);
    assert.equal((code as { code: string }).code, 'frame.not_here');
    assert.equal(await page.getByText('cust-9999').count(), 0);
  });

  it('an origin that is taken off the list ends it at once; the draft is there when it is back', async () => {
    const box = inside(page).getByRole('textbox', { name: /Write|Answer|Reply|Message/i }).last();
    await box.fill('It leaves our workshop today');
    await list(portal);
    await inside(page).getByRole('heading', { name: 'Your session here is over' }).waitFor();
    await page.getByText('Nobody is signed in.').first().waitFor();
    await looksRight(page, '4-over');
    await list(crm, portal);
    await signIn(false);
    await inside(page).getByText('It leaves our workshop today').waitFor();
  });

  it('the CRM is told what is solved, and one conversation has an address of its own', async () => {
    const changed = await house.call('PATCH', `/api/v1/conversations/${conversation}`, { cookie, body: { status: 'solved' } });
    assert.equal(changed.status, 200, changed.text);
    await page.getByText('Conversation 1 is solved.').waitFor();
    const single = await newPage();
    await single.goto(at(portal, `${desk}${EMBED}/conversations/${conversation}`));
    await inside(single).getByRole('article').filter({ hasText: 'Where is my walnut lamp?' }).first().waitFor();
    await single.close();
  });

  it('it stands in narrow and dark pages, and says when a browser stops the window', async () => {
    await inside(page).getByRole('button', { name: 'Sign out' }).click();
    await inside(page).getByText('You are signed out.').waitFor();
    const small = await newPage(await browser.newContext({ viewport: { width: 360, height: 760 }, colorScheme: 'dark' }));
    await small.addInitScript('window.open = () => null');
    await small.goto(crm);
    await inside(small).getByRole('button', { name: 'Sign in' }).click();
    await inside(small).getByText('The window was stopped').waitFor();
    await looksRight(small, '5-blocked');
    await small.context().close();
  });
});
