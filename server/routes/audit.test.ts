// The audit trail over HTTP: filters, pages that stand still while rows are added, folded floods, and walls between brands.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newId } from '#identity/tokens.ts';
import { appendFolded } from '#server/workers/rounds.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { addAgent, knock, trail } from '#test/people.ts';

let house: TestHouse;
let admin: Admin;
let other: Admin;
let cookie: string;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  other = await house.setUp({ name: 'Rival', slug: 'rival' });
  cookie = await house.signIn(admin);
});
after(() => house.close());

const page = (query = '', shown = cookie) => house.call('GET', `/api/v1/audit${query}`, { cookie: shown });
const one = (id: string, shown = cookie) => house.call('GET', `/api/v1/audit/${id}`, { cookie: shown });
/** Adds rows whose facts number them. */
async function add(count: number, event = 'test.made'): Promise<void> {
  const { brands, store } = house.building.parts;
  const rows = store.brand((await brands.bySlug('acme'))!.id);
  const entries = Array.from({ length: count }, (_, n) => ({ id: newId('evt'), at: house.clock.now + n, actor: { kind: 'system', id: null } as const, event, entity: { kind: 'test', id: `t${n % 3}` }, facts: { n } }));
  await brands.commit([rows.part({ statements: [], entries })]);
}
const seqs = (answer: { body: { rows: { seq: number }[] } }) => answer.body.rows.map((row) => row.seq);

describe('pages', () => {
  it('hold every row once, the newest first, while rows are added between them', async () => {
    await add(173);
    const first = await page();
    const { length } = first.body.chain;
    const seen = seqs(first);
    for (let next = first.body.next as string | null; next !== null; ) {
      await add(7);
      const more = await page(`?cursor=${next}`);
      seen.push(...seqs(more));
      next = more.body.next;
    }
    assert.deepEqual(seen, Array.from({ length }, (_, n) => length - n));
  });

  const cursors: [string, number][] = [['1', 200], ['0', 200], ['9'.repeat(15), 200], ['9'.repeat(16), 422], ['99999999999999999999', 422], ['007', 200], ['-1', 422], ['1e3', 422], ['', 422], ['١', 422], ["1'--", 422]];
  for (const [cursor, status] of cursors) {
    it(`with the cursor "${cursor}" answer ${status}`, async () => {
      const answer = await page(`?cursor=${encodeURIComponent(cursor)}`);
      assert.equal(answer.status, status, answer.text.slice(0, 200));
    });
  }
});

describe('filters', () => {
  it('narrow by actor, event, family of events, entity and time, also together', async () => {
    house.clock.now += 24 * 3_600_000;
    cookie = await house.signIn(admin);
    await add(6, 'test.other');
    const me = (await house.call('GET', '/api/v1/session', { cookie })).body.agent.id as string;
    const from = new Date(house.clock.now + 2).toISOString();
    const to = new Date(house.clock.now + 4).toISOString();
    // title, query, what holds of every row, how many
    const rows: [string, string, (row: any) => boolean, number | undefined][] = [
      ['by a person', `who=${me}`, (row) => row.actor.id === me, undefined],
      ['by a kind of actor', 'who=host', (row) => row.actor.kind === 'host', 0],
      ['by an event', 'what=test.other', (row) => row.event === 'test.other', 6],
      ['by a family', 'what=test.', (row) => row.event.startsWith('test.'), undefined],
      ['by several', 'what=test.other,policy.', (row) => row.event === 'test.other' || row.event.startsWith('policy.'), undefined],
      ['by several of which one is none', 'what=tes.,test.other', (row) => row.event === 'test.other', 6],
      ['by a family that is none', 'what=tes', () => false, 0],
      ['by a wildcard, which is none', 'what=test%25', () => false, 0],
      ['by an entity', 'what=test.other&entity=t1', (row) => row.entity.id === 't1', 2],
      ['by a kind of entity', 'what=test.other&entity=test', (row) => row.entity.kind === 'test', 6],
      ['from a moment on', `what=test.other&from=${from}`, (row) => row.at >= from, 4],
      ['to a moment, not including it', `what=test.other&to=${to}`, (row) => row.at < to, 4],
      ['between', `what=test.other&from=${from}&to=${to}`, (row) => row.at >= from && row.at < to, 2],
      ['to a moment that names no zone: UTC', `what=test.other&to=${to.slice(0, -1)}`, (row) => row.at < to, 4],
      ['to a moment of another zone', 'what=test.other&from=2026-11-24T09:00:00%2B01:00', () => true, 6],
      ['by a day', 'what=test.other&from=2026-11-24&to=2026-11-25', () => true, 6],
      ['by something that injects', `who=${encodeURIComponent("' or 1=1 --")}`, () => false, 0],
    ];
    for (const [title, query, holds, count] of rows) {
      const found = await trail(house, cookie, query);
      assert.ok(found.every(holds), title);
      if (count === undefined) assert.ok(found.length > 0, title);
      else assert.equal(found.length, count, title);
    }
  });

  for (const query of ['from=yesterday', 'to=2026-13-01', 'from=2026-02-30', 'from=2026-04-31T10:00Z', 'from=2026-11-23T25:00:00Z', 'to=1700000000', 'from=%00', 'from=2026-11-23%20', 'nothing=1', 'who=a&who=b', `what=${'x'.repeat(101)}`]) {
    it(`refuse ${query.slice(0, 40)} and say why`, async () => {
      const answer = await page(`?${query}`);
      assert.equal(answer.status, 422, answer.text.slice(0, 200));
      assert.equal(answer.headers['content-type'], 'application/problem+json');
      assert.ok(answer.body.faults.length > 0);
    });
  }
});

