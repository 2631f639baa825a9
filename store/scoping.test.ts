// Two brands never see each other, whatever shape the statement has; what cannot be confined is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BinaryOperationNode, ColumnNode, OperatorNode, OrNode, ReferenceNode, sql, ValueNode } from 'kysely';
import * as agents from '#store/agents.ts';
import type { BrandStore, Queries, Statement, Store } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';
import { agentOf, eachStore, entryOf, newBrand } from '#test/stores.ts';

type Q = Queries<BrandTables>;
/** As untyped code would see it. */
// oxlint-disable-next-line no-explicit-any
type Loose = Queries<any>;

async function twins(store: Store): Promise<[BrandStore, BrandStore]> {
  const pair = [await newBrand(store), await newBrand(store)] as [BrandStore, BrandStore];
  for (const [at, brand] of pair.entries()) {
    const session = {
      id: 's1', agent_id: 'a1', token_hash: new Uint8Array([1]), created_at: 1, last_input_at: 1, ended_at: null, end_reason: null, proven: 'password' as const, factor_at: null, step_up_until: null,
      step_up_address: null, exempt_until: null, address: null, user_agent: '',
    };
    const statements = [
      agents.insert(brand, agentOf('a1', { name: `One of ${at}` })),
      agents.insert(brand, agentOf('a2', { name: `Two of ${at}` })),
      brand.write(brand.q.insertInto('sessions').values(session)),
    ];
    await brand.commit({ statements, entries: [entryOf()] });
  }
  return pair;
}

/** An `or` without the parentheses that the builder would put around it. */
const equal = (text: string) => BinaryOperationNode.create(ReferenceNode.create(ColumnNode.create('id')), OperatorNode.create('='), ValueNode.create(text));
const bareOr = { expressionType: undefined, toOperationNode: () => OrNode.create(equal('a1'), equal('a2')) };

const READS: readonly (readonly [string, (q: Q) => unknown, number])[] = [
  ['select', (q) => q.selectFrom('agents').select('name'), 2],
  ['select *', (q) => q.selectFrom('agents').selectAll(), 2],
  ['where … or …', (q) => q.selectFrom('agents').select('name').where((eb) => eb.or([eb('id', '=', 'a1'), eb('id', '!=', 'a1')])), 2],
  ['an expression made by hand', (q) => q.selectFrom('agents').select('name').where(bareOr as never), 2],
  ['alias', (q) => q.selectFrom('agents as x').select('x.name'), 2],
  ['table.*', (q) => q.selectFrom('agents as x').selectAll('x'), 2],
  ['alias named like another table', (q) => q.selectFrom('agents as sessions').select('sessions.name'), 2],
  ['inner join', (q) => q.selectFrom('agents').innerJoin('sessions', 'sessions.agent_id', 'agents.id').select('name'), 1],
  ['inner join with or', (q) => q.selectFrom('agents').innerJoin('sessions', (join) => join.on((eb) => eb.or([eb('sessions.id', '=', 's1'), eb('agents.id', '=', 'a1')]))).select('name'), 2],
  ['left join', (q) => q.selectFrom('agents').leftJoin('sessions', 'sessions.agent_id', 'agents.id').selectAll('agents'), 2],
  ['two tables', (q) => q.selectFrom(['agents', 'sessions']).select('name'), 2],
  ['sub-query in from', (q) => q.selectFrom((eb) => eb.selectFrom('agents').select('name').as('inner_agents')).select('inner_agents.name'), 2],
  ['sub-query in where', (q) => q.selectFrom('agents').select('name').where('id', 'in', (eb) => eb.selectFrom('sessions').select('agent_id')), 1],
  ['sub-query built apart', (q) => q.selectFrom('agents').select('name').where('id', 'in', q.selectFrom('sessions').select('agent_id')), 1],
  ['sub-query joined', (q) => q.selectFrom('agents').innerJoin((eb) => eb.selectFrom('sessions').select('sessions.agent_id').as('s'), (join) => join.onRef('s.agent_id', '=', 'agents.id')).select('agents.name'), 1],
  ['group by and having', (q) => q.selectFrom('agents').select('name').groupBy('name').having((eb) => eb.fn.countAll(), '>', 0), 2],
];

