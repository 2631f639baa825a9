// Puts the conversations of the demo brand into the store: a chat channel, teams, customers, and what was said.
import { keptWords } from '#inbox/search-words.ts';
import { newId } from '#identity/tokens.ts';
import * as feed from '#store/feed.ts';
import * as settingRows from '#store/settings.ts';
import type { BrandStore, Statement } from '#store/store.ts';
import { DEMO_CONVERSATIONS, DEMO_TEAMS, type DemoConversation } from '#server/demo-conversations.ts';
import type { Made } from '#server/demo-history.ts';

const HOUR = 3_600_000;
const BETWEEN_LINES = 4 * 60_000;
/** Where examples/customer-site listens. */
const DEMO_SITES = ['http://localhost:4000'];

export interface DemoInbox {
  readonly channelId: string;
  readonly statements: readonly Statement[];
}

/** In the order of their last line, so that the feed goes with the time. */
export function demoInbox(brand: BrandStore, people: readonly Made[], now: number): DemoInbox {
  const channelId = newId('chn');
  const made = now - 15 * 24 * HOUR;
  const admin = people[0] as Made;
  const person = (local: string): string => people.find((one) => one.local === local)?.id ?? admin.id;
  const teams = new Map<string, string>(DEMO_TEAMS.map(({ name }) => [name, newId('team')]));
  const insert = <Table extends Parameters<BrandStore['q']['insertInto']>[0]>(table: Table, row: Parameters<ReturnType<BrandStore['q']['insertInto']>['values']>[0]): Statement => brand.write(brand.q.insertInto(table).values(row as never));

  const statements: Statement[] = [
    insert('channels', {
      id: channelId, kind: 'chat', name: 'Web shop', title: 'Northwind Outdoor', greeting: 'Hello! Ask us anything about gear, orders and returns.', away_text: 'We are out on the trail. Leave us a line, and the answer appears here.',
      colour: '#0b6456', created_at: made, created_by: admin.id, disabled_at: null,
    }),
    settingRows.put(brand, { channel_id: channelId, key: 'channel.site_origins', value: JSON.stringify({ state: 'only', entries: DEMO_SITES.map((value) => ({ value, note: 'The shop of the example' })) }), set_by: admin.id, set_at: made }),
    ...DEMO_TEAMS.flatMap(({ name, closed, members }) => [
      insert('teams', { id: teams.get(name), name, name_key: name.toLowerCase(), closed: closed ? 1 : 0, created_at: made }),
      ...members.map((local) => insert('team_members', { team_id: teams.get(name), agent_id: person(local) })),
    ]),
    ...DEMO_CONVERSATIONS.toSorted((a, b) => b.hoursAgo - a.hoursAgo).flatMap(conversation),
  ];
  return { channelId, statements };

  function conversation({ customer, status, assignee, team, tags = [], hoursAgo, lines }: DemoConversation): Statement[] {
    const [id, customerId] = [newId('con'), newId('cus')];
    const last = now - hoursAgo * HOUR;
    const begun = last - (lines.length - 1) * BETWEEN_LINES;
    const verified = customer.externalId === undefined ? 0 : 1;
    const said = lines.filter(({ by }) => typeof by === 'string' || 'agent' in by);
    const newest = said.at(-1);
    const fromCustomer = newest?.by === 'customer';
    const { name, email = null, externalId = null } = customer;
    return [
      insert('customers', { id: customerId, name, email, phone: null, external_id: externalId, fields: '[]', verified_by: externalId === null ? null : 'external_id', created_at: begun, last_seen_at: last, erased_at: null, erased_by: null }),
      ...(externalId === null ? [] : [insert('customer_identities', { kind: 'external_id', value: externalId, customer_id: customerId, verified_at: begun })]),
      feed.advance(brand), feed.nextNumber(brand),
      brand.write(brand.q.insertInto('conversations').values((eb) => ({
        id, number: feed.standing(eb, 'conversation'), channel_id: channelId, kind: 'chat', customer_id: customerId, status, status_at: last, assignee_id: assignee === undefined ? null : person(assignee),
        team_id: team === undefined ? null : (teams.get(team) ?? null), preview: (newest?.text ?? '').slice(0, 140), last_seq: lines.length, last_message_at: last,
        last_author: fromCustomer ? 'customer' : 'agent', waiting_since: fromCustomer && status === 'open' ? last : null, created_at: begun, hold_at: null, hold_by: null, hold_reason: null, feed: feed.standing(eb, 'feed'),
      }))),
      ...lines.flatMap(({ by, text }, at) => {
        const message = newId('msg');
        const author = by === 'customer' ? customerId : person('agent' in by ? by.agent : by.note);
        return [
          brand.write(brand.q.insertInto('messages').values((eb) => ({
            id: message, conversation_id: id, seq: at + 1, kind: by !== 'customer' && 'note' in by ? 'note' : 'text', author_kind: by === 'customer' ? 'customer' : 'agent', author_id: author, client_id: message,
            text, verified: by === 'customer' ? verified : 0, created_at: begun + at * BETWEEN_LINES, redacted_at: null, redacted_by: null, files: 0, feed: feed.standing(eb, 'feed'),
          }))),
          insert('search_texts', { id: message, conversation_id: id, at: begun + at * BETWEEN_LINES, words: keptWords(text) }),
        ];
      }),
      ...tags.map((tag) => insert('conversation_tags', { conversation_id: id, tag_key: tag, tag })),
      insert('search_texts', { id, conversation_id: id, at: last, words: keptWords([name, email, externalId, ...tags].filter((part) => part !== null).join(' ')) }),
    ];
  }
}