describe('one row', () => {
  it('is found by its id; an unknown id is 404', async () => {
    const [row] = (await page()).body.rows;
    const { setting, ...found } = (await one(row.id)).body;
    assert.deepEqual(found, row);
    assert.equal(setting, null);
    for (const id of ['evt_unknown', '%27', 'a'.repeat(150)]) assert.equal((await one(id)).status, 404, id);
  });
});

describe('a flood of refusals', () => {
  it('is 20 rows, and one summary a minute that carries the id which the others were told', async () => {
    house.clock.now = Math.ceil(house.clock.now / 60_000) * 60_000 + 1;
    const told: string[] = [];
    // Unknown names from one network: each has a lane of its own, and all are one kind of refusal.
    for (let n = 0; n < 25; n += 1) told.push((await knock(house, 'acme', `flood${n}@acme.example`, 'wrong')).body.id);
    assert.equal(new Set(told).size, 21);
    const mine = (rows: any[]) => rows.filter((row) => told.includes(row.id));
    assert.equal(mine(await trail(house, cookie, 'what=request.refused')).length, 20);
    assert.equal((await one(told[24]!)).status, 404);
    house.clock.now += 60_000;
    await appendFolded(house.building.parts);
    const summary = (await one(told[24]!)).body;
    assert.equal(summary.event, 'refusals.folded');
    assert.equal(summary.facts.folded, 5);
    assert.equal(summary.facts.code, 'sign_in.failed');
    assert.match(summary.sentence, /^5 more refusals/);
    await appendFolded(house.building.parts);
    assert.equal((await trail(house, cookie, 'what=refusals.folded')).length, 1);
  });
});

describe('who reads', () => {
  it('needs the right to see the trail', async () => {
    const blind = (await knock(house, 'acme', await addAgent(house, admin, 'blind'))).cookies[0]!;
    const seeing = (await knock(house, 'acme', await addAgent(house, admin, 'seeing', ['see_audit']))).cookies[0]!;
    const [row] = (await page()).body.rows;
    for (const answer of [await page('', blind), await one(row.id, blind), await one('evt_unknown', blind)]) assert.equal(answer.body.code, 'capability.missing');
    assert.equal((await page('', seeing)).status, 200);
    assert.equal((await one(row.id, seeing)).status, 200);
  });

  it('sees nothing of another brand: not its rows, not by their ids, not by its people, not its chain', async () => {
    const theirs = await house.signIn(other);
    const mineAll = await trail(house, cookie);
    const theirsAll = await trail(house, theirs);
    assert.ok(mineAll.length > 0 && theirsAll.length > 0);
    const mineIds = new Set(mineAll.map((row) => row.id));
    assert.ok(theirsAll.every((row) => !mineIds.has(row.id)));
    for (const row of theirsAll) assert.equal((await one(row.id)).status, 404, row.event);
    const person = theirsAll.find((row) => row.actor.kind === 'agent').actor.id;
    assert.deepEqual((await page(`?who=${person}`)).body.rows, []);
    assert.ok(!JSON.stringify(mineAll).includes('rival'));
    assert.equal((await page('', theirs)).body.chain.length, theirsAll.length);
  });

  it('sees when the chain was signed', async () => {
    assert.equal((await page()).body.chain.signedAt, null);
    const { signHeads } = await import('#server/workers/heads.ts');
    const { store, keyring } = house.building.parts;
    await signHeads({ store, key: keyring.auditKey, dataDir: house.dataDir, now: () => house.clock.now });
    const { chain } = (await page()).body;
    assert.equal(chain.signedAt, new Date(house.clock.now).toISOString());
    assert.equal(chain.signedSeq, chain.length);
  });
});
