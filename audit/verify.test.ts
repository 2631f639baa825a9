// Verification of audit chains, on both engines: whoever changes, removes, adds or writes anew is named by the first broken row.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import * as auditRows from '#store/audit-rows.ts';
import * as brandHeads from '#store/brand-heads.ts';
import { genesis, sealRow } from '#store/chain.ts';
import * as headRows from '#store/heads.ts';
import type { BrandStore, Store } from '#store/store.ts';
import { type AuditKey, signHead, type SignedHead } from '#audit/signing.ts';
import { type Verdict, verifyAll, verifyChain, type Witnesses } from '#audit/verify.ts';
import { behindTheStore, eachStore, entryOf, newBrand, type Stage } from '#test/stores.ts';

function newKey(id: string): AuditKey {
  return { id, ...generateKeyPairSync('ed25519') };
}

const KEY = newKey('aaaaaaaaaaaaaaaa');
const THIEF = newKey('bbbbbbbbbbbbbbbb');
const keys = new Map([[KEY.id, KEY.publicKey]]);
const nothingKept: Witnesses = { keys, kept: [] };

async function grow(brand: BrandStore, rows: number): Promise<void> {
  await brand.commit({ statements: [], entries: Array.from({ length: rows }, (_, at) => entryOf('test.done', { facts: { at } })) });
}

/** Signs the end of a chain as the minute's round does; gives the copy that is kept outside. */
async function signEnd(store: Store, scope: string, key = KEY): Promise<SignedHead> {
  const end = await brandHeads.of(store.system, scope);
  const head = signHead(key, { scope, seq: end?.audit_seq ?? 0, hash: end?.audit_hash ?? '', at: 1_800_000_000_000 });
  await store.system.note([headRows.insert(store.system, { scope, seq: head.seq, hash: head.hash, at: head.at, key_id: head.keyId, signature: head.signature })]);
  return head;
}

/** What somebody with the database's own rights could do: the guards against bugs are taken off first. */
function tamper({ where }: Stage, ...statements: string[]): Promise<void> {
  const off = { sqlite: ['drop trigger if exists audit_rows_no_update', 'drop trigger if exists audit_rows_no_delete'], postgres: ['drop trigger if exists audit_rows_append_only on audit_rows'] };
  return behindTheStore(where, (engine) => [...off[engine], ...statements]);
}

function broken(verdict: Verdict, row: number, words: RegExp): void {
  assert.equal(verdict.whole, false);
  assert.deepEqual({ row: !verdict.whole && verdict.row }, { row });
  assert.match(verdict.whole ? '' : verdict.reason, words);
}

eachStore('a chain that nobody touched is whole, signed or not yet', async (store) => {
  const brand = await newBrand(store);
  assert.deepEqual(await verifyChain(store, brand.id, nothingKept), { scope: brand.id, whole: true, rows: 0, heads: 0, kept: 0, signedTo: 0, signedAt: null });
  await grow(brand, 5);
  const kept = [await signEnd(store, brand.id)];
  await grow(brand, 3);
  const verdict = await verifyChain(store, brand.id, { keys, kept });
  assert.deepEqual(verdict, { scope: brand.id, whole: true, rows: 8, heads: 1, kept: 1, signedTo: 5, signedAt: 1_800_000_000_000 });
});

const DEEDS: [what: string, sql: (id: string) => string[], row: number, words: RegExp][] = [
  ['a changed detail', (id) => [`update audit_rows set detail = '{"facts":{"at":9}}' where brand_id = '${id}' and seq = 3`], 3, /Row 3 was changed/],
  ['a changed time', (id) => [`update audit_rows set at = at + 1 where brand_id = '${id}' and seq = 2`], 2, /Row 2 was changed/],
  ['a changed actor', (id) => [`update audit_rows set actor_id = 'agt_other' where brand_id = '${id}' and seq = 1`], 1, /Row 1 was changed/],
  ['a removed row', (id) => [`delete from audit_rows where brand_id = '${id}' and seq = 4`], 4, /Row 4 is missing/],
  ['the first row removed', (id) => [`delete from audit_rows where brand_id = '${id}' and seq = 1`], 1, /Row 1 is missing/],
  ['two rows in each other’s place', (id) => [`update audit_rows set seq = 99 where brand_id = '${id}' and seq = 2`, `update audit_rows set seq = 2 where brand_id = '${id}' and seq = 3`, `update audit_rows set seq = 3 where brand_id = '${id}' and seq = 99`], 2, /Row 2 does not follow/],
  ['a tail that was signed, removed', (id) => [`delete from audit_rows where brand_id = '${id}' and seq > 4`], 5, /Rows 5 to 6 are missing at the end: they were signed/],
  ['every row removed', (id) => [`delete from audit_rows where brand_id = '${id}'`], 1, /Rows 1 to 6 are missing/],
  ['the tail that is not signed yet, removed', (id) => [`delete from audit_rows where brand_id = '${id}' and seq > 6`], 7, /Rows 7 to 8 are missing at the end: they were written/],
  ['the record of the end, removed', (id) => [`delete from brand_heads where scope = '${id}'`], 8, /record of where the chain ends is gone/],
];

for (const [what, sql, row, words] of DEEDS) {
  eachStore(`names the first row of ${what}`, async (store, stage) => {
    const brand = await newBrand(store);
    await grow(brand, 6);
    await signEnd(store, brand.id);
    await grow(brand, 2);
    await tamper(stage, ...sql(brand.id));
    broken(await verifyChain(store, brand.id, nothingKept), row, words);
  });
}

