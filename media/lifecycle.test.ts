// The life of a file: kept once in a brand, held back by antivirus, released, redacted, erased, retained, swept; and what a crash leaves behind.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import type { Antivirus } from '#outside/antivirus/antivirus.ts';
import { folderBlobs } from '#outside/blobs/folder.ts';
import { EXAMINER_LIMITS, type Examiners, examinerFlags, openExaminers, spooledIn } from '#media/examiners.ts';
import { type IntakeParts, takeIn } from '#media/intake.ts';
import { readReceipt } from '#media/receipt.ts';
import { releaseFile } from '#media/quarantine.ts';
import { effective } from '#policy/effective.ts';
import { sweepMedia } from '#media/sweeping.ts';
import { redactMessage } from '#inbox/redaction.ts';
import { sendAsCustomer } from '#inbox/customer-message.ts';
import { newId } from '#identity/tokens.ts';
import * as fileRows from '#store/files.ts';
import type { Store } from '#store/store.ts';
import { everything, openCase, START, ensureAgent } from '#test/customer-case.ts';
import { PNG, tellingPng, TEXT } from '#test/files.ts';
import { until } from '#test/program.ts';
import { eachStore, newBrand } from '#test/stores.ts';

const root = mkdtempSync(join(tmpdir(), 'portcullis-life-'));
let examiners: Examiners;
const SOMEBODY = { of: ['somebody'], outside: false };
before(() => void (examiners = openExaminers(join(root, 'incoming'))));
after(() => {
  examiners.close();
  rmSync(root, { recursive: true, force: true });
});

const keyring = { mac: (purpose: string, data: Uint8Array | string) => `${purpose} ${String(data)}`, seal: (secret: Uint8Array | string) => Buffer.from(secret as Uint8Array).reverse(), open: (sealed: Uint8Array) => Buffer.from(sealed).reverse() };
let folders = 0;
function stage(store: Store, antivirus: Antivirus | null = null) {
  const clock = { now: START };
  const kept = join(root, `kept-${(folders += 1)}`);
  const parts: IntakeParts = { store, commit: (units) => store.commit(units), keyring, blobs: folderBlobs(kept), antivirus, examiners, spoolFolder: join(root, 'incoming'), now: () => clock.now };
  const bytes = (): string[] => (existsSync(kept) ? readdirSync(kept, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => one.name) : []);
  return { clock, kept, parts, bytes };
}
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}

eachStore('the same bytes lie once in a brand, are given up by the last who points at them, and nothing is left', async (store) => {
  const brand = await newBrand(store);
  await ensureAgent(brand, 'agt_1');
  const one = await openCase(store, brand.id, 'agt_1');
  const { clock, parts, bytes } = stage(store);
  const session = { id: one.sessionId, channel_id: one.channelId, customer_id: one.customerId, verified_by: null };
  const send = async (name: string): Promise<{ messageId: string; fileId: string }> => {
    const taken = await takeIn(parts, brand.id, { channelId: one.channelId, conversationId: null, side: 'customer', author: { kind: 'customer', id: one.customerId }, door: 'chat', name, declaredType: null, declaredBytes: null, body: once(PNG), policy: everything });
    assert.ok(taken.ok, JSON.stringify(taken));
    const sent = await sendAsCustomer({ store, commit: parts.commit }, brand.id, { session, clientId: newId('cli'), text: '', files: [taken.file.id] }, clock.now);
    return { messageId: sent.messageId, fileId: taken.file.id };
  };
  await one.write('Hello');
  const [first, second] = [await send('a.png'), await send('b.png')];
  // The second writing is dropped after the answer.
  await until('one blob for two files', () => bytes().length === 1);
  const privacy = { store, commit: parts.commit, now: parts.now };
  const conversation = await one.conversation();
  assert.ok((await redactMessage(privacy, brand.id, conversation, first.messageId, 'agt_1')).ok);
  assert.deepEqual(((row) => [row?.state, row?.name, row?.blob_key])(await fileRows.byId(brand, first.fileId)), ['deleted', '', null]);
  assert.equal((await sweepMedia(parts)).blobs, 0, 'the other still points at it');
  assert.ok((await redactMessage(privacy, brand.id, await one.conversation(), second.messageId, 'agt_1')).ok);
  assert.deepEqual(await sweepMedia(parts), { blobs: 1, orphans: 0 });
  assert.deepEqual(bytes(), []);
});

