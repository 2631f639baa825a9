// The feed as followers hear it, on both engines and across nodes: everything once, in order, whole units, also after a fault.
import assert from 'node:assert/strict';
import { newId } from '#identity/tokens.ts';
import { advance, nextNumber, standing } from '#store/feed.ts';
import * as agentRows from '#store/agents.ts';
import * as channelRows from '#store/channels.ts';
import * as conversationRows from '#store/conversations.ts';
import * as customerRows from '#store/customers.ts';
import * as messageRows from '#store/messages.ts';
import type { BrandId, BrandStore, Store } from '#store/store.ts';
import { openBrands, type Brands } from '#server/brands.ts';
import { type Changes, openFeed } from '#server/feed.ts';
import { agentOf, eachStore, entryOf, newBrand } from '#test/stores.ts';
import { until } from '#test/program.ts';

const AT = 1_800_000_000_000;
const fail = (error: unknown): never => {
  throw error;
};

async function conversation(brands: Brands, brand: BrandStore): Promise<string> {
  const [channel, customer, id] = [newId('chn'), newId('cus'), newId('con')];
  const nothing = { email: null, phone: null, external_id: null, fields: '[]', verified_by: null, erased_at: null, erased_by: null };
  await brands.commit([brand.part({
    statements: [
      advance(brand), agentRows.insert(brand, agentOf(newId('agt'))),
      channelRows.insert(brand, { id: channel, kind: 'chat', name: channel, title: '', greeting: '', away_text: '', colour: '', created_at: AT, created_by: null, disabled_at: null }),
      customerRows.insert(brand, { id: customer, name: null, created_at: AT, last_seen_at: AT, ...nothing }),
      nextNumber(brand),
      conversationRows.begin(brand, { id, channel_id: channel, kind: 'chat', customer_id: customer, status: 'open', status_at: AT, assignee_id: null, team_id: null, preview: '', last_message_at: AT, last_author: 'customer', waiting_since: null, created_at: AT }),
      messageRows.insert(brand, messageOf(id, 'first')),
    ],
    entries: [entryOf()], bumps: ['inbox'],
  })]);
  return id;
}
const messageOf = (conversation_id: string, text: string) =>
  ({ id: newId('msg'), conversation_id, kind: 'text', author_kind: 'customer', author_id: null, client_id: newId('cli'), text, verified: 0, created_at: AT }) as const;
const counting = (brand: BrandStore, id: string) =>
  brand.write(brand.q.updateTable('conversations').set((eb) => ({ last_seq: eb('last_seq', '+', 1), feed: standing(eb, 'feed') })).where('id', '=', id), { expect: 1 });
const writes = (brands: Brands, brand: BrandStore, id: string, texts: readonly string[]) =>
  brands.commit([brand.part({ statements: [advance(brand), ...texts.flatMap((text) => [counting(brand, id), messageRows.insert(brand, messageOf(id, text))])], entries: [entryOf()], bumps: ['inbox'] })]);

async function following(store: Store, brandId: BrandId, onFault: (error: unknown) => void = fail) {
  const brands = openBrands(store, () => 0);
  await brands.byId(brandId);
  store.onNotify(() => void setImmediate(() => void brands.confirm()));
  const feed = openFeed({ store, brands, onFault });
  const told: Changes[] = [];
  const stop = feed.follow(brandId, (changes) => told.push(changes));
  await feed.at(brandId);
  const texts = (): string[] => told.flatMap(({ messages }) => messages.map(({ text }) => text));
  return { brands, feed, told, texts, stop };
}

eachStore('a follower hears everything from where it began, once and in order, also what another node writes', async (store, { again }) => {
  const brand = await newBrand(store);
  const other = await again();
  const here = await following(store, brand.id);
  const id = await conversation(here.brands, brand);
  const there = await following(other, brand.id);
  const lines = Array.from({ length: 40 }, (_, n) => `line ${n}`);
  for (const text of lines) await writes(here.brands, brand, id, [text]);
  // On SQLite another process is noticed by the poll.
  await there.brands.confirm();
  for (const one of [here, there]) await until('all is told', () => one.texts().at(-1) === 'line 39');
  assert.deepEqual(here.texts(), ['first', ...lines]);
  assert.deepEqual(there.texts(), lines, 'not what was there before it began');
  const feeds = here.told.map(({ feed }) => feed);
  assert.deepEqual(feeds, feeds.toSorted((a, b) => a - b));
  assert.equal(await here.feed.at(brand.id), 41);
  here.stop();
  await writes(here.brands, brand, id, ['unheard']);
  await there.brands.confirm();
  await until('the other hears it', () => there.texts().at(-1) === 'unheard');
  assert.ok(!here.texts().includes('unheard'));
  there.stop();
});

eachStore('one unit that changes more rows than are read at once is told whole', async (store) => {
  const brand = await newBrand(store);
  const one = await following(store, brand.id);
  const id = await conversation(one.brands, brand);
  await writes(one.brands, brand, id, ['before']);
  const many = Array.from({ length: 700 }, (_, n) => `part ${n}`);
  await writes(one.brands, brand, id, many);
  await writes(one.brands, brand, id, ['after']);
  await until('all is told', () => one.texts().includes('after'));
  assert.deepEqual(one.texts(), ['first', 'before', ...many, 'after']);
  one.stop();
});

eachStore('a reading that failed is made again, and a listener that throws keeps nothing from the others', async (store) => {
  const brand = await newBrand(store);
  const faults: unknown[] = [];
  let broken = false;
  const shaky: Store = { ...store, brand: (id) => (broken ? fail(new Error('unreachable')) : store.brand(id)) };
  const brands = openBrands(store, () => 0);
  await brands.byId(brand.id);
  const feed = openFeed({ store: shaky, brands, onFault: (error) => faults.push(error) });
  feed.follow(brand.id, () => {
    throw new Error('a listener');
  });
  const heard: string[] = [];
  feed.follow(brand.id, ({ messages }) => heard.push(...messages.map(({ text }) => text)));
  await feed.at(brand.id);
  broken = true;
  await conversation(brands, brand);
  await until('the fault', () => faults.length > 0);
  assert.deepEqual(heard, []);
  broken = false;
  await until('it is read again', () => heard.length > 0);
  assert.deepEqual(heard, ['first']);
});
