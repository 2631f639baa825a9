// Real files in an erasure, in retention and in an export: what is forgotten leaves no byte and no name, what others still hold stays, and the bundle has every byte.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { unzipSync } from 'fflate';
import { effective } from '#policy/effective.ts';
import { openKeyring } from '#identity/keyring.ts';
import { newId } from '#identity/tokens.ts';
import { bundle } from '#inbox/bundle.ts';
import { sendAsCustomer } from '#inbox/customer-message.ts';
import { beginErasure, continueErasure, planErasure } from '#inbox/erasure.ts';
import { eraseDue } from '#inbox/retention.ts';
import { folderBlobs } from '#outside/blobs/folder.ts';
import { type Examiners, openExaminers } from '#media/examiners.ts';
import { type IntakeParts, takeIn } from '#media/intake.ts';
import { sweepMedia } from '#media/sweeping.ts';
import { beginUpload, growUpload } from '#media/uploads.ts';
import * as customerRows from '#store/customers.ts';
import * as fileRows from '#store/files.ts';
import type { Store } from '#store/store.ts';
import { type CustomerCase, DAY, ensureAgent, everything, openCase, START } from '#test/customer-case.ts';
import { everyCell } from '#test/every-table.ts';
import { PNG, TEXT } from '#test/files.ts';
import { until } from '#test/program.ts';
import { eachStore, newBrand } from '#test/stores.ts';

const root = mkdtempSync(join(tmpdir(), 'portcullis-forgetting-'));
const keyring = openKeyring({ folder: root, create: true, now: START });
let examiners: Examiners;
before(() => void (examiners = openExaminers(join(root, 'incoming'))));
after(() => {
  examiners.close();
  rmSync(root, { recursive: true, force: true });
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}

let folders = 0;
async function stage(store: Store) {
  const clock = { now: START };
  const kept = join(root, `kept-${(folders += 1)}`);
  const parts: IntakeParts & { keyring: typeof keyring } = { store, commit: (units) => store.commit(units), keyring, blobs: folderBlobs(kept), antivirus: null, examiners, spoolFolder: join(root, 'incoming'), now: () => clock.now };
  const brand = await newBrand(store);
  await ensureAgent(brand, 'agt_1');
  const from = (one: CustomerCase) => ({ channelId: one.channelId, conversationId: null, side: 'customer', author: { kind: 'customer', id: one.customerId }, door: 'chat', policy: everything } as const);
  return {
    clock, parts, brand,
    blobs: (): number => (existsSync(kept) ? readdirSync(kept, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length : 0),
    /** Takes it in; in a message where `said`. */
    async send(one: CustomerCase, name: string, bytes: Uint8Array, said = true): Promise<string> {
      const taken = await takeIn(parts, brand.id, { ...from(one), name, declaredType: null, declaredBytes: null, body: once(bytes) });
      assert.ok(taken.ok, JSON.stringify(taken));
      const session = { id: one.sessionId, channel_id: one.channelId, customer_id: one.customerId, verified_by: null };
      if (said) await sendAsCustomer({ store, commit: parts.commit }, brand.id, { session, clientId: newId('cli'), text: '', files: [taken.file.id] }, clock.now);
      return taken.file.id;
    },
    async beginHalf(one: CustomerCase, name: string): Promise<void> {
      const begun = await beginUpload(parts, brand.id, { ...from(one), name, declaredType: null, length: 100 });
      assert.ok(begun.ok);
      assert.ok((await growUpload(parts, brand.id, begun.upload, 0, once(TEXT))).ok);
    },
  };
}

eachStore('an erasure takes their files along: in messages, waiting, half come in; what somebody else sent too stays', async (store, { where }) => {
  const { parts, brand, blobs, send, beginHalf, clock } = await stage(store);
  const [one, other] = [await openCase(store, brand.id, 'agt_1'), await openCase(store, brand.id, 'agt_1', { named: false })];
  await one.write('Hello');
  await other.write('Hello');
  const [told, waiting] = [await send(one, 'zauberpass.png', PNG), await send(one, 'zauberbrief.txt', Buffer.from('Only theirs\n'), false)];
  const theirs = await send(other, 'same.png', PNG);
  await beginHalf(one, 'zauberhalb.txt');
  // What was written twice is dropped after the answer.
  await until('a picture for two, a letter, a piece', () => blobs() === 3);
  const plan = await planErasure(brand, one.customerId);
  assert.equal(plan?.counts.files, 2);
  assert.ok((await beginErasure(parts, brand.id, one.customerId, { agentId: 'agt_1', agreed: plan!.fingerprint, maySee: () => true, using: [] })).ok);
  assert.equal(await continueErasure(parts, brand.id, one.customerId), true);
  for (const id of [told, waiting]) assert.deepEqual(((row) => [row?.state, row?.name, row?.blob_key, row?.sha256, row?.bytes])(await fileRows.byId(brand, id)), ['deleted', '', null, null, null]);
  assert.deepEqual((await everyCell(where)).filter((cell) => /zauber/i.test(cell)), [], 'no name of a file is anywhere');
  // Bytes no row knows go after an hour of the clock of the machine.
  clock.now = Date.now() + 2 * 3_600_000;
  await sweepMedia({ ...parts, now: () => clock.now });
  const left = await fileRows.byId(brand, theirs);
  assert.equal(left?.state === 'accepted' ? blobs() : -1, 1, 'the other’s picture alone');
});

eachStore('what retention takes leaves no row of a file and no byte', async (store) => {
  const { parts, brand, blobs, send } = await stage(store);
  const one = await openCase(store, brand.id, 'agt_1', { named: false });
  await one.write('Hello');
  const [first, second] = [await send(one, 'a.png', PNG), await send(one, 'b.txt', TEXT)];
  assert.equal(blobs(), 2);
  assert.equal((await eraseDue({ store, commit: parts.commit, now: () => START + 30 * DAY }, brand.id, effective({ version: 1, module: { 'retention.open_days': { value: 10 } } }))).conversations, 1);
  assert.deepEqual(await fileRows.byIds(brand, [first, second]), []);
  assert.equal((await sweepMedia(parts)).blobs, 2);
  assert.equal(blobs(), 0);
});

eachStore('an export has every file of theirs, byte for byte, under a safe name', async (store) => {
  const { parts, brand, send } = await stage(store);
  const one = await openCase(store, brand.id, 'agt_1');
  await one.write('Hello');
  await send(one, 'חשבונית.png', PNG);
  await send(one, '../../notes.txt', TEXT);
  const customer = (await customerRows.byId(brand, one.customerId))!;
  const pieces: Uint8Array[] = [];
  for await (const piece of bundle({ brand, brandName: 'Acme', customer, conversations: [await one.conversation()], leftOut: 0, now: START, scope: 'customer', bytesOf: (key) => parts.blobs.read(key) })) pieces.push(piece);
  const files = unzipSync(Buffer.concat(pieces));
  const paths = Object.keys(files).filter((path) => path.startsWith('files/')).toSorted((a, b) => files[a]!.length - files[b]!.length);
  assert.deepEqual(paths.map((path) => path.replace(/^files\/1\/[0-9a-z]{8}-/, '')), ['notes.txt', 'חשבונית.png']);
  assert.deepEqual(paths.map((path) => Buffer.from(files[path]!)), [TEXT, PNG]);
  const manifest = JSON.parse(Buffer.from(files['manifest.json']!).toString()) as { files: { path: string; sha256: string }[] };
  for (const path of paths) assert.equal(manifest.files.find((listed) => listed.path === path)?.sha256, createHash('sha256').update(files[path]!).digest('hex'));
});