eachStore('what no message takes goes after a day, and what a crash left after an hour', async (store) => {
  const brand = await newBrand(store);
  const one = await openCase(store, brand.id, 'agt_1', { named: false });
  const { clock, kept, parts, bytes } = stage(store);
  clock.now = Date.now();
  const taken = await takeIn(parts, brand.id, { channelId: one.channelId, conversationId: null, side: 'customer', author: { kind: 'customer', id: one.customerId }, door: 'chat', name: 'a.txt', declaredType: null, declaredBytes: null, body: once(TEXT), policy: everything });
  assert.ok(taken.ok);
  const path = join(root, `orphan-${folders}`);
  writeFileSync(path, 'left by a crash between the bytes and the row');
  await parts.blobs.put(`${brand.id}/zz/abcdefghjkmnpqrstvwxyz0123`, path);
  assert.equal(bytes().length, 2);
  assert.deepEqual(await sweepMedia(parts), { blobs: 0, orphans: 0 }, 'both may still be under way');
  clock.now += 2 * 3_600_000;
  assert.deepEqual(await sweepMedia(parts), { blobs: 0, orphans: 1 });
  clock.now += 25 * 3_600_000;
  assert.equal((await sweepMedia(parts)).blobs, 1);
  assert.deepEqual(bytes(), [], kept);
});

eachStore('a drawing is taken where it is ticked, and cleaned whatever else is set: as it comes, and as it is released', async (store) => {
  const brand = await newBrand(store);
  const one = await openCase(store, brand.id, 'agt_1', { named: false });
  const found: Antivirus = { description: 'x', scan: async () => ({ outcome: 'found', name: 'Test.Virus' }) };
  const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect width="9" height="9"/><script>alert(1)</script></svg>');
  const clean = '<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><rect width="9" height="9"/></svg>\n';
  const incoming = { channelId: one.channelId, conversationId: null, side: 'customer', author: { kind: 'customer', id: one.customerId }, door: 'chat', name: 'logo.svg', declaredType: null, declaredBytes: null } as const;
  const { parts } = stage(store);
  const kept = async (key: string | null): Promise<string> => {
    const pieces: Uint8Array[] = [];
    for await (const piece of parts.blobs.read(key as string)) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  };
  const unticked = await takeIn(parts, brand.id, { ...incoming, policy: everything, body: once(drawing) });
  assert.ok(!unticked.ok && unticked.denial.code === 'upload.type_not_allowed', 'no drawing is taken by default');
  for (const strips of [true, false]) {
    const policy = effective({ version: 1, module: { 'upload.customer.types': { value: ['svg'] }, 'upload.strip_metadata': { value: strips } } });
    const taken = await takeIn(parts, brand.id, { ...incoming, policy, body: once(drawing) });
    assert.ok(taken.ok, JSON.stringify(taken));
    assert.equal(await kept(taken.file.blob_key), clean);
    assert.deepEqual(readReceipt(taken.file.receipt)?.judged.find(({ step }) => step === 'contents'), { step: 'contents', result: 'cleaned', facts: { removed: ['event handlers', 'script'] } });
    const refused = await takeIn(parts, brand.id, { ...incoming, policy, body: once(Buffer.from('<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>')) });
    assert.ok(!refused.ok && refused.denial.code === 'upload.not_cleaned', JSON.stringify(refused));
    const held = await takeIn({ ...parts, antivirus: found }, brand.id, { ...incoming, policy, body: once(drawing) });
    assert.ok(!held.ok && held.file.state === 'quarantined');
    const released = await releaseFile(parts, brand.id, held.file.id, { agentId: 'agt_1', using: [], strips });
    assert.ok(released.ok, JSON.stringify(released));
    assert.equal(await kept(released.file.blob_key), clean);
  }
});

