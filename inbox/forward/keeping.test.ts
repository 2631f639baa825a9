// What is kept of forwards, on both engines: written once, found by the hash of their address, over when they are over, and gone with the customer.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { retentionEnds } from '#policy/decide/retention.ts';
import { effective } from '#policy/effective.ts';
import { openKeyring } from '#identity/keyring.ts';
import { newId, tokenHash } from '#identity/tokens.ts';
import { beginErasure, continueErasure, planErasure } from '#inbox/erasure.ts';
import { forwardByAddress } from '#inbox/forward/replies.ts';
import { issueRecipientLink } from '#media/recipient-links.ts';
import * as exceptionRows from '#store/forward-exceptions.ts';
import * as forwardRows from '#store/forwards.ts';
import * as fileRows from '#store/files.ts';
import * as linkRows from '#store/recipient-links.ts';
import * as retention from '#store/retention.ts';
import { advance } from '#store/feed.ts';
import { type BrandStore, Conflict, type Part, type Statement } from '#store/store.ts';
import { ensureAgent, fillCase, openCase, START, TRACES } from '#test/customer-case.ts';
import { everyCell } from '#test/every-table.ts';
import { eachStore, entryOf, newBrand } from '#test/stores.ts';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-forwards-'));
const keyring = openKeyring({ folder, create: true, now: START });
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const TOKEN = '0123456789abcdefghjkmnpqrs';

const rowOf = (conversationId: string, more: Partial<forwardRows.ForwardRow> = {}): forwardRows.ForwardRow => ({
  id: newId('fwd'), conversation_id: conversationId, created_at: START, created_by_kind: 'agent', created_by: 'agt_1', client_id: newId('cli'), recipients: JSON.stringify({ to: ['claims@partner.example'], cc: [], bcc: ['wilhelmina.lawyer@law.example'] }),
  subject: 'About Ms Quintero', note: 'Wilhelmina asks', body: 'Wilhelmina Quintero lives at Zauberstrasse 99', files: JSON.stringify([{ fileId: 'fil_1', name: 'Quintero.pdf', type: 'application/pdf' }]), details: 1, reply_hash: tokenHash(TOKEN),
  replies: 0, last_reply_at: null, unseen_reply_at: null, ended_at: null, ended_by: null, end_reason: null, ...more,
});
const exceptionOf = (conversationId: string): exceptionRows.ExceptionRow => ({ id: newId('fex'), conversation_id: conversationId, address: 'claims@partner.example', reason: 'For Quintero', asked_by: 'agt_1', asked_at: START, state: 'asked', decided_by: null, decided_at: null, until: null });
const keep = (brand: BrandStore, ...statements: Statement[]) => brand.commit({ statements: [advance(brand), ...statements], entries: [entryOf('test.put')], bumps: ['inbox'] });
const conflict = (code: string) => (error: unknown): boolean => error instanceof Conflict && error.code === code;

async function staged(store: Parameters<Parameters<typeof eachStore>[1]>[0]) {
  const brand = await newBrand(store);
  await ensureAgent(brand, 'agt_1');
  const one = await openCase(store, brand.id, 'agt_1');
  await fillCase(store, brand.id, 'agt_1', one);
  return { brand, one, id: (await one.conversation()).id };
}

eachStore('a forward is written once, found by its address whatever its case, answered while it is open, and ended once', async (store) => {
  const { brand, id } = await staged(store);
  const row = rowOf(id);
  await keep(brand, forwardRows.insert(brand, row));
  await assert.rejects(keep(brand, forwardRows.insert(brand, rowOf(id, { client_id: row.client_id, reply_hash: null }))), conflict('forward.repeated'));
  assert.equal((await forwardByAddress(brand, ['x@y.example', `Support+${TOKEN.toUpperCase()}@acme.example`]))?.id, row.id);
  assert.equal(await forwardByAddress(brand, [`support+${TOKEN.slice(1)}z@acme.example`, 'support@acme.example', '']), undefined);
  await keep(brand, forwardRows.answered(brand, row.id, START + 5));
  assert.deepEqual([...(await forwardRows.unseenOf(brand, [id, 'con_other']))], [[id, START + 5]]);
  await keep(brand, forwardRows.seen(brand, id));
  assert.equal((await forwardRows.unseenOf(brand, [id])).size, 0);
  await keep(brand, forwardRows.end(brand, row.id, { at: START + 6, agentId: 'agt_1', reason: 'withdrawn' }));
  await assert.rejects(keep(brand, forwardRows.end(brand, row.id, { at: START + 7, agentId: 'agt_1', reason: 'withdrawn' })), conflict('forward.ended'));
  await assert.rejects(keep(brand, forwardRows.answered(brand, row.id, START + 8)), conflict('forward.ended'));
  const other = await newBrand(store);
  assert.equal(await forwardByAddress(other, [`support+${TOKEN}@acme.example`]), undefined, 'another brand finds nothing');
});

