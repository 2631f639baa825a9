// What is remembered: single-use things are used once, counters count everything, filters find what they say.
import assert from 'node:assert/strict';
import * as agents from '#store/agents.ts';
import * as auditRows from '#store/audit-rows.ts';
import * as brandRows from '#store/brands.ts';
import * as failures from '#store/failures.ts';
import * as heads from '#store/heads.ts';
import * as links from '#store/links.ts';
import * as codes from '#store/one-time-codes.ts';
import * as recoveryCodes from '#store/recovery-codes.ts';
import * as sessions from '#store/sessions.ts';
import * as settings from '#store/settings.ts';
import * as signIns from '#store/sign-ins.ts';
import { type BrandStore, Conflict, type Statement, type Store } from '#store/store.ts';
import * as factors from '#store/totp-factors.ts';
import { agentOf, eachStore, entryOf, newBrand } from '#test/stores.ts';

const conflict = (code: string) => (error: unknown) => error instanceof Conflict && error.code === code;
const factor = (id: string, more: Partial<factors.TotpFactorRow> = {}): factors.TotpFactorRow => ({ id, agent_id: 'a1', secret_sealed: new Uint8Array([1]), label: 'x', verified_at: 1, last_step: 10, created_at: 1, ...more });
const session = (id: string, more: Partial<sessions.SessionRow> = {}): sessions.SessionRow => ({
  id, agent_id: 'a1', token_hash: Buffer.from(id), created_at: 1, last_input_at: 1, ended_at: null, end_reason: null, proven: 'password', factor_at: null, step_up_until: null, step_up_address: null, fresh_until: null,
  exempt_until: null, address: '::1', user_agent: '', factor_method: null, device_id: null, framed_by: null, ...more,
});
const link = (id: string, more: Partial<links.LinkRow> = {}): links.LinkRow => ({ id, kind: 'setup', target_brand: null, agent_id: null, token_hash: Buffer.from(id), payload: '{}', sealed: null, created_at: 1, expires_at: 100, used_at: null, ...more });

async function brandWithAgents(store: Store): Promise<BrandStore> {
  const brand = await newBrand(store);
  await brand.note([agents.insert(brand, agentOf('a1', { role: 'admin', name: 'Ada' })), agents.insert(brand, agentOf('a2', { name: 'Ben' }))]);
  return brand;
}

/** Twenty at once: exactly one may win. */
async function once(use: () => Promise<unknown>, code: string): Promise<void> {
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, use));
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const outcome of outcomes) if (outcome.status === 'rejected') assert.ok(conflict(code)(outcome.reason), String(outcome.reason));
}

eachStore('what is good for once is used once, however many try', async (store, { again }) => {
  const other = await again();
  const brand = await brandWithAgents(store);
  const elsewhere = other.brand(brand.id);
  let turn = 0;
  // Two nodes take turns.
  const commit = (build: (brand: BrandStore) => Statement) => () => {
    const at = (turn += 1) % 2 === 0 ? brand : elsewhere;
    return at.commit({ statements: [build(at)], entries: [entryOf()] });
  };
  await brand.note([
    factors.insert(brand, factor('f1')), ...recoveryCodes.replaceAll(brand, 'a1', [{ id: 'r1', hash: 'h' }, { id: 'r2', hash: 'h' }], 1), sessions.insert(brand, session('s1')),
    signIns.insert(brand, { id: 'g1', agent_id: 'a1', token_hash: Buffer.from('g1'), created_at: 1, expires_at: 9, attempts: 0, done_at: null }),
    codes.insert(brand, { id: 'c1', agent_id: 'a1', purpose: 'p', target: 't', hash: 'h', created_at: 1, expires_at: 9, attempts: 0, used_at: null }),
  ]);
  await store.system.note([links.insert(store.system, link('l1'))]);
  await once(commit((at) => factors.useStep(at, 'f1', 11)), 'code.used');
  await once(commit((at) => recoveryCodes.use(at, 'r1', 5)), 'code.used');
  await once(commit((at) => sessions.end(at, 's1', 'signed_out', 5)), 'session.ended');
  await once(commit((at) => signIns.finish(at, 'g1', 5)), 'sign_in.done');
  await once(commit((at) => codes.use(at, 'c1', 5)), 'code.used');
  await once(() => other.system.commit({ statements: [links.use(other.system, 'l1', 5)], entries: [entryOf()] }), 'link.invalid');
  assert.deepEqual((await recoveryCodes.unusedOf(brand, 'a1')).map((row) => row.id), ['r2']);
});