eachStore('what antivirus finds is sealed, says so, and is released by one unit that uses the code up', async (store) => {
  const brand = await newBrand(store);
  const one = await openCase(store, brand.id, 'agt_1', { named: false });
  const found: Antivirus = { description: 'x', scan: async () => ({ outcome: 'found', name: 'Test.Virus' }) };
  const { parts } = stage(store, found);
  const incoming = { channelId: one.channelId, conversationId: null, side: 'customer', author: { kind: 'customer', id: one.customerId }, door: 'chat', name: 'a.txt', declaredType: null, declaredBytes: null, policy: everything } as const;
  const held = await takeIn(parts, brand.id, { ...incoming, body: once(TEXT) });
  assert.ok(!held.ok && held.denial.code === 'upload.virus_found' && held.file.state === 'quarantined' && held.file.blob_key !== null);
  const sealed: Uint8Array[] = [];
  for await (const piece of parts.blobs.read(held.file.blob_key)) sealed.push(piece);
  assert.equal(Buffer.concat(sealed).includes('blinds'), false, 'nothing of it can be read');
  const released = await releaseFile(parts, brand.id, held.file.id, { agentId: 'agt_1', using: [], strips: true });
  assert.ok(released.ok && released.file.state === 'accepted', JSON.stringify(released));
  const opened: Uint8Array[] = [];
  for await (const piece of parts.blobs.read(released.file.blob_key as string)) opened.push(piece);
  assert.deepEqual(Buffer.concat(opened), TEXT);
  const again = await releaseFile(parts, brand.id, held.file.id, { agentId: 'agt_1', using: [], strips: true });
  assert.ok(!again.ok && again.denial.code === 'file.not_quarantined');
  const stopped = stage(store, { description: 'x', scan: async () => ({ outcome: 'unknown', why: 'stopped' }) });
  const unscanned = await takeIn(stopped.parts, brand.id, { ...incoming, body: once(TEXT) });
  assert.ok(!unscanned.ok && unscanned.denial.code === 'upload.not_scanned');
  assert.deepEqual(stopped.bytes(), [], 'never kept unscanned');
});

eachStore('antivirus sees what came and what is kept in its place', async (store) => {
  const brand = await newBrand(store);
  const one = await openCase(store, brand.id, 'agt_1', { named: false });
  const seen: Buffer[] = [];
  const { parts } = stage(store, {
    description: 'x',
    async scan(bytes) {
      const pieces: Uint8Array[] = [];
      for await (const piece of bytes) pieces.push(piece);
      seen.push(Buffer.concat(pieces));
      // Harmful only once it is stripped: as if what was taken out had kept two halves apart.
      return seen.at(-1)?.includes('Author') === true ? { outcome: 'clean' } : { outcome: 'found', name: 'Put.Together' };
    },
  });
  const taken = await takeIn(parts, brand.id, { channelId: one.channelId, conversationId: null, side: 'customer', author: { kind: 'customer', id: one.customerId }, door: 'chat', name: 'a.png', declaredType: null, declaredBytes: null, body: once(tellingPng('Jane')), policy: everything });
  assert.ok(!taken.ok && taken.denial.code === 'upload.virus_found', JSON.stringify(taken));
  assert.deepEqual(seen, [tellingPng('Jane'), PNG]);
});

eachStore('bytes that lie there already are written again and dropped: no answer is quicker for it', async (store) => {
  const brand = await newBrand(store);
  const one = await openCase(store, brand.id, 'agt_1', { named: false });
  const { parts, bytes } = stage(store);
  const [written, dropped]: [string[], Promise<void>[]] = [[], []];
  const blobs = { ...parts.blobs, put: (key: string, path: string) => (written.push(key), parts.blobs.put(key, path)), remove: (key: string) => (dropped.push(parts.blobs.remove(key)), Promise.resolve()) };
  for (let n = 0; n < 2; n += 1) assert.ok((await takeIn({ ...parts, blobs }, brand.id, { channelId: one.channelId, conversationId: null, side: 'customer', author: { kind: 'customer', id: one.customerId }, door: 'chat', name: 'a.png', declaredType: null, declaredBytes: null, body: once(PNG), policy: everything })).ok);
  await Promise.all(dropped);
  assert.deepEqual([new Set(written).size, dropped.length, bytes().length], [2, 1, 1]);
});

