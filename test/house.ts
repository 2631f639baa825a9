// A whole server for a test: real HTTP on a free port, a clock that the test sets, callers from several loopback addresses.
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Building, openBuilding, type Options } from '#server/building.ts';
import { readConfig } from '#server/config.ts';
import { databaseFile, keyFolder } from '#server/data-folder.ts';
import { openKeyring } from '#identity/keyring.ts';
import { totpCode } from '#identity/totp.ts';
import { freePort } from '#test/ports.ts';
import { placeFile } from '#test/ready-places.ts';

/** A Monday morning: tests begin here unless they say otherwise. */
export const MORNING = Date.UTC(2026, 10, 23, 8, 0, 0);
export const PASSWORD = 'four grey herons walk';
const LIFTED = { perSecond: 1e6, burst: 1e6 };
/** What one network may do in the chat, lifted: tests of it set their own. */
export const UNLIMITED_CHAT = { asks: LIFTED, sends: LIFTED, details: LIFTED, sockets: 1e6 };

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // The shape differs by address; tests look into what they asked for.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
  readonly cookies: readonly string[];
}

export interface Call {
  /** Local address the caller connects from. Default 127.0.0.1. */
  readonly from?: string;
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly raw?: string;
  readonly cookie?: string | undefined;
  /** Sends the cookie as it is, also when the server has given another in its place since. */
  readonly stale?: boolean;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export interface Admin {
  readonly email: string;
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  readonly slug: string;
}

export interface TestHouse {
  readonly building: Building;
  readonly clock: { now: number; uptime: number };
  readonly port: number;
  readonly dataDir: string;
  /** The lines written to the terminal (text messages, on loopback). */
  readonly terminal: string[];
  call(method: string, path: string, call?: Call): Promise<Answer>;
  /** Sets a brand up through its link, as a newcomer does. */
  setUp(brand?: { name: string; slug: string }): Promise<Admin>;
  /** Signs in and gives the Cookie header; gives a code when asked. */
  signIn(admin: Admin, from?: string): Promise<string>;
  /** A code that was not used yet: the clock goes to the next step. */
  code(admin: Admin): string;
  stepUp(admin: Admin, cookie: string, from?: string): Promise<void>;
  /** Saves settings with a fresh code, on the newest version. */
  save(admin: Admin, cookie: string, settings: Record<string, unknown>, from?: string): Promise<Answer>;
  close(): Promise<void>;
}

/** Tokens that took the place of others after a new proof: callers keep their cookies as a browser does, all houses of a test alike. */
const followers = new Map<string, string>();
const ROTATING = /^\/api\/v1\/(step-up|session\/code|account\/factors\/(totp\/[^/]+\/confirm|passkeys))$/;

/** The Cookie header that a browser would send by now, where this one was its header once. */
export function presentCookie(cookie: string): string {
  let present = cookie;
  for (let next = followers.get(present); next !== undefined; next = followers.get(present)) present = next;
  return present;
}

export function caller(port: number, publicHost: string) {
  return function call(method: string, path: string, { from = '127.0.0.1', body, raw, cookie: shown, stale = false, headers = {} }: Call = {}): Promise<Answer> {
    const cookie = shown === undefined || stale ? shown : presentCookie(shown);
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const all: Record<string, string | undefined> = {
      host: publicHost,
      'sec-fetch-site': 'same-origin',
      ...(payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }),
      ...(cookie === undefined ? {} : { cookie }),
      ...headers,
    };
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<string, string>;
    return new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port, method, path, localAddress: from, headers: sent, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const json = /[/+]json/.test(response.headers['content-type'] ?? '');
          const cookies = (response.headers['set-cookie'] ?? []).map((line) => line.split(';')[0] as string);
          const token = cookies.find((one) => one.startsWith('__Host-session=') && one.length > 15);
          if (cookie !== undefined && token !== undefined && ROTATING.test(path)) followers.set(cookie, cookie.replace(/__Host-session=[^;]*/, token));
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: json && text !== '' ? JSON.parse(text) : undefined, cookies });
        });
      });
      request.on('error', reject);
      request.end(payload);
    });
  };
}

function cookieOf(answer: Answer, name: string): string {
  const found = answer.cookies.find((cookie) => cookie.startsWith(`${name}=`) && cookie.length > name.length + 1);
  if (found === undefined) throw new Error(`No cookie ${name} in ${answer.status} ${answer.text}`);
  return found;
}