eachStore('a time step is dead once it or a later one was used', async (store) => {
  const brand = await brandWithAgents(store);
  await brand.note([factors.insert(brand, factor('f1')), factors.insert(brand, factor('f2', { verified_at: null, last_step: 0 }))]);
  for (const step of [10, 9, 0]) await assert.rejects(brand.note([factors.useStep(brand, 'f1', step)]), conflict('code.used'));
  await brand.note([factors.useStep(brand, 'f1', 12)]);
  await assert.rejects(brand.note([factors.useStep(brand, 'f1', 11)]), conflict('code.used'));
  await assert.rejects(brand.note([factors.useStep(brand, 'f2', 99)]), conflict('code.used'));
  assert.deepEqual((await factors.verifiedOf(brand, 'a1')).map((row) => [row.id, row.last_step]), [['f1', 12]]);
  assert.deepEqual(await agents.namesWithoutFactor(brand), ['Ben']);
  await brand.note([factors.verify(brand, 'f2', new Uint8Array([2]), 7, 50), factors.removeVerified(brand, 'a1')]);
  assert.deepEqual(await agents.namesWithoutFactor(brand), ['Ada', 'Ben']);
});

eachStore('attempts are counted up to their limit, however many try at once', async (store) => {
  const brand = await brandWithAgents(store);
  await brand.note([codes.insert(brand, { id: 'c1', agent_id: 'a1', purpose: 'p', target: 't', hash: 'h', created_at: 1, expires_at: 9, attempts: 0, used_at: null })]);
  const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => brand.note([codes.countAttempt(brand, 'c1', 5)])));
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 5);
  assert.equal((await codes.latest(brand, 'a1', 'p'))?.attempts, 5);
  assert.deepEqual([await codes.sentSince(brand, 0), await codes.sentSince(brand, 1), await codes.sentSince(brand, 0, 'a2')], [[1], [], []]);
});

eachStore('a counter of failures moves on from what was read only, so that none is lost', async (store) => {
  const brand = await brandWithAgents(store);
  const row = { kind: 'password', subject: 'p1', network: '203.0.113.0/24', window_start: 100, count: 1, locked_until: null };
  const raced = async (before: number | null, count: number): Promise<number> => {
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => brand.note([failures.record(brand, { ...row, count }, before)])));
    for (const outcome of outcomes) if (outcome.status === 'rejected') assert.ok(conflict('failures.raced')(outcome.reason));
    return outcomes.filter(({ status }) => status === 'fulfilled').length;
  };
  assert.equal(await raced(null, 1), 1);
  assert.equal(await raced(1, 2), 1);
  assert.deepEqual(await failures.byKey(brand, row), { ...row, count: 2 });
  await brand.note([failures.record(brand, { ...row, count: 3, locked_until: 1_500 }, 2)]);
  assert.equal(await failures.byKey(store.system, row), undefined, 'the system has counters of its own');
  await brand.note([failures.sweep(brand, 2_000, 1_000)]);
  assert.equal((await failures.byKey(brand, row))?.count, 3, 'a lock that still runs was swept');
  await brand.note([failures.sweep(brand, 2_000, 1_501)]);
  assert.equal(await failures.byKey(brand, row), undefined);
});

