// A unit holds or falls as a whole, by itself; what was committed is there, in an unbroken chain, for every node.
import assert from 'node:assert/strict';
import * as agents from '#store/agents.ts';
import * as auditRows from '#store/audit-rows.ts';
import * as salts from '#store/salts.ts';
import * as settings from '#store/settings.ts';
import { Conflict, StoreFault } from '#store/store.ts';
import { agentOf, behindTheStore, checkedChain, eachStore, entryOf, newBrand, newTestId } from '#test/stores.ts';

const conflict = (code: string) => (error: unknown) => error instanceof Conflict && error.code === code;
const misuse = (words: RegExp) => (error: unknown) => error instanceof StoreFault && error.code === 'store.misuse' && words.test(error.message);

eachStore('what was committed is read back at once, with its row', async (store) => {
  const brand = await newBrand(store);
  const agent = agentOf('a1', { name: 'Zoë 🦊 "quoted" \\ \n', phone: '' });
  const done = await brand.commit({ statements: [agents.insert(brand, agent)], entries: [entryOf('agent.created', { id: 'evt1', before: null, after: { b: 1, a: ['x', 1.5, true, null] }, facts: { skipped: undefined, text: 'NUL \0 in facts' } })], bumps: ['people'] });
  assert.deepEqual(await agents.byId(brand, 'a1'), { ...agent, has_factor: 0 });
  const row = await auditRows.byId(brand, 'evt1');
  assert.equal(row?.detail, '{"after":{"a":["x",1.5,true,null],"b":1},"before":null,"facts":{"text":"NUL \\u0000 in facts"}}');
  assert.deepEqual(done.rows, [{ scope: brand.id, seq: 1, id: 'evt1', hash: row?.hash }]);
  assert.deepEqual([...done.versions], [[brand.id, { policy: 0, people: 1 }]]);
  assert.equal(await checkedChain(store, brand), 1);
});

eachStore('bytes and large whole numbers come back as they were', async (store) => {
  const brand = await newBrand(store);
  const salt = Uint8Array.from({ length: 256 }, (_none, at) => at);
  const row = { id: 'k1', agent_id: 'a1', secret_sealed: salt, label: '', verified_at: Number.MAX_SAFE_INTEGER, last_step: 0, created_at: -1 };
  await brand.note([salts.keep(brand, 's', salt), agents.insert(brand, agentOf('a1')), brand.write(brand.q.insertInto('totp_factors').values(row))]);
  const kept = await salts.of(brand, 's');
  assert.deepEqual(kept, salt);
  assert.equal(kept?.constructor, Uint8Array);
  assert.deepEqual(await brand.one(brand.q.selectFrom('totp_factors').selectAll()), row);
});

eachStore('a guard that does not hold undoes its whole unit, over all scopes, and no neighbour', async (store) => {
  const [one, two] = [await newBrand(store), await newBrand(store)];
  const good = Array.from({ length: 20 }, (_none, at) => one.commit({ statements: [agents.insert(one, agentOf(`good${at}`))], entries: [entryOf('good')] }));
  const bad = Array.from({ length: 10 }, (_none, at) =>
    store.commit([
      one.part({ statements: [agents.insert(one, agentOf(`bad${at}`))], entries: [entryOf('bad')], bumps: ['policy'] }),
      two.part({ statements: [agents.retire(two, 'nobody', 1)], entries: [entryOf('bad')] }),
    ]));
  const after = one.commit({ statements: [agents.insert(one, agentOf('after'))], entries: [entryOf('good')] });
  const outcomes = await Promise.allSettled(bad);
  assert.ok(outcomes.every((outcome) => outcome.status === 'rejected' && conflict('users.last_admin')(outcome.reason)));
  await Promise.all([...good, after]);
  assert.equal((await agents.all(one)).length, 21);
  assert.deepEqual([await checkedChain(store, one), await checkedChain(store, two)], [21, 0]);
  assert.deepEqual((await auditRows.page(one, { event: 'bad', limit: 99 })).length, 0);
  assert.equal((await store.versions([one.id])).get(one.id)?.policy, 0);
});