eachStore('a disk without room is a refusal, and the next file comes in', async (store, context) => {
  if (!existsSync('/dev/shm') || process.getuid?.() !== 0) return (context as { skip?: (why: string) => void }).skip?.('needs root and a file system of its own');
  const brand = await newBrand(store);
  const one = await openCase(store, brand.id, 'agt_1', { named: false });
  const { parts } = stage(store);
  const small = mkdtempSync(join(tmpdir(), 'portcullis-small-'));
  const run = (...command: [string, ...string[]]): Promise<boolean> => new Promise((resolve) => void execFile(command[0], command.slice(1), (error) => resolve(error === null)));
  if (!(await run('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small))) return (context as { skip?: (why: string) => void }).skip?.('no small file system can be mounted here');
  try {
    const incoming = { channelId: one.channelId, conversationId: null, side: 'customer', author: { kind: 'customer', id: one.customerId }, door: 'chat', name: 'a.txt', declaredType: null, declaredBytes: null, policy: everything } as const;
    const full = await takeIn({ ...parts, spoolFolder: small }, brand.id, { ...incoming, body: once(Buffer.alloc(300_000, 'a')) });
    assert.ok(!full.ok && full.denial.code === 'upload.storage_full', JSON.stringify(full));
    const kept = await takeIn({ ...parts, blobs: folderBlobs(small) }, brand.id, { ...incoming, body: once(Buffer.alloc(300_000, 'a')) });
    assert.ok(!kept.ok && kept.denial.code === 'upload.storage_full', JSON.stringify(kept));
    assert.ok((await takeIn(parts, brand.id, { ...incoming, body: once(Buffer.alloc(300_000, 'a')) })).ok);
  } finally {
    await run('umount', small);
    rmSync(small, { recursive: true, force: true });
  }
});

it('a process that cannot begin says nothing about the file: it is to be sent again, and is not called damaged', async () => {
  const program = join(root, 'broken.ts');
  writeFileSync(program, 'process.exit(1);');
  const broken = openExaminers(join(root, 'incoming'), EXAMINER_LIMITS, program);
  const path = join(root, 'incoming', 'in_whole');
  writeFileSync(path, 'a,b\n');
  const found = await broken.examine({ path, claimed: 'txt', out: `${path}.bare`, strips: false }, SOMEBODY);
  assert.deepEqual([found.ok, !found.ok && found.code, !found.ok && found.facts['why']], [false, 'upload.not_scanned', 'no_examiner']);
  broken.close();
});

it('what others left behind in a process is not put to the account of the next file: it is asked of a fresh one', async () => {
  const program = join(root, 'growing.ts');
  writeFileSync(program, `let files = 0; const held = [];
    process.on('message', () => { files += 1; if (files > 1) held.push(Buffer.alloc(3e8, 1)); else process.send({ ok: true, form: 'txt', type: 'txt', removed: null, cleaned: null, written: false }); });
    process.send('ready');`);
  const growing = openExaminers(join(root, 'incoming'), { ...EXAMINER_LIMITS, atOnce: 1, memory: 200 * 1_048_576 }, program);
  const path = join(root, 'incoming', 'in_next');
  writeFileSync(path, 'a');
  for (let n = 0; n < 3; n += 1) assert.ok((await growing.examine({ path, claimed: 'txt', out: `${path}.bare`, strips: false }, SOMEBODY)).ok);
  growing.close();
});

it('a file that takes too long or too much is ended with its process, and the next one is looked through', async () => {
  const hurried = openExaminers(join(root, 'incoming'), { ...EXAMINER_LIMITS, atOnce: 1, time: 1, idle: 1_000 });
  const patient = openExaminers(join(root, 'incoming'), { ...EXAMINER_LIMITS, atOnce: 1, memory: 1_048_576, idle: 1_000 });
  const path = join(root, 'incoming', 'in_large');
  const notSpooled = join(root, 'incoming', 'other');
  writeFileSync(notSpooled, 'of somebody else');
  writeFileSync(path, Buffer.alloc(20 * 1_048_576, 'a,b\n'));
  try {
    const late = await hurried.examine({ path, claimed: 'txt', out: `${path}.bare`, strips: false }, SOMEBODY);
    assert.ok(!late.ok && late.facts['why'] === 'took_too_long', JSON.stringify(late));
    if (existsSync('/proc/self/statm')) {
      const large = await patient.examine({ path, claimed: 'txt', out: `${path}.bare`, strips: false }, SOMEBODY);
      assert.ok(!large.ok && large.facts['why'] === 'too_much_memory', JSON.stringify(large));
    }
    assert.ok((await examiners.examine({ path, claimed: 'txt', out: `${path}.bare`, strips: false }, SOMEBODY)).ok);
    for (const secret of ['/etc/passwd', notSpooled]) {
      const refused = await examiners.examine({ path: secret, claimed: 'txt', out: `${secret}.bare`, strips: false }, SOMEBODY);
      assert.ok(!refused.ok && refused.facts['fault'] !== undefined, 'it may read nothing but what comes in');
    }
    const [fs, at] = ["const fs = require('node:fs'); const say = (work) => { try { return work(); } catch (error) { return error.code; } };", JSON.stringify(join(root, 'incoming'))];
    const said = await new Promise<string>((resolve) => void execFile(process.execPath, [...examinerFlags(spooledIn(join(root, 'incoming'))), '-e', `${fs} console.log(say(() => fs.readFileSync(${JSON.stringify(path)}).length), say(() => fs.readdirSync(${at})), say(() => fs.readdirSync(${at} + '/in_x/..')), fs.globSync(${at} + '/in_*').length)`], (_error, out) => resolve(out.trim())));
    assert.equal(said, '20971520 ERR_ACCESS_DENIED ERR_ACCESS_DENIED 0', 'who knows a name may open it, and nobody may ask for the names');
  } finally {
    hurried.close();
    patient.close();
  }
});
