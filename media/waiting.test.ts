// What may lie here that no message carries: so much of one customer and no more, however many come at once; a message makes room; what is released waits its day from then.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { newId } from '#identity/tokens.ts';
import { sendAsCustomer } from '#inbox/customer-message.ts';
import type { Antivirus } from '#outside/antivirus/antivirus.ts';
import { folderBlobs } from '#outside/blobs/folder.ts';
import { type IntakeParts, takeIn, type TakenIn } from '#media/intake.ts';
import { releaseFile } from '#media/quarantine.ts';
import { sweepMedia } from '#media/sweeping.ts';
import { beginUpload } from '#media/uploads.ts';
import { MOST_WAITING } from '#media/waiting.ts';
import * as fileRows from '#store/files.ts';
import type { Store } from '#store/store.ts';
import { type CustomerCase, DAY, ensureAgent, everything, openCase, START } from '#test/customer-case.ts';
import { eachStore, newBrand } from '#test/stores.ts';

const root = mkdtempSync(join(tmpdir(), 'portcullis-waiting-'));
after(() => rmSync(root, { recursive: true, force: true }));
const keyring = { mac: (purpose: string, data: Uint8Array | string) => `${purpose} ${String(data)}`, seal: (secret: Uint8Array | string) => Buffer.from(secret as Uint8Array).reverse(), open: (sealed: Uint8Array) => Buffer.from(sealed).reverse() };
/** Nothing is looked through: what is asked here is how many. */
const examiners = { examine: async () => ({ ok: true, form: 'txt', type: 'txt', removed: [], cleaned: null, written: false } as const), close: () => undefined };
let made = 0;
async function* one(): AsyncGenerator<Uint8Array, void, void> {
  yield Buffer.from(`File ${(made += 1)}\n`);
}

async function stage(store: Store, antivirus: Antivirus | null = null) {
  const brand = await newBrand(store);
  await ensureAgent(brand, 'agt_1');
  const clock = { now: START };
  const parts: IntakeParts = { store, commit: (units) => store.commit(units), keyring, blobs: folderBlobs(join(root, `${(made += 1)}`)), antivirus, examiners, spoolFolder: join(root, 'incoming'), now: () => clock.now };
  const send = ({ channelId, customerId }: CustomerCase): Promise<TakenIn> =>
    takeIn(parts, brand.id, { channelId, conversationId: null, side: 'customer', author: { kind: 'customer', id: customerId }, door: 'chat', name: 'a.txt', declaredType: null, declaredBytes: null, body: one(), policy: everything });
  return { brand, clock, parts, send };
}
const codes = (taken: readonly TakenIn[]): Record<string, number> => Object.fromEntries(Object.entries(Object.groupBy(taken, (each) => (each.ok ? 'taken' : each.denial.code))).map(([code, all]) => [code, all!.length]));

eachStore('forty files of one customer wait, of sixty that come at once; another’s are not counted, and a message makes room', async (store) => {
  const { brand, clock, parts, send } = await stage(store);
  const mine = await openCase(store, brand.id, 'agt_1');
  const other = await openCase(store, brand.id, 'agt_1', { named: false });
  const taken = await Promise.all(Array.from({ length: 60 }, () => send(mine)));
  assert.deepEqual(codes(taken), { taken: MOST_WAITING.files, 'upload.too_many_waiting': 20 });
  assert.ok((await send(other)).ok);
  const late = await send(mine);
  assert.ok(!late.ok && late.denial.code === 'upload.too_many_waiting' && late.file.blob_key === null, 'refused before its bytes are read');
  await mine.write('Hello');
  const files = taken.filter(({ ok }) => ok).slice(0, 10).map(({ file }) => file.id);
  await sendAsCustomer({ store, commit: parts.commit }, brand.id, { session: { id: mine.sessionId, channel_id: mine.channelId, customer_id: mine.customerId, verified_by: null }, clientId: newId('cli'), text: '', files }, clock.now);
  assert.ok((await send(mine)).ok);
  assert.deepEqual(await fileRows.waitingOf(brand, mine.customerId).then(({ files: waiting }) => waiting), MOST_WAITING.files - 9);
});

eachStore('what waits is bounded in bytes too, asked again in the unit: nobody declared how long the file is', async (store) => {
  const { brand, send } = await stage(store);
  const mine = await openCase(store, brand.id, 'agt_1');
  const first = await send(mine);
  const leave = (room: number) => brand.note([brand.write(brand.q.updateTable('files').set({ bytes: MOST_WAITING.bytes - room }).where('id', '=', first.file.id))]);
  await leave(3);
  assert.deepEqual(codes([await send(mine)]), { 'upload.too_many_waiting': 1 });
  await leave(30);
  assert.deepEqual(codes([await send(mine)]), { taken: 1 });
});

eachStore('ten uploads of one customer are under way, of thirty that begin at once', async (store) => {
  const { brand, parts } = await stage(store);
  const mine = await openCase(store, brand.id, 'agt_1');
  const begun = await Promise.all(Array.from({ length: 30 }, () => beginUpload(parts, brand.id, { channelId: mine.channelId, conversationId: null, side: 'customer', author: { kind: 'customer', id: mine.customerId }, door: 'chat', name: 'a.txt', declaredType: null, length: 100, policy: everything })));
  assert.equal(begun.filter(({ ok }) => ok).length, 10);
  assert.ok(begun.every((each) => each.ok || each.denial.code === 'upload.too_fast'));
});

eachStore('what is released from quarantine waits a day for a message from then on', async (store) => {
  const { brand, clock, parts, send } = await stage(store, { description: 'x', scan: async () => ({ outcome: 'found', name: 'Test.Virus' }) });
  const mine = await openCase(store, brand.id, 'agt_1');
  const held = await send(mine);
  assert.equal(held.file.state, 'quarantined');
  clock.now += 3 * DAY;
  await sweepMedia(parts);
  assert.ok((await releaseFile(parts, brand.id, held.file.id, { agentId: 'agt_1', using: [], strips: false })).ok);
  clock.now += DAY - 1;
  await sweepMedia(parts);
  assert.equal((await fileRows.byId(brand, held.file.id))?.state, 'accepted');
  clock.now += 2;
  await sweepMedia(parts);
  assert.equal(await fileRows.byId(brand, held.file.id), undefined);
});
