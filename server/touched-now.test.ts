// What a save would touch at once, on both engines: keys by list and by the place of their token, files by link, uploads under way, channels and what shields them.
import assert from 'node:assert/strict';
import { effective, type Stored } from '#policy/effective.ts';
import type { PolicyFor } from '#policy/replay.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import * as fileRows from '#store/files.ts';
import type { BrandStore } from '#store/store.ts';
import * as uploadRows from '#store/uploads.ts';
import type { Key } from '#policy/catalogue.ts';
import { openJournal } from '#server/journal.ts';
import { touchedNow } from '#server/touched-now.ts';
import { only } from '#test/people.ts';
import { eachStore, newBrand } from '#test/stores.ts';
import { addChannel } from '#test/tickets.ts';

const NOW = 86_400_000;
const values = (settings: Record<string, unknown>): Record<string, Stored> => Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, { value }]));
const policyOf = (module: Record<string, Stored>, channels: Record<string, Record<string, Stored>> = {}): PolicyFor => (id) => effective({ version: 1, module, ...(id === null ? {} : { channel: channels[id] ?? {} }) });
const plain = policyOf({});
const asked = (brand: BrandStore, settings: Record<string, unknown>, current = plain, channels: Record<string, Record<string, Stored>> = {}) =>
  touchedNow(brand, { current, next: policyOf(values(settings), channels), changed: Object.keys(settings) as Key[] }, NOW);

eachStore('keys are named that would be refused from where, or by how, they last called; those that are over, refused already or never used are not', async (store) => {
  const brand = await newBrand(store);
  let hash = 0;
  const key = (name: string, more: Partial<apiKeyRows.ApiKeyRow> = {}) => {
    hash += 1;
    const row = { id: `key_${name}`, name, secret_hash: new Uint8Array(32).fill(hash), scopes: '[]', created_at: 1, created_by: null, expires_at: null, revoked_at: null, last_used_at: 2, last_used_from: '198.51.100.4', ...more };
    return apiKeyRows.insert(brand, row as apiKeyRows.ApiKeyRow);
  };
  await brand.note([key('Shop'), key('Desk', { last_used_from: '203.0.113.1' }), key('New', { last_used_at: null, last_used_from: null }), key('Gone', { revoked_at: 3 }), key('Old', { expires_at: NOW })]);
  const journal = openJournal({ store, now: () => NOW });
  const showed = (id: string, place: 'header' | 'query') => journal.note(brand.id, { question: 'token-place', channel: null, subject: { kind: 'key', id: `key_${id}` }, facts: { place, kind: 'key' }, decision: { allowed: true }, version: 1 });
  for (const id of ['Shop', 'Desk', 'Gone']) showed(id, id === 'Desk' ? 'header' : 'query');
  await journal.flush();
  const named = async (settings: Record<string, unknown>, current = plain) => (await asked(brand, settings, current)).keys.list.map(({ name, code }) => [name, code]);
  assert.deepEqual(await named({ 'api.allowlist': only('198.51.100.0/24') }), [['Desk', 'network.not_allowed']]);
  assert.deepEqual(await named({ 'api.allowlist': { state: 'none', entries: [] } }), [['Desk', 'network.not_allowed']], 'the other showed its token where it is refused already');
  const both = policyOf(values({ 'api.authentication_mode': 'header_or_query' }));
  assert.deepEqual(await named({ 'api.authentication_mode': 'header' }, both), [['Shop', 'api.token_misplaced']]);
  assert.deepEqual(await named({ 'api.authentication_mode': 'header_or_query' }), []);
  assert.deepEqual(await named({ 'api.authentication_mode': 'query' }), [['Desk', 'api.token_misplaced']], 'who is refused already is not touched');
  await brand.note(Array.from({ length: 105 }, (_, n) => key(`more ${n}`, { secret_hash: Buffer.from(`${n}`.padStart(32, '0')) })));
  const { list, more } = (await asked(brand, { 'api.allowlist': only('192.0.2.1') })).keys;
  assert.deepEqual([list.length, more], [100, true]);
});

