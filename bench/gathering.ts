// A gathering for the bench of the chat: customers who each have a conversation and a session, and agents who are signed in.
import { newId, newToken, tokenHash } from '#identity/tokens.ts';
import { personOf } from '#identity/person.ts';
import type { Building } from '#server/building.ts';
import * as agentRows from '#store/agents.ts';
import * as feed from '#store/feed.ts';
import * as settingRows from '#store/settings.ts';
import type { BrandStore, Entry, Statement } from '#store/store.ts';

export const SITE = 'http://localhost:9999';
const IN_UNIT = 250;
/** One session may say little in a minute; the bench of the fan-out wants one conversation to hear much. */
const SPEAKERS = 60;

export interface Gathering {
  readonly brandId: string;
  /** The first customer's further sessions: bearers. */
  readonly speakers: readonly string[];
  /** `token` is the bearer of the chat session. */
  readonly customers: readonly { readonly token: string; readonly conversation: string }[];
  /** Cookie headers. */
  readonly agents: readonly string[];
}

/** Puts them straight into the store: what is measured is what they do afterwards. */
export async function gather({ parts }: Building, many: { readonly customers: number; readonly agents: number }): Promise<Gathering> {
  const { store, brands, sessions, now } = parts;
  const brand = await brands.bySlug('acme');
  if (brand === null) throw new Error('The brand of the bench is missing.');
  const rows = store.brand(brand.id);
  const at = now();
  const channel = newId('chn');
  const [admin] = await agentRows.activeAdmins(rows);
  const entry = (event: Entry['event'], kind: string): Entry => ({ id: newId('evt'), at, actor: { kind: 'host', id: null }, event, entity: { kind, id: null } });
  await brands.commit([rows.part({
    statements: [
      rows.write(rows.q.insertInto('channels').values({ id: channel, kind: 'chat', name: 'Shop', title: 'Shop', greeting: 'Hello', away_text: '', colour: '#0b6456', created_at: at, created_by: null, disabled_at: null })),
      settingRows.put(rows, { channel_id: channel, key: 'channel.site_origins', value: JSON.stringify({ state: 'only', entries: [{ value: SITE }] }), set_by: admin!.id, set_at: at }),
    ],
    entries: [entry('policy.changed', 'setting')], bumps: ['policy'],
  })]);

  const customers: Gathering['customers'][number][] = [];
  const speakers: string[] = [];
  for (let first = 0; first < many.customers; first += IN_UNIT) {
    const statements: Statement[] = [];
    for (let n = first; n < Math.min(first + IN_UNIT, many.customers); n += 1) statements.push(...customer(rows, n));
    await rows.note(statements);
  }
  const agents: string[] = [];
  for (let first = 0; first < many.agents; first += IN_UNIT) {
    const begun = Array.from({ length: Math.min(IN_UNIT, many.agents - first) }, (_, n) => agent(first + n));
    await brands.commit([rows.part({ statements: begun.flatMap(({ statements }) => statements), entries: [entry('agent.created', 'agent')], bumps: ['people'] })]);
    for (const one of begun) {
      sessions.adopt(one.session);
      agents.push(`__Host-session=${one.cookie}`);
    }
  }
  return { brandId: brand.id, customers, speakers, agents };

  function customer(to: BrandStore, n: number): Statement[] {
    const [id, conversation, token] = [newId('cus'), newId('con'), `cht_${to.id}.${newToken().text}`];
    customers.push({ token, conversation });
    return [
      to.write(to.q.insertInto('customers').values({ id, name: `Customer ${n}`, email: null, phone: null, external_id: null, fields: '[]', verified_by: null, created_at: at, last_seen_at: at, erased_at: null, erased_by: null })),
      feed.advance(to), feed.nextNumber(to),
      to.write(to.q.insertInto('conversations').values((eb) => ({
        id: conversation, number: feed.standing(eb, 'conversation'), channel_id: channel, kind: 'chat', customer_id: id, status: 'open', status_at: at, assignee_id: null, team_id: null, preview: '',
        last_seq: 0, last_message_at: at, last_author: 'customer', waiting_since: null, created_at: at, hold_at: null, hold_by: null, hold_reason: null, feed: feed.standing(eb, 'feed'),
      }))),
      session(to, id, token),
      ...(n === 0 ? Array.from({ length: SPEAKERS }, () => speaker(to, id)) : []),
    ];
  }

  function speaker(to: BrandStore, customerId: string): Statement {
    const token = `cht_${to.id}.${newToken().text}`;
    speakers.push(token);
    return session(to, customerId, token);
  }

  function session(to: BrandStore, customerId: string, token: string): Statement {
    return to.write(to.q.insertInto('chat_sessions').values({
      id: newId('chs'), channel_id: channel, customer_id: customerId, token_hash: tokenHash(token), site: SITE, proven: 'anonymous', verified_by: null, created_at: at, expires_at: at + 30 * 86_400_000,
      last_seen_at: at, ended_at: null, end_reason: null, address: '127.0.0.1', user_agent: 'bench', feed: 0,
    }));
  }

  function agent(n: number) {
    const id = newId('agt');
    const email = `agent.number${n}@acme.example`;
    const row = {
      id, email, email_key: email, name: `Agent Number ${n}`, role: 'agent' as const, capabilities: '[]', phone: null, phone_verified_at: null, password_hash: null, password_set_at: at,
      deactivated_at: null, created_at: at, must_change: null, password_reminded: null,
    };
    const begun = sessions.begin({ brandId: brand!.id, person: personOf({ ...row, has_factor: 0 }), proven: 'password', address: '127.0.0.1', userAgent: 'bench' }, at);
    return { session: begun.session, cookie: begun.cookie, statements: [agentRows.insert(rows, row), begun.statement] };
  }
}
