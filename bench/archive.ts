// An archive for the bench of the inbox: a hundred thousand conversations of an invented vocabulary, put straight into the store.
import { newId } from '#identity/tokens.ts';
import type { Building } from '#server/building.ts';
import * as feed from '#store/feed.ts';
import type { Entry } from '#store/store.ts';
import { seeded } from './statistics.ts';

/** Words by how often they are said: the first ones in most texts, the last ones in a handful (Zipf). */
const VOCABULARY = 20_000;
const SYLLABLES = ['ba', 'ce', 'di', 'fo', 'gu', 'ha', 'je', 'ki', 'lo', 'mu', 'na', 'pe', 'ri', 'so', 'tu', 'va', 'we', 'xi', 'yo', 'zu'];
const MESSAGES_EACH = 3;
const IN_UNIT = 200;

export const wordOf = (n: number): string => [n % 20, Math.floor(n / 20) % 20, Math.floor(n / 400) % 20, Math.floor(n / 8_000)].map((at) => SYLLABLES[at]).join('');

/** What is looked for: words said in nearly every tenth text, in some, and in a few. */
export const WANTED = { common: wordOf(1), some: wordOf(200), rare: wordOf(15_000) };

export async function fillArchive({ parts }: Building, conversations: number): Promise<void> {
  const { store, brands, now } = parts;
  const found = await brands.bySlug('acme');
  if (found === null) throw new Error('The brand of the bench is missing.');
  const brand = store.brand(found.id);
  const random = seeded(11);
  const channel = newId('chn');
  const at = now();
  const entry: Entry = { id: newId('evt'), at, actor: { kind: 'host', id: null }, event: 'policy.changed', entity: { kind: 'channel', id: channel } };
  await brand.commit({ statements: [brand.write(brand.q.insertInto('channels').values({ id: channel, kind: 'chat', name: 'Shop', title: 'Shop', greeting: '', away_text: '', colour: '#0b6456', created_at: at, created_by: null, disabled_at: null }))], entries: [entry] });

  const word = (): string => wordOf(Math.min(VOCABULARY - 1, Math.floor(Math.exp(random() * Math.log(VOCABULARY)))));
  const text = (): string => Array.from({ length: 12 }, word).join(' ');
  const statuses = ['open', 'pending', 'solved', 'archived'] as const;

  // Many rows a statement: one by one, a database server is asked a million times.
  let told = await feed.last(brand);
  for (let first = 0; first < conversations; first += IN_UNIT) {
    told += 1;
    const unit = Array.from({ length: Math.min(IN_UNIT, conversations - first) }, (_, n) => conversation(first + n, told));
    const { q } = brand;
    await brand.note([
      feed.advance(brand), brand.write(q.insertInto('customers').values(unit.map((one) => one.customer))), brand.write(q.insertInto('conversations').values(unit.map((one) => one.conversation))),
      brand.write(q.insertInto('messages').values(unit.flatMap((one) => one.messages))), brand.write(q.insertInto('search_texts').values(unit.flatMap((one) => one.words))),
    ]);
  }
  await brand.note([brand.write(brand.q.insertInto('counters').values({ name: 'conversation', value: conversations }).onConflict((oc) => oc.columns(['name']).doUpdateSet({ value: conversations })))]);

  function conversation(n: number, number: number) {
    const [id, customer] = [newId('con'), newId('cus')];
    const time = at - (conversations - n) * 60_000;
    const said = Array.from({ length: MESSAGES_EACH }, text);
    const status = statuses[Math.floor(random() * 10) < 2 ? Math.floor(random() * 2) : 2 + Math.floor(random() * 2)]!;
    const name = `${wordOf(n % VOCABULARY)} ${wordOf((n * 7) % VOCABULARY)}`;
    const messages = said.map((words, seq) => {
      const message = newId('msg');
      return {
        id: message, conversation_id: id, seq: seq + 1, feed: number, kind: 'text' as const, author_kind: 'customer' as const, author_id: customer, client_id: message, text: words, verified: 0 as const,
        created_at: time, redacted_at: null, redacted_by: null, files: 0,
      };
    });
    return {
      customer: { id: customer, name, email: null, phone: null, external_id: `c-${n}`, fields: '[]', verified_by: null, created_at: time, last_seen_at: time, erased_at: null, erased_by: null },
      conversation: {
        id, number: n + 1, channel_id: channel, kind: 'chat' as const, customer_id: customer, status, status_at: time, assignee_id: null, team_id: null, preview: said.at(-1)!.slice(0, 140),
        last_seq: MESSAGES_EACH, last_message_at: time, last_author: 'customer' as const, waiting_since: null, created_at: time, hold_at: null, hold_by: null, hold_reason: null, feed: number,
      },
      messages,
      words: [...messages.map((message) => ({ id: message.id, conversation_id: id, at: time, words: message.text })), { id, conversation_id: id, at: time, words: `${name} ${n + 1} c ${n}` }],
    };
  }
}