eachStore('sessions: found by their token, touched forward only, ended together but for one', async (store) => {
  const brand = await brandWithAgents(store);
  const other = await brandWithAgents(store);
  await brand.note(['s1', 's2', 's3'].map((id) => sessions.insert(brand, session(id, { exempt_until: id === 's2' ? 90 : null }))));
  await other.note([sessions.insert(other, session('s1', { user_agent: 'the other brand' }))]);
  assert.equal((await sessions.byTokenHash(brand, Buffer.from('s1')))?.user_agent, '');
  assert.equal(await sessions.byTokenHash(brand, Buffer.from('s')), undefined);
  await brand.note([sessions.recordInput(brand, 's1', 50, '192.0.2.7')]);
  await brand.note([sessions.recordInput(brand, 's1', 40, null)]);
  assert.equal((await sessions.byTokenHash(brand, Buffer.from('s1')))?.last_input_at, 50);
  assert.deepEqual(await sessions.exemptNow(brand, 89), [{ id: 's2', agent_id: 'a1', agent_name: 'Ada', exempt_until: 90 }]);
  assert.deepEqual(await sessions.exemptNow(brand, 90), []);
  assert.equal((await sessions.openWithPeople(brand)).length, 3);
  await brand.note([sessions.endAllOf(brand, 'a1', 'revoked', 60, 's2')]);
  assert.deepEqual((await sessions.liveOf(brand, 'a1')).map((row) => row.id), ['s2']);
  assert.deepEqual((await sessions.liveOf(other, 'a1')).map((row) => row.id), ['s1']);
  await assert.rejects(brand.note([sessions.recordFactor(brand, 's1', { proven: 'password+code', factor_at: 1, factor_method: 'totp', step_up_until: null, step_up_address: null, fresh_until: null })]), conflict('session.ended'));
  await brand.note([sessions.sweep(brand, 61)]);
  assert.equal(await sessions.byTokenHash(brand, Buffer.from('s1')), undefined);
});

eachStore('links: too old is not usable, a new setup link voids the earlier ones of its brand', async (store) => {
  const { system } = store;
  await system.note([links.insert(system, link('l1')), links.insert(system, link('l2', { target_brand: 'b1' })), links.insert(system, link('l3', { kind: 'unlock' }))]);
  await assert.rejects(system.note([links.use(system, 'l1', 100)]), conflict('link.invalid'));
  await system.note([links.voidSetup(system, null, 50)]);
  const used = async (id: string) => (await links.byTokenHash(system, Buffer.from(id)))?.used_at;
  assert.deepEqual([await used('l1'), await used('l2'), await used('l3')], [50, null, null]);
  await system.note([links.voidSetup(system, 'b1', 60)]);
  assert.deepEqual([await used('l2'), await used('l3')], [60, null]);
});

eachStore('settings keep their lock when they are saved again, and channels stand apart', async (store) => {
  const brand = await brandWithAgents(store);
  const put = (value: unknown, channel_id?: string) => settings.put(brand, { key: 'k', value: JSON.stringify(value), set_by: 'a1', set_at: 5, ...(channel_id === undefined ? {} : { channel_id }) });
  await brand.note([put({ a: 1 }), put(2, 'c1'), settings.putBack(brand, null, 'k', { value: { a: 1 }, locked: true, setBy: 'a1', setAt: 5 })]);
  await brand.note([put([3])]);
  assert.deepEqual((await settings.all(brand)).module, { k: { value: [3], locked: true, setBy: 'a1', setAt: 5 } });
  assert.deepEqual(await settings.ofChannel(brand, 'c1'), { k: { value: 2, locked: false, setBy: 'a1', setAt: 5 } });
  const version = settings.version(brand, { version: 1, at: 5, author: null, diff: '[]', reason: null });
  await brand.note([version, settings.remove(brand, 'k')]);
  assert.deepEqual((await settings.all(brand)).module, {});
  await assert.rejects(brand.note([version]), conflict('policy.stale'));
});