eachStore('a second row of the same name is a conflict with its own code', async (store) => {
  const brand = await newBrand(store);
  const twice = () => brand.commit({ statements: [agents.insert(brand, agentOf(newTestId('a'), { email_key: 'same' }))], entries: [entryOf()] });
  await twice();
  await assert.rejects(twice(), conflict('agent.email_taken'));
  const outcomes = await Promise.allSettled([brand.note([salts.keep(brand, 'x', new Uint8Array([1]))]), twice(), brand.commit({ statements: [], entries: [entryOf()] })]);
  assert.deepEqual(outcomes.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled']);
  await assert.rejects(brand.commit({ statements: [], entries: [entryOf('x', { id: 'same' }), entryOf('x', { id: 'same' })] }), conflict('row.exists'));
  assert.equal(await checkedChain(store, brand), 2);
});

eachStore('there is no success without a row, and no row for a brand that does not exist', async (store) => {
  const brand = await newBrand(store);
  await assert.rejects(brand.commit({ statements: [agents.insert(brand, agentOf('a1'))], entries: [] }), misuse(/audit row/));
  await assert.rejects(store.commit([]), misuse(/at least one part/));
  const stranger = store.brand(newTestId('b'));
  await assert.rejects(stranger.commit({ statements: [], entries: [entryOf()] }), conflict('brand.unknown'));
  await assert.rejects(stranger.note([agents.insert(stranger, agentOf('a1'))]), Conflict);
  assert.equal(await checkedChain(store, stranger), 0);
});

eachStore('text that an engine would change is refused, in a column, a question and a row', async (store) => {
  const brand = await newBrand(store);
  for (const text of ['nul \0', 'half \ud83d', '\udc00 other half']) {
    assert.throws(() => agents.insert(brand, agentOf('a1', { name: text })), conflict('text.unstorable'));
    await assert.rejects(agents.byEmailKey(brand, text), conflict('text.unstorable'));
    await assert.rejects(brand.commit({ statements: [], entries: [entryOf('x', { entity: { kind: 'k', id: text } })] }), conflict('text.unstorable'));
  }
  await assert.rejects(brand.commit({ statements: [], entries: [entryOf('x', { facts: { text: '\ud83d' } })] }), conflict('text.unstorable'));
  await assert.rejects(brand.commit({ statements: [], entries: [entryOf('x', { facts: { at: new Date(0) } })] }), misuse(/plain JSON/));
  assert.throws(() => settings.put(brand, { key: 'k', value: '1', set_by: null, set_at: 1.5 }), misuse(/cannot hold 1.5/));
});

eachStore('a save on an older policy is stale, also within one batch', async (store) => {
  const brand = await newBrand(store);
  const save = (on: number) => brand.commit({ statements: [settings.put(brand, { key: 'k', value: String(on), set_by: null, set_at: on })], entries: [entryOf('policy.changed')], bumps: ['policy'], onPolicyVersion: on });
  const outcomes = await Promise.allSettled([save(0), save(0), save(1), save(1)]);
  assert.deepEqual(outcomes.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled', 'rejected']);
  assert.ok(outcomes[1]?.status === 'rejected' && conflict('policy.stale')(outcomes[1].reason));
  assert.equal((await settings.all(brand)).module['k']?.value, 1);
  await assert.rejects(save(1), conflict('policy.stale'));
  await save(2);
});

eachStore('a thousand commits at once make one unbroken chain a brand, in the order they were given', async (store) => {
  const brands = [await newBrand(store), await newBrand(store), await newBrand(store)];
  await Promise.all(Array.from({ length: 1_000 }, (_none, at) => {
    const brand = brands[at % 3]!;
    return brand.commit({ statements: [], entries: [entryOf('n', { facts: { at } }), ...(at % 7 === 0 ? [entryOf('second')] : [])] });
  }));
  const lengths = await Promise.all(brands.map((brand) => checkedChain(store, brand)));
  assert.equal(lengths.reduce((sum, length) => sum + length, 0), 1_000 + 143);
  const order = (await auditRows.page(brands[0]!, { event: 'n', limit: 1_000 })).map((row) => (JSON.parse(row.detail) as { facts: { at: number } }).facts.at);
  assert.deepEqual(order, [...order].sort((a, b) => b - a));
  assert.ok((await store.integrity()).sound);
});

eachStore('two nodes on one database write one unbroken chain, and see each other', async (store, { again }) => {
  const other = await again();
  const id = (await newBrand(store)).id;
  const nodes = [store, other];
  const writes = Array.from({ length: 300 }, async (_none, at) => {
    const brand = nodes[at % 2]!.brand(id);
    await brand.commit({ statements: [agents.insert(brand, agentOf(`a${at}`))], entries: [entryOf()], bumps: at % 10 === 0 ? ['policy'] : ['people'] });
    assert.ok(await agents.byId(nodes[(at + 1) % 2]!.brand(id), `a${at}`), 'the other node does not see it');
  });
  await Promise.all(writes);
  // Units that come alone have nobody to be tried again with.
  await Promise.all(nodes.map(async (node) => {
    for (let at = 0; at < 40; at += 1) await node.brand(id).commit({ statements: [], entries: [entryOf()] });
  }));
  assert.equal(await checkedChain(store, store.brand(id)), 380);
  for (const node of nodes) assert.deepEqual((await node.versions([id, 'bnobody'])), new Map([[id, { policy: 30, people: 270, feed: 0 }]]));
});

eachStore('a bump is told to this node, and on PostgreSQL to the others', async (store, { again, engine }) => {
  const other = await again();
  const brand = await newBrand(store);
  const [own, foreign]: [string[], string[]] = [[], []];
  const heard = new Promise<void>((resolve) => void other.onNotify((scope) => {
    foreign.push(scope);
    resolve();
  }));
  const stop = store.onNotify((scope) => own.push(scope));
  await brand.commit({ statements: [], entries: [entryOf()] });
  await brand.commit({ statements: [], entries: [entryOf()], bumps: ['policy'] });
  assert.deepEqual(own, [brand.id]);
  if (engine === 'postgres') {
    await heard;
    assert.deepEqual(foreign, [brand.id]);
  }
  stop();
  await brand.commit({ statements: [], entries: [entryOf()], bumps: ['policy'] });
  assert.deepEqual(own, [brand.id], 'a listener that was taken away is still told');
});

eachStore('closing lets what was begun end, and refuses what comes later', async (store, { again }) => {
  const brand = await newBrand(store);
  const begun = Array.from({ length: 50 }, () => brand.commit({ statements: [], entries: [entryOf()] }));
  await store.close();
  await Promise.all(begun);
  await assert.rejects(brand.commit({ statements: [], entries: [entryOf()] }), (error: StoreFault) => error.code === 'store.closed');
  await assert.rejects(agents.all(brand), (error: StoreFault) => error.code === 'store.closed');
  const reopened = await again();
  assert.equal(await checkedChain(reopened, reopened.brand(brand.id)), 50);
});

eachStore('rows of the trail cannot be changed or removed; done behind the store it shows', async (store, stage) => {
  const brand = await newBrand(store);
  for (let at = 0; at < 5; at += 1) await brand.commit({ statements: [], entries: [entryOf('n', { id: `t${at}`, facts: { at } })] });
  const where = `where brand_id = '${brand.id}'`;
  for (const deed of [`update audit_rows set event = 'x' ${where}`, `delete from audit_rows ${where}`, ...(stage.engine === 'postgres' ? ['truncate audit_rows'] : [])]) {
    await assert.rejects(behindTheStore(stage.where, () => [deed]), /only ever appended/, deed);
  }
  const disarm = (engine: string) => (engine === 'sqlite' ? ['drop trigger audit_rows_no_update', 'drop trigger audit_rows_no_delete'] : ['drop trigger audit_rows_append_only on audit_rows']);
  await behindTheStore(stage.where, disarm);
  await behindTheStore(stage.where, () => [`update audit_rows set detail = '{"facts":{"at":9}}' ${where} and seq = 3`]);
  await assert.rejects(checkedChain(store, brand), /Row 3 was changed/);
  await behindTheStore(stage.where, () => [`delete from audit_rows ${where} and seq = 3`]);
  await assert.rejects(checkedChain(store, brand), /Row 3 is missing/);
  await behindTheStore(stage.where, () => [`delete from audit_rows ${where} and seq >= 3`]);
  await assert.rejects(checkedChain(store, brand), /ends at row 2, its head says 5/);
  const { sound, problems } = await store.integrity();
  assert.ok(!sound && problems.some((problem) => problem.includes('should end at row 5 and ends at row 2')));
});
