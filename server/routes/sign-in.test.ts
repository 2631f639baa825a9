// Sign-in over HTTP as a guesser sees it: one answer for every wrong knock, and locks that parallel tries cannot outrun.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as agentRows from '#store/agents.ts';
import { newId } from '#identity/tokens.ts';
import { type Admin, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { addAgent, INSIDE, knock, only, OUTSIDE, told } from '#test/people.ts';

const MINUTE = 60_000;
/** Another network than 127.0.0.0/24, whose addresses share their lanes. */
const FAR = '127.0.9.1';
let house: TestHouse;
let admin: Admin;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
});
after(() => house.close());

describe('a wrong knock', () => {
  it('gets one answer, whatever was wrong with it', async () => {
    const gone = await addAgent(house, admin, 'gone');
    await addAgent(house, admin, 'plain');
    await addAgent(house, admin, 'remote', ['remote_access']);
    const { brands, store } = house.building.parts;
    const rows = store.brand((await brands.bySlug('acme'))!.id);
    const agent = (await agentRows.byEmailKey(rows, gone))!;
    const entry = { id: newId('evt'), at: house.clock.now, actor: { kind: 'host', id: null }, event: 'agent.deactivated', entity: { kind: 'agent', id: agent.id } } as const;
    await brands.commit([rows.part({ statements: [agentRows.retire(rows, agent.id, house.clock.now)], entries: [entry], bumps: ['people'] })]);
    const cookie = await house.signIn(admin);
    assert.equal((await house.save(admin, cookie, { 'management.allowlist': only(INSIDE), 'two_factor.mode': 'remote_only' })).status, 200);
    // title, brand, email, password, from
    const knocks: [string, string, string, string, string][] = [
      ['wrong password', 'acme', admin.email, 'wrong', INSIDE],
      ['unknown brand', 'nobody', admin.email, PASSWORD, INSIDE],
      ['brand in other letters', 'ACME', admin.email, PASSWORD, INSIDE],
      ['unknown name', 'acme', 'nobody@acme.example', PASSWORD, INSIDE],
      ['no address at all', 'acme', 'nobody', PASSWORD, INSIDE],
      ['empty', '', '', '', INSIDE],
      ['deactivated', 'acme', gone, PASSWORD, INSIDE],
      ['right password from outside', 'acme', 'plain@acme.example', PASSWORD, OUTSIDE],
      ['right password from outside, without a factor to ask for', 'acme', 'remote@acme.example', PASSWORD, OUTSIDE],
      ['password of 8,000 letters', 'acme', admin.email, 'x'.repeat(8_000), INSIDE],
      ['NUL in the name', 'acme', 'a\0@acme.example', PASSWORD, INSIDE],
    ];
    const answers = [];
    for (const [title, brand, email, password, from] of knocks) answers.push({ title, ...told(await knock(house, brand, email, password, from)) });
    const [{ title: _, ...first }, ...others] = answers as [(typeof answers)[0], ...typeof answers];
    assert.equal(first.body.code, 'sign_in.failed');
    for (const { title, ...other } of others) assert.deepEqual(other, first, title);
    await house.save(admin, cookie, { 'management.allowlist': { state: 'any' } });
  });

  it('is told apart in the audit trail', async () => {
    const cookie = await house.signIn(admin);
    const { body } = await house.call('GET', '/api/v1/audit?what=request.refused', { cookie });
    const codes = new Set(body.rows.map((row: { facts: { code: string } }) => row.facts.code));
    assert.deepEqual([...codes].sort(), ['factor.none', 'network.not_allowed', 'sign_in.failed']);
  });
});

describe('locks', () => {
  /** Knocks wrongly `times` times, each as soon as it may; gives the last answer. */
  async function fail(brand: string, email: string, times: number, from = INSIDE) {
    let last = await knock(house, brand, email, 'wrong', from);
    for (let done = 1; done < times; ) {
      if (last.status === 429) house.clock.now += Number(last.headers['retry-after']) * 1_000;
      last = await knock(house, brand, email, 'wrong', from);
      if (last.status === 401) done += 1;
    }
    assert.equal(last.body.code, 'sign_in.failed');
    return last;
  }

  for (const [title, brand, email] of [['of a person', 'acme', 'victim@acme.example'], ['of a name that nobody has', 'acme', 'ghost@acme.example'], ['at a brand that does not exist', 'nowhere', 'ghost@nowhere.example']] as const) {
    it(`${title}: slower from the fifth failure on, locked for 30 minutes at the tenth`, async () => {
      if (email.startsWith('victim')) await addAgent(house, admin, 'victim');
      await fail(brand, email, 5);
      const waits: number[] = [];
      for (let failures = 5; failures < 10; failures += 1) {
        const slowed = await knock(house, brand, email);
        assert.equal(slowed.status, 429);
        assert.deepEqual([slowed.body.code, slowed.body.mailsKept], ['sign_in.locked', true]);
        waits.push(Number(slowed.headers['retry-after']));
        house.clock.now += waits.at(-1)! * 1_000;
        assert.equal((await knock(house, brand, email, 'wrong')).status, 401);
      }
      assert.deepEqual(waits, [1, 2, 4, 8, 16]);
      const since = house.clock.now;
      for (const at of [0, 1, 15 * MINUTE, 30 * MINUTE - 1]) {
        house.clock.now = since + at;
        assert.equal((await knock(house, brand, email)).status, 429, `${at} ms after`);
      }
      assert.equal((await knock(house, brand, email, PASSWORD, FAR)).status, email.startsWith('victim') ? 200 : 401, 'another network has its own lane');
      house.clock.now = since + 30 * MINUTE;
      assert.equal((await knock(house, brand, email)).status, email.startsWith('victim') ? 200 : 401, 'lifted');
    });
  }

  it('a right password forgets the failures before it', async () => {
    const email = await addAgent(house, admin, 'clumsy');
    for (let round = 0; round < 3; round += 1) {
      await fail('acme', email, 4);
      assert.equal((await knock(house, 'acme', email)).status, 200);
    }
  });

  it('a right password from where it may not be used does not forget them', async () => {
    const email = await addAgent(house, admin, 'away');
    const cookie = await house.signIn(admin);
    await house.save(admin, cookie, { 'management.allowlist': only(INSIDE) });
    for (let n = 0; n < 5; n += 1) assert.equal((await knock(house, 'acme', email, PASSWORD, OUTSIDE)).status, 401);
    assert.equal((await knock(house, 'acme', email, PASSWORD, OUTSIDE)).status, 429);
    await house.save(admin, cookie, { 'management.allowlist': { state: 'any' } });
  });

  it('many tries at once are counted one by one: none gets past the lock', async () => {
    const email = await addAgent(house, admin, 'flooded');
    const answers = await Promise.all(Array.from({ length: 40 }, () => knock(house, 'acme', email, 'wrong')));
    const looked = answers.filter((answer) => answer.status === 401).length;
    assert.ok(looked <= 5, `${looked} passwords were looked at`);
    assert.ok(answers.every((answer) => answer.status === 401 || answer.status === 429));
  });

  it('names in other letters share one lane', async () => {
    const email = await addAgent(house, admin, 'cased');
    for (const spelling of [email, email.toUpperCase(), `Cased@ACME.example`, email, email]) await knock(house, 'acme', spelling, 'wrong');
    assert.equal((await knock(house, 'acme', email)).status, 429);
  });
});