eachStore('files and uploads are counted by channel, and only where the draft turns something', async (store) => {
  const brand = await newBrand(store);
  const [shop, desk] = [await addChannel(brand, 'Shop'), await addChannel(brand, 'Desk', 2)];
  const file = (id: string, channel: string, more: object = {}) => fileRows.insert(brand, {
    id, channel_id: channel, conversation_id: null, name: 'a.pdf', declared_type: null, type_id: 'pdf', bytes: 5, sha256: null, blob_key: id, state: 'accepted', denial: null, side: 'customer', author_kind: 'customer',
    author_id: 'cus_1', door: 'chat', receipt: '{}', stripped: 0, link_salt: new Uint8Array(16), created_at: 1, ...more,
  });
  await brand.note(['fil_1', 'fil_2', 'fil_3', 'fil_5'].map((key) => brand.write(brand.q.insertInto('blobs').values({ key, digest: key, bytes: 5, uses: 1, created_at: 1 }))));
  await brand.note([file('fil_1', shop), file('fil_2', shop), file('fil_3', desk), file('fil_4', shop, { state: 'refused', blob_key: null }), file('fil_5', shop, { state: 'quarantined' })]);
  const upload = (id: string, name: string, length: number, more: Partial<uploadRows.UploadRow> = {}) => uploadRows.begin(brand, {
    id, channel_id: shop, conversation_id: null, side: 'customer', author_kind: 'customer', author_id: 'cus_1', door: 'chat', name, declared_type: null, length, received: 0, pieces: '[]', file_id: null, created_at: 1, expires_at: NOW + 1, ...more,
  });
  await brand.note([upload('upl_1', 'Jane.pdf', 500), upload('upl_2', 'Jane.png', 5_000), upload('upl_3', 'late.png', 5_000, { expires_at: NOW }), upload('upl_4', 'done.png', 5_000, { file_id: 'fil_1' }), upload('upl_5', 'a.exe', 5)]);
  const files = async (...asks: Parameters<typeof asked> extends [unknown, ...infer Rest] ? Rest : never) => Object.values((await asked(brand, ...asks)).files);
  assert.deepEqual(await files({}), [0, 0, 0, false]);
  assert.deepEqual(await files({ 'media.enforce_access': false }), [0, 3, 0, false]);
  assert.deepEqual(await files({ 'media.enforce_access': false }, plain, { [desk]: values({ 'media.enforce_access': true }) }), [0, 2, 0, false], 'a channel with a value of its own');
  assert.deepEqual(await files({ 'media.enforce_access': true }, policyOf(values({ 'media.enforce_access': false }))), [3, 0, 0, false]);
  assert.deepEqual(await files({ 'upload.max_bytes': 1_000 }), [0, 0, 1, false]);
  assert.deepEqual(await files({ 'upload.customer.types': ['png'] }), [0, 0, 1, false], 'the exe would be refused before and after');
  assert.deepEqual(await files({ 'upload.customer.enabled': false }), [0, 0, 2, false]);
});

eachStore('channels are told in which the draft would hold, and which a value of their own, a lock or a file shields', async (store) => {
  const brand = await newBrand(store);
  const [shop, desk] = [await addChannel(brand, 'Shop'), await addChannel(brand, 'Desk', 2)];
  const off = await addChannel(brand, 'Off', 3);
  await brand.note([brand.write(brand.q.updateTable('channels').set({ disabled_at: 1 }).where('id', '=', off))]);
  const own = { [desk]: values({ 'ticket.lifetime_seconds': 30 }) };
  const told = async (module: Record<string, Stored>, changed: Key[]) => {
    const draft = { current: policyOf({}, own), next: policyOf(module, own), changed };
    const { changing, shielded, list } = (await touchedNow(brand, draft, NOW)).channels;
    return [changing, shielded, list.map(({ name, shield, beforeText, afterText }) => [name, shield, beforeText, afterText])];
  };
  const WINDOW = 'ticket.lifetime_seconds';
  assert.deepEqual(await told(values({ [WINDOW]: 90 }), [WINDOW]), [1, 1, [['Shop', null, '60 seconds', '90 seconds'], ['Desk', 'own', '30 seconds', '30 seconds']]]);
  assert.deepEqual(await told({ [WINDOW]: { value: 20, locked: true } }, [WINDOW]), [2, 0, [['Shop', null, '60 seconds', '20 seconds'], ['Desk', null, '30 seconds', '20 seconds']]]);
  assert.deepEqual(await told({ [WINDOW]: { value: 90, locked: true } }, [WINDOW]), [1, 1, [['Shop', null, '60 seconds', '90 seconds'], ['Desk', 'lock', '30 seconds', '30 seconds']]]);
  assert.deepEqual(await told(values({ 'session.absolute_hours': 3 }), ['session.absolute_hours']), [0, 0, []], 'of the whole brand');
  assert.ok(shop);
});