/** All houses of a run hash in one queue of bounded length: whoever sets up waits for who came before. */
let line: Promise<unknown> = Promise.resolve();
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = line.then(work);
  line = done.catch(() => undefined);
  return done;
}

/** Opens a server for a test. `env` are the variables of the configuration, where they must know it by the port. */
export async function openHouse({ env = {}, dataDir, ...options }: { env?: Record<string, string> | ((port: number) => Record<string, string>); dataDir?: string } & Options = {}): Promise<TestHouse> {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'portcullis-test-'));
  const port = await freePort();
  const clock = { now: MORNING, uptime: 0 };
  const terminal: string[] = [];
  const config = readConfig({ PORT: String(port), DATA_DIR: folder, LOG_LEVEL: 'silent', ...(typeof env === 'function' ? env(port) : env) }, folder);
  if (dataDir === undefined && config.databaseUrl === undefined) {
    // As a first start leaves it that was ended before it wrote a row: keys, then a database.
    openKeyring({ folder: keyFolder(config), env: config.keys, create: true, now: clock.now });
    await placeFile(databaseFile(config));
  }
  const building = await openBuilding(config, { now: () => clock.now, uptime: () => clock.uptime, terminal: (line) => terminal.push(line), rounds: false, rate: { perSecond: 1e6, burst: 1e6 }, entranceRate: { perSecond: 1e6, burst: 1e6 }, chatNetworkRate: UNLIMITED_CHAT, pictureWaitMs: 30_000, ...options });
  await building.app.listen({ port, host: '127.0.0.1' });
  const call = caller(port, config.publicUrl.host);
  const steps = new Map<string, number>();

  function code(admin: Admin): string {
    const present = Math.floor(clock.now / 30_000);
    const step = Math.max(present, (steps.get(admin.secret) ?? 0) + 1);
    if (step > present) clock.now = step * 30_000;
    steps.set(admin.secret, step);
    return totpCode(admin.secret, step);
  }

  const house: TestHouse = {
    building,
    clock,
    port,
    dataDir: folder,
    terminal,
    call,
    code,
    setUp: (brand = { name: 'Acme', slug: 'acme' }) => inTurn(async () => {
      const { issueSetupLink } = await import('#identity/setup.ts');
      const { store, keyring, brands } = building.parts;
      const token = await issueSetupLink({ store, keyring, commit: brands.commit, now: () => clock.now }, null);
      const opened = await call('POST', '/api/v1/setup/open', { body: { token } });
      const secret = opened.body.totp.secret as string;
      const email = `dana@${brand.slug}.example`;
      const admin = { email, secret, recoveryCodes: [], slug: brand.slug };
      const done = await call('POST', '/api/v1/setup/complete', { body: { token, brand, admin: { name: 'Dana Levi', email, password: PASSWORD }, code: code(admin) } });
      if (done.status !== 201) throw new Error(`Setup failed: ${done.status} ${done.text}`);
      return { ...admin, recoveryCodes: done.body.recoveryCodes as string[] };
    }),
    async signIn(admin, from = '127.0.0.1') {
      const first = await call('POST', '/api/v1/sign-in', { from, body: { brand: admin.slug, email: admin.email, password: PASSWORD } });
      if (first.status !== 200) throw new Error(`Sign-in failed: ${first.status} ${first.text}`);
      if (first.body.next === 'workspace') return cookieOf(first, '__Host-session');
      const second = await call('POST', '/api/v1/sign-in/code', { from, cookie: cookieOf(first, '__Host-signin'), body: { code: code(admin), method: 'totp' } });
      return cookieOf(second, '__Host-session');
    },
    async stepUp(admin, cookie, from = '127.0.0.1') {
      const answer = await call('POST', '/api/v1/step-up', { from, cookie, body: { code: code(admin), method: 'totp' } });
      if (answer.status !== 200) throw new Error(`Step-up failed: ${answer.status} ${answer.text}`);
    },
    async save(admin, cookie, settings, from = '127.0.0.1') {
      await house.stepUp(admin, cookie, from);
      const policy = await call('GET', '/api/v1/policy', { from, cookie });
      return call('PATCH', '/api/v1/policy', { from, cookie, body: { settings }, headers: { 'if-match': policy.headers.etag } });
    },
    async close() {
      await building.close();
      if (dataDir === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
  return house;
}