eachStore('of one address one question waits; it is answered once, and taken back at once', async (store) => {
  const { brand, id } = await staged(store);
  const row = exceptionOf(id);
  await keep(brand, exceptionRows.ask(brand, row));
  await assert.rejects(keep(brand, exceptionRows.ask(brand, exceptionOf(id))), conflict('exception.waiting'));
  assert.equal(await exceptionRows.countAsked(brand), 1);
  await keep(brand, exceptionRows.decide(brand, row.id, { at: START, agentId: 'agt_2', state: 'allowed', until: START + 10 }));
  await assert.rejects(keep(brand, exceptionRows.decide(brand, row.id, { at: START, agentId: 'agt_2', state: 'refused', until: null })), conflict('exception.decided'));
  assert.deepEqual((await exceptionRows.allowedFor(brand, id)).map(({ until }) => until), [START + 10]);
  await keep(brand, exceptionRows.withdraw(brand, row.id, { at: START, agentId: 'agt_2' }));
  assert.deepEqual(await exceptionRows.allowedFor(brand, id), []);
  await keep(brand, exceptionRows.ask(brand, exceptionOf(id)));
});

eachStore('an erasure masks what left, ends it, and forgets what was asked for; retention takes both', async (store, { where }) => {
  const { brand, one, id } = await staged(store);
  const parts = { store, keyring, now: () => START + 1_000, commit: (all: Part[]) => store.commit(all) };
  const row = rowOf(id);
  await keep(brand, forwardRows.insert(brand, row), exceptionRows.ask(brand, exceptionOf(id)));
  const fileId = newId('fil');
  const file = { id: fileId, channel_id: (await one.conversation()).channel_id, conversation_id: id, side: 'agent', author_kind: 'agent', author_id: 'agt_1', door: 'workspace', name: 'a.png', declared_type: null, type_id: 'png', bytes: 1, sha256: null, blob_key: null, state: 'accepted', denial: null, receipt: '{}', stripped: 0, link_salt: new Uint8Array(16), created_at: START } as const;
  const { token, statement } = issueRecipientLink({ keyring, now: () => START }, brand, { fileId, recipient: 'wilhelmina.lawyer@law.example', expiresAt: START + 1e9, by: null, forward: { id: row.id, fileName: 'Quintero.png' } });
  await keep(brand, fileRows.insert(brand, file), statement);
  assert.equal((await linkRows.byTokenHash(brand, tokenHash(token)))?.forward_ended_at, null);
  const plan = await planErasure(brand, one.customerId);
  assert.equal((await beginErasure(parts, brand.id, one.customerId, { agentId: 'agt_1', agreed: plan!.fingerprint, maySee: () => true, using: [] })).ok, true);
  assert.equal(await continueErasure(parts, brand.id, one.customerId), true);
  const cells = (await everyCell(where)).filter((cell) => cell.startsWith('forward') || cell.startsWith('recipient'));
  for (const trace of TRACES) assert.deepEqual(cells.filter((cell) => trace.test(cell)), [], String(trace));
  const after = await forwardRows.byId(brand, row.id);
  assert.deepEqual([after?.end_reason, JSON.parse(after!.recipients).to], ['erased', ['claims@partner.example']]);
  assert.deepEqual(await exceptionRows.ofConversation(brand, id), []);
  assert.equal(await linkRows.byTokenHash(brand, tokenHash(token)), undefined, 'and whom its links were for is forgotten');
  const policy = effective({ version: 1, module: { 'retention.open_days': { value: 1 } } });
  await keep(brand, exceptionRows.ask(brand, exceptionOf(id)));
  await keep(brand, ...retention.erase(brand, id, retentionEnds(policy, START + 3 * 86_400_000)));
  assert.deepEqual([await forwardRows.ofConversation(brand, id), await exceptionRows.ofConversation(brand, id)], [[], []]);
});
