// A desk and a shop with its chat, on two origins, for a story in a real browser: the browser reaches the desk through a relay that can be cut.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { createSite } from '../examples/customer-site/site.mjs';
import { axeFaults } from '#test/axe.ts';
import { openBrowser, shot } from '#test/browser.ts';
import { openHouse, type TestHouse } from '#test/house.ts';
import { only } from '#test/people.ts';
import { freePort } from '#test/ports.ts';
import { relay } from '#test/relay.ts';

/** The browser takes this address for localhost. */
const NEAR = '127.0.0.3';
const HELLO = { name: 'Shop', title: 'Oak & Linen', greeting: 'Hello! How can we help?', awayText: 'We are back on Monday at nine.', colour: '#0b6456' };
/** A reason to leave the stories out, or false. */
export const notBuilt = existsSync(new URL('../widget/dist/frame.html', import.meta.url)) ? false : 'widget/dist is not built; npm test builds it';

export interface Visit {
  readonly page: Page;
  /** What the console said, faults and what a content policy stopped among it. */
  readonly said: readonly string[];
}
export interface Said { readonly id: string; readonly text: string; readonly kind: string; readonly verified: boolean }
export interface Talked { readonly id: string; readonly preview: string; readonly customer: { readonly name: string | null; readonly verifiedBy: string | null } }

export interface Shop {
  readonly house: TestHouse;
  readonly browser: Browser;
  readonly brandId: string;
  readonly url: string;
  /** The same shop on an origin that the channel does not list. */
  readonly otherUrl: string;
  /** Breaks every connection between browser and desk, and lets none come about. */
  cut(): Promise<void>;
  connect(): Promise<void>;
  /** An agent opens the workspace: the chat says that somebody is here. */
  somebodyIsHere(): Promise<void>;
  visit(url: string, context?: BrowserContext): Promise<Visit>;
  signIn(email: string, password: string, name: string, context?: BrowserContext): Promise<Visit>;
  conversations(): Promise<readonly Talked[]>;
  messages(conversation: string): Promise<readonly Said[]>;
  /** Names the sites of the channel anew. */
  list(...origins: string[]): Promise<void>;
  redact(conversation: string, message: string): Promise<void>;
  /** An agent answers. */
  answer(conversation: string, text: string): Promise<void>;
  close(): Promise<void>;
}

export const clean = (said: readonly string[]): void => assert.deepEqual(said.filter((text) => /^fault|Content Security Policy|Trusted|Portcullis chat/.test(text)), []);

/** The launcher stands in a closed shadow root: it is found by where it is. */
export async function launch(page: Page): Promise<Frame> {
  await page.locator('portcullis-chat').waitFor({ state: 'attached' });
  const { width, height } = page.viewportSize()!;
  await page.mouse.click(width - 48, height - 48);
  return chat(page);
}

/** The chat's frame, once it is drawn. */
export async function chat(page: Page): Promise<Frame> {
  const found = () => page.frames().find((one) => one.url().includes('/chat/frame/'));
  for (let turns = 0; found() === undefined && turns < 600; turns += 1) await page.evaluate('new Promise((done) => requestAnimationFrame(done))');
  const frame = found();
  assert.ok(frame !== undefined, 'the frame was opened');
  await frame.getByRole('heading', { name: HELLO.title }).waitFor();
  return frame;
}

export const field = (frame: Frame) => frame.getByRole('textbox', { name: /Write a message|כתיבת הודעה/ });

/** Writes and sends; does not wait for what follows. */
export async function say(frame: Frame, text: string): Promise<void> {
  await field(frame).fill(text);
  await field(frame).press('Enter');
}

/** The desk has it. */
export const arrived = (frame: Frame, text: string): Promise<void> => frame.locator('.own:not(.waiting):not(.sent) .bubble', { hasText: text }).last().waitFor({ timeout: 40_000 });

export async function looksRight(page: Page, name: string): Promise<void> {
  await shot(page, `widget-${name}`);
  assert.deepEqual(await axeFaults(page), [], `axe finds nothing at ${name}`);
}