eachStore('the audit trail is found by who, what, which, when and before', async (store) => {
  const brand = await brandWithAgents(store);
  const rows = [
    entryOf('sign_in.succeeded', { at: 10, actor: { kind: 'agent', id: 'a1' } }), entryOf('sign_inX', { at: 20, actor: { kind: 'agent', id: 'a2' } }), entryOf('signXin.failed', { at: 30, actor: { kind: 'host', id: null } }),
    entryOf('policy.changed', { at: 40, actor: { kind: 'agent', id: 'a1' }, entity: { kind: 'setting', id: 'k' } }), entryOf('sign_in.failed', { at: 50 }),
  ] as const;
  await brand.commit({ statements: [], entries: rows });
  const found = async (filter: Omit<auditRows.AuditFilter, 'limit'>) => (await auditRows.page(brand, { ...filter, limit: 10 })).map((row) => row.seq);
  assert.deepEqual(await found({}), [5, 4, 3, 2, 1]);
  assert.deepEqual(await found({ event: 'sign_in.' }), [5, 1]);
  assert.deepEqual(await found({ event: 'sign_inX' }), [2]);
  assert.deepEqual(await found({ actors: ['a1'] }), [4, 1]);
  assert.deepEqual(await found({ actors: ['agent'] }), [4, 2, 1]);
  assert.deepEqual([await found({ actors: ['a2', 'host'] }), await found({ actors: [] })], [[3, 2], []]);
  assert.deepEqual([await found({ entity: 'k' }), await found({ entity: 'setting' })], [[4], [4]]);
  assert.deepEqual(await found({ from: 20, to: 40 }), [3, 2]);
  assert.deepEqual(await found({ before: 3 }), [2, 1]);
  assert.deepEqual(await found({ id: rows[2].id }), [3]);
  assert.deepEqual([(await auditRows.last(brand))?.seq, (await auditRows.byId(brand, 'nobody'))], [5, undefined]);
  const batches: number[] = [];
  for await (const batch of auditRows.each(brand, 2, 2)) batches.push(batch.length);
  assert.deepEqual(batches, [2, 2]);
});

eachStore('brands by name, signed heads by time', async (store) => {
  const { system } = store;
  const brand = await newBrand(store);
  assert.deepEqual(await brandRows.bySlug(system, `slug-${brand.id}`), await brandRows.byId(system, brand.id));
  const twice = brandRows.insert(system, { id: 'bother0000000', slug: `slug-${brand.id}`, name: 'x', created_at: 1 });
  await assert.rejects(system.commit({ statements: [twice], entries: [entryOf()] }), conflict('brand.slug_taken'));
  assert.equal((await brandRows.all(system)).length, 1);
  const head = { scope: brand.id, seq: 1, hash: 'h', at: 5, key_id: 'k', signature: 's' };
  await system.note([heads.insert(system, head), heads.insert(system, head), heads.insert(system, { ...head, seq: 3, at: 4 })]);
  assert.equal((await heads.latest(system, brand.id))?.seq, 3);
  assert.equal((await heads.of(system, brand.id)).length, 2);
});

eachStore('a sign-in that was judged on an old password, or for somebody deactivated meanwhile, begins nothing', async (store) => {
  const brand = await newBrand(store);
  const judged = (hash?: string) => brand.note([agents.stillThere(brand, 'a1', hash), sessions.insert(brand, session(`s${Math.random()}`))]);
  await brand.note([agents.insert(brand, agentOf('a1', { password_hash: 'old' }))]);
  await judged('old');
  await brand.note([agents.setPassword(brand, 'a1', 'new', 2)]);
  await assert.rejects(judged('old'), conflict('agent.changed'));
  await judged();
  await brand.note([agents.retire(brand, 'a1', 3)]);
  await assert.rejects(judged(), conflict('agent.changed'));
  assert.equal((await sessions.liveOf(brand, 'a1')).length, 2);
});