eachStore('a tail removed together with its heads and the record of the end is seen by the kept copy, and by nothing else', async (store, stage) => {
  const brand = await newBrand(store);
  await grow(brand, 3);
  const early = await signEnd(store, brand.id);
  const [third] = await auditRows.page(brand, { limit: 1 });
  await grow(brand, 4);
  const late = await signEnd(store, brand.id);
  await tamper(stage, `delete from audit_rows where brand_id = '${brand.id}' and seq > 3`, `delete from heads where scope = '${brand.id}' and seq > 3`, `update brand_heads set audit_seq = 3, audit_hash = '${third?.hash}' where scope = '${brand.id}'`);
  assert.equal((await verifyChain(store, brand.id, nothingKept)).whole, true);
  broken(await verifyChain(store, brand.id, { keys, kept: [early, late] }), 4, /Rows 4 to 7 are missing at the end: they were signed/);
});

eachStore('a chain written anew with right hashes does not fit its signed heads', async (store, stage) => {
  const brand = await newBrand(store);
  await grow(brand, 4);
  const kept = [await signEnd(store, brand.id)];
  const rows = await auditRows.page(brand, { limit: 10 });
  let link = genesis(brand.id);
  const anew = rows.reverse().map((row) => {
    const sealed = sealRow(link, brand.id, { ...auditRows.sealedOf(brand, row), actorId: 'agt_scapegoat' });
    link = sealed;
    return `update audit_rows set actor_id = 'agt_scapegoat', previous = '${sealed.previous}', hash = '${sealed.hash}' where brand_id = '${brand.id}' and seq = ${sealed.seq}`;
  });
  await tamper(stage, ...anew, `update brand_heads set audit_hash = '${link.hash}' where scope = '${brand.id}'`);
  broken(await verifyChain(store, brand.id, nothingKept), 4, /Row 4 is not the row that was signed/);
  await tamper(stage, `delete from heads`);
  assert.equal((await verifyChain(store, brand.id, nothingKept)).whole, true, 'without any head nothing speaks against it');
  broken(await verifyChain(store, brand.id, { keys, kept }), 4, /Row 4 is not the row that was signed/);
});

eachStore('a forged head is named, be it by another key or by a changed number', async (store, stage) => {
  const brand = await newBrand(store);
  await grow(brand, 4);
  const real = await signEnd(store, brand.id);
  const kept = [{ ...real, seq: 3 }];
  broken(await verifyChain(store, brand.id, { keys, kept }), 3, /signature of the head at row 3 is not of our key/);
  await tamper(stage, 'delete from heads');
  await signEnd(store, brand.id, THIEF);
  broken(await verifyChain(store, brand.id, nothingKept), 4, /names the key bbbbbbbbbbbbbbbb, which is not in the key ring/);
  await tamper(stage, `update heads set key_id = '${KEY.id}'`);
  broken(await verifyChain(store, brand.id, nothingKept), 4, /is not of our key/);
});

eachStore('rows of another brand cannot stand in for one’s own', async (store, stage) => {
  const [mine, other] = [await newBrand(store), await newBrand(store)];
  await grow(mine, 3);
  await grow(other, 3);
  await tamper(stage, `delete from audit_rows where brand_id = '${mine.id}'`, `update audit_rows set brand_id = '${mine.id}' where brand_id = '${other.id}'`);
  broken(await verifyChain(store, mine.id, nothingKept), 1, /Row 1 does not follow row 0/);
});

async function verdicts(store: Store, witnesses: Witnesses): Promise<Map<string, Verdict>> {
  const found = new Map<string, Verdict>();
  for await (const { verdict } of verifyAll(store, witnesses)) found.set(verdict.scope, verdict);
  return found;
}

eachStore('a brand taken off the list is missed: by its rows, by its heads, by the copy outside', async (store, stage) => {
  const brand = await newBrand(store);
  await grow(brand, 3);
  const kept = [await signEnd(store, brand.id)];
  assert.deepEqual([...(await verdicts(store, nothingKept)).values()].map(({ whole }) => whole), [true, true]);
  await tamper(stage, `delete from brands where id = '${brand.id}'`);
  broken((await verdicts(store, nothingKept)).get(brand.id)!, 3, /taken off the list of brands/);
  await tamper(stage, `delete from audit_rows where brand_id = '${brand.id}'`, `delete from brand_heads where scope = '${brand.id}'`);
  broken((await verdicts(store, nothingKept)).get(brand.id)!, 1, /Rows 1 to 3 are missing/);
  await tamper(stage, 'delete from heads');
  assert.equal((await verdicts(store, nothingKept)).has(brand.id), false);
  broken((await verdicts(store, { keys, kept })).get(brand.id)!, 1, /Rows 1 to 3 are missing/);
});

test('a head for a chain that cannot be is a break, not a crash', async (context) => {
  const { freshPlace } = await import('#test/stores.ts');
  const { openStore } = await import('#store/open.ts');
  const store = await openStore(await freshPlace('sqlite', context));
  const kept = [signHead(KEY, { scope: "x'; drop", seq: 1, hash: 'aa', at: 1 })];
  broken((await verdicts(store, { keys, kept })).get("x'; drop")!, 0, /a chain that cannot be/);
  await store.close();
});