eachStore('a read sees the rows of its own brand only, in every shape', async (store) => {
  const pair = await twins(store);
  for (const [title, build, count] of READS) {
    for (const [at, brand] of pair.entries()) {
      const rows = (await brand.all(build(brand.q) as never)) as { name: string }[];
      assert.equal(rows.length, count, `${title}: ${rows.length} rows`);
      for (const row of rows) {
        assert.match(row.name, new RegExp(`of ${at}$`), title);
        assert.ok(!('brand_id' in row), `${title}: brand_id came through`);
      }
    }
  }
});

eachStore('an aggregate and a correlated sub-query count the own brand only', async (store) => {
  const [brand] = await twins(store);
  const { q } = brand;
  assert.deepEqual(await brand.all(q.selectFrom('agents').select((eb) => eb.fn.countAll<number>().as('n'))), [{ n: 2 }]);
  const query = q.selectFrom('agents').select((eb) => ['id', eb.selectFrom('sessions').select((s) => s.fn.count<number>('sessions.id').as('n')).whereRef('sessions.agent_id', '=', 'agents.id').as('open')]).orderBy('id');
  assert.deepEqual(await brand.all(query), [{ id: 'a1', open: 1 }, { id: 'a2', open: 0 }]);
});

const WRITES: readonly (readonly [string, (brand: BrandStore) => Statement])[] = [
  ['update', ({ q, write }) => write(q.updateTable('agents').set({ name: 'changed' }))],
  ['update with or', ({ q, write }) => write(q.updateTable('agents').set({ name: 'changed' }).where((eb) => eb.or([eb('id', '=', 'a1'), eb('id', '!=', 'a1')])))],
  ['update by sub-query', ({ q, write }) => write(q.updateTable('agents').set((eb) => ({ name: eb.selectFrom('sessions').select('id').limit(1) })).where('id', 'in', q.selectFrom('agents').select('id')))],
  ['delete', ({ q, write }) => write(q.deleteFrom('sessions'))],
  ['delete with or', ({ q, write }) => write(q.deleteFrom('sessions').where((eb) => eb.or([eb('id', '=', 's1'), eb('id', '!=', 's1')])))],
  ['insert', ({ q, write }) => write(q.insertInto('agents').values(agentOf('a3')))],
  ['insert of several', ({ q, write }) => write(q.insertInto('agents').values([agentOf('a3'), agentOf('a4')]))],
  ['insert on conflict', ({ q, write }) => write(q.insertInto('agents').values(agentOf('a1')).onConflict((oc) => oc.column('id').doUpdateSet({ name: 'changed' })))],
];

for (const [title, build] of WRITES) {
  eachStore(`a write touches its own brand only: ${title}`, async (store) => {
    const [mine, other] = await twins(store);
    const seen = async (brand: BrandStore): Promise<unknown> => [await agents.all(brand), await brand.all(brand.q.selectFrom('sessions').selectAll())];
    const [before, others] = [await seen(mine), await seen(other)];
    await mine.note([build(mine)]);
    assert.notDeepEqual(await seen(mine), before, 'the write did nothing');
    assert.deepEqual(await seen(other), others);
  });
}

