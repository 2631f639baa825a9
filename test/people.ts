// People for a test of the whole server: agents beside the admin, made as a later page will make them, and how lists are written.
import * as agentRows from '#store/agents.ts';
import { hashPassword } from '#identity/passwords.ts';
import { newId } from '#identity/tokens.ts';
import { totpCode } from '#identity/totp.ts';
import { type Answer, type Admin, PASSWORD, type TestHouse } from '#test/house.ts';

export const INSIDE = '127.0.0.1';
export const OUTSIDE = '127.0.0.2';
/** The value of a list that holds only these entries. */
export const only = (...values: string[]) => ({ state: 'only', entries: values.map((value) => ({ value })) });

/** Made once: what a hash costs is shown where passwords are. */
let ofAll: Promise<string> | undefined;
const hashOfAll = (): Promise<string> => (ofAll ??= hashPassword(PASSWORD) as Promise<string>);

/** Makes an agent with the password of all tests; gives the email address. */
export async function addAgent(house: TestHouse, admin: Admin, local: string, capabilities: readonly string[] = []): Promise<string> {
  const { brands, store } = house.building.parts;
  const brand = (await brands.bySlug(admin.slug))!;
  const rows = store.brand(brand.id);
  const email = `${local}@${admin.slug}.example`;
  const id = newId('agt');
  const at = house.clock.now;
  const row = { id, email, email_key: email, name: local, role: 'agent', capabilities: JSON.stringify(capabilities), phone: null, phone_verified_at: null, password_hash: await hashOfAll(), password_set_at: at, deactivated_at: null, created_at: at, must_change: null, password_reminded: null } as const;
  const entry = { id: newId('evt'), at, actor: { kind: 'host', id: null }, event: 'agent.created', entity: { kind: 'agent', id } } as const;
  await brands.commit([rows.part({ statements: [agentRows.insert(rows, row)], entries: [entry], bumps: ['people'] })]);
  return email;
}

/** Gives a person another role, as Settings → Users does. */
export async function become(house: TestHouse, slug: string, email: string, role: 'admin' | 'agent'): Promise<void> {
  const { brands, store } = house.building.parts;
  const rows = store.brand((await brands.bySlug(slug))!.id);
  const entry = { id: newId('evt'), at: house.clock.now, actor: { kind: 'host', id: null }, event: 'agent.changed', entity: { kind: 'agent', id: null }, facts: { what: 'role' } } as const;
  await brands.commit([rows.part({ statements: [rows.write(rows.q.updateTable('agents').set({ role }).where('email', '=', email))], entries: [entry], bumps: ['people'] })]);
}

/** Another administrator, with an authenticator of their own and a session. */
export async function addAdmin(house: TestHouse, admin: Admin, local: string): Promise<Admin & { readonly cookie: string }> {
  const email = await addAgent(house, admin, local);
  await become(house, admin.slug, email, 'admin');
  const cookie = (await knock(house, admin.slug, email)).cookies[0]!;
  const begun = await house.call('POST', '/api/v1/account/factors/totp', { cookie, body: { password: PASSWORD } });
  const done = await house.call('POST', `/api/v1/account/factors/totp/${begun.body.id}/confirm`, { cookie, body: { code: totpCode(begun.body.secret, Math.floor(house.clock.now / 30_000)), endOthers: false } });
  if (done.status !== 200) throw new Error(`Factor: ${done.status} ${done.text}`);
  // The code that was given is used up.
  house.clock.now += 60_000;
  return { email, secret: begun.body.secret as string, recoveryCodes: [], slug: admin.slug, cookie };
}

/** Signs in with email and password alone; gives the whole answer. */
export function knock(house: TestHouse, brand: string, email: string, password = PASSWORD, from = INSIDE): Promise<Answer> {
  return house.call('POST', '/api/v1/sign-in', { from, body: { brand, email, password } });
}

/** An answer without what differs each time: its id, and the date and length of its headers. */
export function told({ status, headers, body }: Answer) {
  const { date: _date, 'content-length': _length, ...kept } = headers;
  return { status, headers: kept, body: { ...body, id: '' } };
}

/** Every audit row of the brand, the newest first, as its page gives them. */
export async function trail(house: TestHouse, cookie: string, filter = ''): Promise<any[]> {
  const rows: any[] = [];
  for (let cursor = ''; ; ) {
    const page = await house.call('GET', `/api/v1/audit?${filter}${cursor}`, { cookie });
    if (page.status !== 200) throw new Error(`Audit: ${page.status} ${page.text}`);
    rows.push(...page.body.rows);
    if (page.body.next === null) return rows;
    cursor = `&cursor=${page.body.next}`;
  }
}
