// The rounds a server makes by itself: signing the ends of chains, folding floods, ending idle sessions; and what it does at its stop.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { openFolding, ROWS_A_MINUTE } from '#audit/fold.ts';
import { readHeads } from '#audit/head-file.ts';
import * as auditRows from '#store/audit-rows.ts';
import * as brandHeads from '#store/brand-heads.ts';
import * as headRows from '#store/heads.ts';
import { openStore } from '#store/open.ts';
import type { Part } from '#store/store.ts';
import { databaseOf } from '#server/data.ts';
import { headFile } from '#server/workers/heads.ts';
import { appendFolded } from '#server/workers/rounds.ts';
import { openHouse, type TestHouse } from '#test/house.ts';
import { until } from '#test/program.ts';

const MINUTE = 60_000;

/** A house whose rounds are made when the test lets time pass. */
async function makingRounds(context: TestContext): Promise<{ house: TestHouse; pass: (ms: number) => void }> {
  context.mock.timers.enable({ apis: ['setInterval'] });
  const house = await openHouse({ rounds: true });
  context.after(async () => {
    await house.close();
    rmSync(house.dataDir, { recursive: true, force: true });
  });
  return { house, pass: (ms) => ((house.clock.now += ms), (house.clock.uptime += ms), context.mock.timers.tick(ms)) };
}

/** A caller from elsewhere who presents a session that ended: each try is a refusal. */
async function flood(house: TestHouse, cookie: string, tries: number): Promise<void> {
  for (let at = 0; at < tries; at += 1) await house.call('GET', '/api/v1/policy', { cookie });
}

test('every minute the ends that grew are signed, in the database and outside, and only those', async (context) => {
  const { house, pass } = await makingRounds(context);
  const { store } = house.building.parts;
  await house.setUp();
  const file = headFile(house.dataDir);
  assert.deepEqual(readHeads(file), []);
  pass(MINUTE);
  await until('two heads in the file', () => readHeads(file).length === 2);
  for (const { scope, audit_seq, audit_hash } of await brandHeads.all(store.system)) {
    const outside = readHeads(file).find((head) => head.scope === scope);
    assert.deepEqual([outside?.seq, outside?.hash], [audit_seq, audit_hash]);
    const inside = await until('the head in the database', () => headRows.latest(store.system, scope));
    assert.equal(inside.signature, outside?.signature);
  }
  await house.signIn({ email: 'dana@acme.example', secret: '', recoveryCodes: [], slug: 'acme' });
  pass(MINUTE);
  await until('the head of the brand that grew', () => readHeads(file).length > 2);
  assert.equal(readHeads(file).length, 3, 'the system has not grown');
});

test('a flood is twenty rows and one summary once its minute is over; what is open at the stop is appended then', async (context) => {
  const { house, pass } = await makingRounds(context);
  const { store, brands } = house.building.parts;
  const admin = await house.setUp();
  const cookie = await house.signIn(admin);
  await house.call('POST', '/api/v1/sign-out', { cookie });
  const brand = store.brand((await brands.bySlug('acme'))!.id);
  const summaries = () => auditRows.page(brand, { event: 'refusals.folded', limit: 9 });
  await flood(house, cookie, ROWS_A_MINUTE + 7);
  assert.equal((await auditRows.page(brand, { event: 'request.refused', limit: 99 })).length, ROWS_A_MINUTE);
  pass(MINUTE);
  const [first] = await until('the summary', async () => ((await summaries()).length === 1 ? summaries() : undefined));
  assert.equal(JSON.parse(first!.detail).facts.folded, 7);

  await flood(house, cookie, ROWS_A_MINUTE + 3);
  await house.building.close();
  const again = await openStore(databaseOf(house.building.parts.config));
  context.after(() => again.close());
  const [last] = await auditRows.page(again.brand(brand.id), { event: 'refusals.folded', limit: 9 });
  assert.equal(JSON.parse(last!.detail).facts.folded, 3);
  const [signed, end] = [await headRows.latest(again.system, brand.id), await brandHeads.of(again.system, brand.id)];
  assert.equal(signed?.seq, end?.audit_seq, 'signed after everything else was written');
});

test('a summary that could not be written is written by the next round, once', async () => {
  const folding = openFolding(() => 'ref_1');
  for (let at = 0; at <= ROWS_A_MINUTE; at += 1) folding.count({ scope: 'system', door: 'workspace', code: 'session.ended', network: 'x' }, 0);
  const written: string[] = [];
  let broken = true;
  const commit = async ([part]: Part[]): Promise<void> => {
    if (broken) throw new Error('no database');
    written.push(part!.entries[0]!.id);
  };
  const parts = { folding, store: { commit }, now: () => MINUTE } as unknown as Parameters<typeof appendFolded>[0];
  await assert.rejects(appendFolded(parts), /no database/);
  broken = false;
  await appendFolded(parts);
  await appendFolded(parts, true);
  assert.deepEqual(written, ['ref_1']);
});

test('an idle session ends by itself, with its row, though nobody asks for anything', async (context) => {
  const { house, pass } = await makingRounds(context);
  const { store, brands } = house.building.parts;
  const admin = await house.setUp();
  await house.signIn(admin);
  const brand = store.brand((await brands.bySlug('acme'))!.id);
  pass(29 * MINUTE);
  assert.equal((await auditRows.page(brand, { event: 'session.ended', limit: 9 })).length, 0);
  pass(MINUTE);
  const [row] = await until('the row', async () => {
    context.mock.timers.tick(30_000); // A round under way is not begun twice: the next one may have to do it.
    const rows = await auditRows.page(brand, { event: 'session.ended', limit: 9 });
    return rows.length > 0 ? rows : undefined;
  });
  assert.deepEqual([row!.actor_kind, JSON.parse(row!.detail).facts.reason], ['system', 'idle']);
});
