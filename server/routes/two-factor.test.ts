// The counts of the two-factor page over HTTP: who stands where under a draft, from where each was last seen; nothing is saved.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { addAgent, INSIDE, knock, only, OUTSIDE } from '#test/people.ts';

const COUNTS = '/api/v1/two-factor/counts';

describe('the counts of the two-factor page', () => {
  let house: TestHouse;
  let admin: Admin;
  let cookie: string;
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
    cookie = await house.signIn(admin);
    for (const [name, capabilities, from] of [['near', [], INSIDE], ['far', [], OUTSIDE], ['remote', ['remote_access'], OUTSIDE]] as const) {
      assert.equal((await knock(house, 'acme', await addAgent(house, admin, name, capabilities), undefined, from)).status, 200);
    }
    await addAgent(house, admin, 'newcomer');
  });
  after(() => house.close());
  const count = (settings: Record<string, unknown>, shown = cookie) => house.call('POST', COUNTS, { cookie: shown, body: { settings } });
  const names = (people: { name: string }[]) => people.map(({ name }) => name);

  it('are of the saved policy where the draft changes nothing', async () => {
    const { status, body } = await count({});
    assert.equal(status, 200);
    assert.deepEqual(body.columns, { inside: 4, outside_admin: 0, outside_remote: 0, outside_other: 0 });
    assert.deepEqual([body.people, body.outcomes.password, names(body.neverSeen)], [5, 4, ['newcomer']]);
    assert.deepEqual(names(body.withoutFactor), ['far', 'near', 'newcomer', 'remote']);
  });

  it('are of the draft, by the address each was last seen at, and save nothing', async () => {
    const { version } = (await house.call('GET', '/api/v1/policy', { cookie })).body;
    const draft = { 'management.allowlist': only(INSIDE), 'two_factor.mode': 'remote_only' };
    const { body } = await count(draft);
    assert.deepEqual(body.columns, { inside: 2, outside_admin: 0, outside_remote: 1, outside_other: 1 });
    assert.deepEqual([names(body.denied), names(body.stuck), body.outcomes], [['far'], ['remote'], { password: 2, code: 0, enrol: 0, stuck: 1, denied: 1 }]);
    const on = await count({ ...draft, 'two_factor.mode': 'on' });
    assert.deepEqual([names(on.body.enrol), on.body.outcomes], [['near'], { password: 0, code: 1, enrol: 1, stuck: 1, denied: 1 }]);
    const policy = await house.call('GET', '/api/v1/policy', { cookie });
    assert.equal(policy.body.settings['management.allowlist'].value.state, 'any');
    assert.equal(policy.body.version, version);
  });

  it('say what is wrong with a draft that is wrong', async () => {
    const { status, body } = await count({ 'two_factor.mode': 'sometimes', 'management.allowlist': only('10.1') });
    assert.equal(status, 422);
    assert.equal(body.faults.length, 2);
  });

  it('are for who may manage settings', async () => {
    const plain = (await knock(house, 'acme', 'near@acme.example')).cookies[0]!;
    assert.equal((await count({}, plain)).body.code, 'capability.missing');
    assert.equal((await house.call('POST', COUNTS, { body: { settings: {} } })).status, 401);
  });
});