export async function openShop(): Promise<Shop> {
  const house = await openHouse({ rounds: true });
  // Each code takes a step of time: it begins earlier, so that it is now when the shop signs its tickets.
  house.clock.now = Date.now() - 600_000;
  const admin = await house.setUp();
  const cookie = await house.signIn(admin);
  await house.stepUp(admin, cookie);
  const [port, otherPort] = [await freePort(), await freePort()];
  const [url, otherUrl] = [`http://localhost:${port}`, `http://localhost:${otherPort}`];
  const made = await house.call('POST', '/api/v1/channels', { cookie, body: HELLO });
  assert.equal(made.status, 201, made.text);
  const path = `/api/v1/channels/${made.body.id}`;
  async function list(...origins: string[]): Promise<void> {
    const policy = await house.call('GET', `${path}/policy`, { cookie });
    const saved = await house.call('PATCH', `${path}/policy`, { cookie, body: { settings: { 'channel.site_origins': only(...origins) } }, headers: { 'if-match': policy.headers.etag } });
    assert.equal(saved.status, 200, saved.text);
  }
  await list(url);
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = await house.call('POST', `${path}/keys`, { cookie, body: { label: 'The shop', key: publicKey.export({ type: 'spki', format: 'pem' }) } });
  assert.equal(key.status, 201, key.text);
  const address = made.body.address as string;
  const site = { desk: `http://localhost:${house.port}`, channel: address, ticketKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, keyId: key.body.key.id as string };
  const shops = await Promise.all([port, otherPort].map(async (at) => {
    const server = createSite(site);
    await new Promise<void>((listening) => { server.listen(at, NEAR, listening); });
    return server;
  }));
  const toDesk = () => relay({ from: '127.0.0.1', listenHost: NEAR, listenPort: house.port, targetPort: house.port });
  let line = await toDesk();
  const browser = await openBrowser({ from: NEAR });
  house.clock.now = Date.now();
  let leave = () => {};
  let answers = 0;

  const shop: Shop = {
    house,
    browser,
    brandId: address.split('.')[0] as string,
    url,
    otherUrl,
    cut: () => line.close(),
    async connect() { line = await toDesk(); },
    async somebodyIsHere() {
      const people = await house.call('GET', '/api/v1/inbox/people', { cookie });
      leave = house.building.parts.presence.arrived(shop.brandId as never, people.body.people[0].id);
    },
    async visit(where, context) {
      const page = await (context ?? (await browser.newContext({ viewport: { width: 1280, height: 860 } }))).newPage();
      const said: string[] = [];
      page.setDefaultTimeout(15_000);
      page.on('pageerror', (error) => said.push(`fault: ${error.message}`));
      page.on('console', (message) => said.push(message.text()));
      await page.addInitScript("addEventListener('securitypolicyviolation', (event) => console.error('Content Security Policy: ' + event.violatedDirective + ' ' + event.blockedURI))");
      await page.goto(where);
      return { page, said };
    },
    async signIn(email, password, name, context) {
      house.clock.now = Date.now();
      const visit = await shop.visit(`${url}/sign-in`, context);
      await visit.page.getByLabel('Email').fill(email);
      await visit.page.getByLabel('Password').fill(password);
      await visit.page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
      await visit.page.getByRole('heading', { name: `Hello, ${name}` }).waitFor();
      await visit.page.locator('portcullis-chat').waitFor({ state: 'attached' });
      return visit;
    },
    conversations: async () => (await house.call('GET', '/api/v1/inbox?view=all', { cookie })).body.conversations,
    messages: async (id) => (await house.call('GET', `/api/v1/conversations/${id}`, { cookie })).body.messages,
    list,
    async redact(id, message) {
      const { status, text } = await house.call('POST', `/api/v1/conversations/${id}/messages/${message}/redact`, { cookie, body: {} });
      assert.ok(status === 200 || status === 204, text);
    },
    async answer(id, text) {
      const { status, text: told } = await house.call('POST', `/api/v1/conversations/${id}/messages`, { cookie, body: { id: `answer-${(answers += 1)}-of-the-test`, kind: 'text', text } });
      assert.equal(status, 201, told);
    },
    async close() {
      await browser.close();
      await line.close();
      for (const server of shops) {
        server.closeAllConnections();
        server.close();
      }
      leave();
      await house.close();
    },
  };
  return shop;
}
