// Teams over HTTP: who may, what is wrong with one, names that read alike, and a team with conversations that stays.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Admin, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { openDesk } from '#test/live-inbox.ts';
import { addAgent, knock, trail } from '#test/people.ts';

let house: TestHouse;
let admin: Admin;
let cookie: string;
let agent: string;
let ids: Record<string, string>;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  agent = (await knock(house, 'acme', await addAgent(house, admin, 'ana'), PASSWORD)).cookies[0] as string;
  const { people } = (await house.call('GET', '/api/v1/inbox/people', { cookie })).body;
  ids = Object.fromEntries(people.map(({ name, id }: { name: string; id: string }) => [name, id]));
});
after(() => house.close());

const call = (method: string, path: string, body?: unknown, as = cookie) => house.call(method, `/api/v1/teams${path}`, { cookie: as, ...(body === undefined ? {} : { body }) });
const faultsOf = (answer: { body: { faults: { path: string; code: string }[] } }) => answer.body.faults.map(({ path, code }) => `${path} ${code}`);

describe('teams', () => {
  it('are for administrators; every agent sees which there are', async () => {
    for (const [method, path, body] of [['GET', '', undefined], ['POST', '', { name: 'Mine' }], ['PATCH', '/team_x', { name: 'Mine' }], ['DELETE', '/team_x', undefined]] as const) {
      const answer = await call(method, path, body, agent);
      assert.deepEqual([answer.status, answer.body.code], [403, 'capability.missing'], `${method} ${path}`);
    }
    assert.deepEqual((await house.call('GET', '/api/v1/inbox/people', { cookie: agent })).body.teams, []);
  });

  it('are made, changed in part and deleted, each with its row', async () => {
    const made = await call('POST', '', { name: 'Orders', closed: true, members: [ids['ana'], ids['ana']] });
    assert.equal(made.status, 201);
    assert.deepEqual(made.body, { id: made.body.id, name: 'Orders', closed: true, members: [ids['ana']] });
    const path = `/${made.body.id}`;
    assert.deepEqual((await call('PATCH', path, { closed: false })).body, { ...made.body, closed: false });
    assert.deepEqual((await call('PATCH', path, { name: 'Orders & Co', members: [] })).body, { id: made.body.id, name: 'Orders & Co', closed: false, members: [] });
    assert.deepEqual((await call('GET', '')).body.teams, [{ id: made.body.id, name: 'Orders & Co', closed: false, members: [] }]);
    assert.equal((await call('DELETE', path)).status, 204);
    assert.equal((await call('DELETE', path)).body.code, 'team.missing');
    assert.equal((await call('PATCH', path, { name: 'Nothing' })).body.code, 'team.missing');
    const rows = (await trail(house, cookie)).filter(({ event }) => event.startsWith('team.')).map(({ sentence }) => sentence);
    assert.deepEqual(rows, ['Dana Levi deleted the team “Orders & Co”.', 'Dana Levi changed the team “Orders & Co”.', 'Dana Levi changed the team “Orders”.', 'Dana Levi made the team “Orders”.']);
  });

  it('have a name of their own, whatever its letters look like', async () => {
    const first = await call('POST', '', { name: 'Büro ①' });
    assert.equal(first.status, 201, first.text);
    assert.deepEqual(faultsOf(await call('POST', '', { name: 'BÜRO 1' })), ['name team.name_taken']);
    const other = await call('POST', '', { name: 'Lager' });
    assert.deepEqual(faultsOf(await call('PATCH', `/${other.body.id}`, { name: 'büro 1' })), ['name team.name_taken']);
    assert.equal((await call('PATCH', `/${first.body.id}`, { name: 'BÜRO 1' })).status, 200, 'its own name in other letters');
    assert.deepEqual(faultsOf(await call('POST', '', { name: 'x'.repeat(81) })), ['name text.too_long']);
    assert.equal((await call('POST', '', { name: '🙂'.repeat(80) })).status, 201);
    assert.deepEqual(faultsOf(await call('POST', '', { name: '' })), ['name text.empty']);
    assert.deepEqual(faultsOf(await call('POST', '', { name: 'a\u202Eb' })), ['name text.unseen']);
    assert.deepEqual(faultsOf(await call('POST', '', { name: 'Nobody', members: ['agt_nobody'] })), ['members team.member_unknown']);
  });

  it('are not deleted while a conversation is with them', async () => {
    const desk = await openDesk(house);
    const says = await desk.customer('Kim');
    const { conversationId } = await says('Hello');
    const made = await call('POST', '', { name: 'Busy' });
    await desk.change(await desk.actor(admin.email), conversationId, { teamId: made.body.id });
    const refused = await call('DELETE', `/${made.body.id}`);
    assert.deepEqual([refused.status, refused.body.code], [409, 'team.in_use']);
    assert.match(refused.body.detail, /^Give the 1 conversations of this team/);
    await desk.change(await desk.actor(admin.email), conversationId, { teamId: null });
    assert.equal((await call('DELETE', `/${made.body.id}`)).status, 204);
  });
});