const REFUSED: readonly (readonly [string, RegExp, (q: Loose) => unknown])[] = [
  ['a table of the system', /brands is not of this scope/, (q: Loose) => q.selectFrom('brands').select('id')],
  ['a table of the system in a sub-query', /links is not of this scope/, (q: Loose) => q.selectFrom('agents').select('id').where('id', 'in', (eb: Loose) => eb.selectFrom('links').select('id'))],
  ['the catalogue of the engine', /sqlite_schema is not of this scope/, (q: Loose) => q.selectFrom('sqlite_schema').select('name')],
  ['a schema by name', /schema/, (q: Loose) => q.selectFrom('main.agents').select('id')],
  ['brand_id', /names brand_id/, (q: Loose) => q.selectFrom('agents').select('brand_id')],
  ['BRAND_ID', /names brand_id/, (q: Loose) => q.updateTable('agents').set({ BRAND_ID: 'b' })],
  ['raw SQL', /raw SQL/, (q: Loose) => q.selectFrom('agents').select(sql<string>`(select name from brands)`.as('x'))],
  ['raw SQL in where', /raw SQL/, (q: Loose) => q.selectFrom('agents').select('id').where(sql<boolean>`1 = 1`)],
  ['a right join', /RightJoin/, (q: Loose) => q.selectFrom('agents').rightJoin('sessions', 'sessions.agent_id', 'agents.id').select('sessions.id')],
  ['a function that is not listed', /calls pg_read_file/, (q: Loose) => q.selectFrom('agents').select((eb) => eb.fn('pg_read_file', ['id']).as('x'))],
  ['a union', /setOperations/, (q: Loose) => q.selectFrom('agents').select('id').union(q.selectFrom('sessions').select('id'))],
  ['insert from select', /rows of values/, (q: Loose) => q.insertInto('salts').columns(['subject']).expression(q.selectFrom('agents').select('id'))],
  ['on conflict with no columns', /names no columns/, (q: Loose) => q.insertInto('salts').values({ subject: 's', salt: new Uint8Array() }).onConflict((oc) => oc.doNothing())],
  ['replace', /replace|orAction/, (q: Loose) => q.insertInto('salts').orReplace().values({ subject: 's', salt: new Uint8Array() })],
  ['returning', /returning/, (q: Loose) => q.deleteFrom('agents').returning('id')],
  ['delete using', /using/, (q: Loose) => q.deleteFrom('agents').using('sessions')],
  ['update from', /from/, (q: Loose) => q.updateTable('agents').from('sessions').set({ name: 'x' })],
  ['rows of the audit trail, written', /written by commit alone/, (q: Loose) => q.deleteFrom('audit_rows')],
];

eachStore('what cannot be confined is refused', async (store) => {
  const brand = await newBrand(store);
  for (const [title, why, build] of REFUSED) {
    await assert.rejects(async () => {
      const query = build(brand.q as unknown as Loose) as never;
      await brand.all(query).catch((error: Error) => {
        if (!/Only a select/.test(error.message)) throw error;
        brand.write(query);
      });
    }, why, title);
  }
  assert.throws(() => store.brand('system'), /cannot be the id of a brand/);
});

eachStore('what was built for another scope, or by hand, is refused', async (store) => {
  const [mine, other] = await twins(store);
  const theirs = other.q.selectFrom('agents').selectAll();
  await assert.rejects(mine.all(theirs), /not built for/);
  await assert.rejects(mine.all(mine.q.selectFrom('sessions').select('id').where('agent_id', 'in', other.q.selectFrom('agents').select('id'))), /another scope/);
  await assert.rejects(mine.note([agents.retire(other, 'a1', 5)]), /not built for/);
  await assert.rejects(mine.commit({ statements: [{ sql: 'delete from agents', parameters: [] }], entries: [entryOf()] }), /not built for/);
  const own = agents.retire(mine, 'a1', 5);
  await assert.rejects(mine.note([{ ...own }]), /not built for/);
  await assert.rejects(store.system.all(theirs as never), /not built for/);
  await assert.rejects(theirs.execute(), /only built here/);
});

test('code that forgets the scope does not compile', () => {
  // Never run: the compiler is what judges here, and an unused @ts-expect-error fails the build.
  const never = (store: Store, brand: BrandStore): void => {
    // @ts-expect-error: a brand has no system tables
    brand.q.selectFrom('brands');
    // @ts-expect-error: nobody names the brand's column
    brand.q.selectFrom('agents').select('brand_id');
    // @ts-expect-error: nor gives it a value
    brand.q.insertInto('salts').values({ subject: 's', salt: new Uint8Array(), brand_id: 'b' });
    // @ts-expect-error: the system has no tables of brands
    store.system.q.selectFrom('agents');
    // @ts-expect-error: the builder runs no transactions
    brand.q.transaction();
  };
  assert.equal(typeof never, 'function');
});
