// A change on stage over two nodes on one PostgreSQL: what one begins holds on the other within a second, both count into one, and one of them takes it back.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { inShare } from '#policy/stage.ts';
import { policyRound } from '#server/workers/policy-ends.ts';
import { type Admin, openHouse, presentCookie, type TestHouse } from '#test/house.ts';
import { addAgent, INSIDE, knock, only, OUTSIDE, trail } from '#test/people.ts';
import { readyEnv } from '#test/ready-places.ts';
import { until } from '#test/program.ts';
import { beginChat, bearer, makeChannel, OTHER_SITE, SITE } from '#test/chat.ts';
import { mailsOf } from '#test/mails.ts';

const LIST = 'management.allowlist';

describe('a change on stage over two nodes', () => {
  let a: TestHouse;
  let b: TestHouse;
  let admin: Admin;
  let cookie: string;
  const people: { id: string; shown: string }[] = [];

  before(async () => {
    const env = await readyEnv('postgres');
    a = await openHouse({ env });
    b = await openHouse({ env });
    admin = await a.setUp();
    cookie = await a.signIn(admin);
    await a.save(admin, cookie, { 'two_factor.mode': 'off' });
    b.clock.now = a.clock.now;
    for (const local of ['noa', 'omer', 'gal', 'tal']) {
      const shown = (await knock(a, admin.slug, await addAgent(a, admin, local), undefined, OUTSIDE)).cookies.find((one) => one.startsWith('__Host-session='))!;
      people.push({ id: (await a.call('GET', '/api/v1/session', { cookie: shown, from: OUTSIDE })).body.agent.id, shown });
    }
  });
  after(() => Promise.all([a?.close(), b?.close()]));

  const post = async (path: string, body: unknown) => {
    await a.stepUp(admin, cookie);
    const brand = (await a.building.parts.brands.bySlug(admin.slug))!;
    return a.call('POST', `/api/v1/policy/stage${path}`, { cookie, body, headers: { 'if-match': `"v${brand.policy.version}"` } });
  };
  const stage = async (house: TestHouse) => (await house.call('GET', '/api/v1/policy/stage', { cookie })).body;
  const statusAt = async (house: TestHouse, { shown }: { shown: string }) => (await house.call('GET', '/api/v1/session', { cookie: shown, from: OUTSIDE })).status;
  async function socketOn(house: TestHouse, shown: string): Promise<{ socket: WebSocket; closed: Promise<number> }> {
    const socket = new WebSocket(`ws://127.0.0.1:${house.port}/api/v1/live`, { origin: `http://localhost:${house.port}`, headers: { cookie: presentCookie(shown), host: `localhost:${house.port}` }, localAddress: OUTSIDE });
    const closed = once(socket, 'close').then(([code]) => code as number);
    await once(socket, 'message');
    return { socket, closed };
  }

  it('holds on the other node for the same people, and an open page there is closed', async () => {
    assert.equal((await post('', { settings: { [LIST]: only(INSIDE) }, kind: 'report' })).status, 200);
    const { stage: { id } } = await stage(a);
    const percent = Array.from({ length: 98 }, (_, n) => n + 1).find((share) => people.some((one) => inShare(id, one.id, share)) && people.some((one) => !inShare(id, one.id, share)))!;
    const within = people.find((one) => inShare(id, one.id, percent))!;
    const beside = people.find((one) => !inShare(id, one.id, percent))!;
    assert.deepEqual([await statusAt(b, within), await statusAt(b, beside)], [200, 200]);
    const [open, stays] = [await socketOn(b, within.shown), await socketOn(b, beside.shown)];
    assert.equal((await post('/widen', { id, kind: 'share', share: percent })).status, 200);
    assert.equal(await open.closed, 4403);
    await until('it holds on the other node', async () => (await statusAt(b, within)) === 403);
    assert.deepEqual([await statusAt(a, within), await statusAt(a, beside), await statusAt(b, beside)], [403, 200, 200]);
    assert.equal(stays.socket.readyState, WebSocket.OPEN);
    stays.socket.close();
    assert.equal((await post('/take-back', { id })).status, 200);
    await until('it holds on the other node', async () => (await statusAt(b, within)) === 200);
  });

  it('both count into one; when refusals rise one takes it back, with one row', async () => {
    const limit = { percent: 10, least: 20, minutes: 15 };
    assert.equal((await post('', { settings: { [LIST]: only(INSIDE) }, kind: 'share', share: 99, limit })).status, 200);
    const { stage: { id } } = await stage(a);
    const [within, other] = people.filter((one) => inShare(id, one.id, 99)) as [typeof people[0], typeof people[0]];
    await until('it holds on the other node', async () => (await statusAt(b, within)) === 403);
    for (let n = 0; n < 15; n += 1) for (const [house, one] of [[a, within], [b, other]] as const) assert.equal(await statusAt(house, one), 403);
    await Promise.all([a, b].map((house) => house.building.parts.journal.flush()));
    assert.ok((await stage(a)).stage.figures.within.nowRefused >= 30);
    // The clock of the second is behind, and it may be the first all the same.
    await Promise.all([b, a].map((house) => policyRound(house.building.parts)()));
    assert.equal((await stage(a)).last.state, 'returned');
    await until('it holds on the other node', async () => (await statusAt(b, within)) === 200);
    assert.equal(await statusAt(a, within), 200);
    assert.equal((await trail(a, cookie, 'what=policy.stage_returned')).length, 1);
  });

  it('customers who are refused on either node bring nothing back; whoever began it gets one mail of it', async () => {
    const channel = await makeChannel(a, admin, cookie, [SITE], 'shop');
    const token = await beginChat(a, channel);
    assert.equal((await post('', { settings: { 'channel.site_origins': only(OTHER_SITE) }, kind: 'channel', in: channel.id })).status, 200);
    const read = async (house: TestHouse) => (await house.call('GET', '/api/v1/chat/conversation', { headers: bearer(token) })).status;
    await until('it holds on the other node', async () => (await read(b)) === 403);
    for (let n = 0; n < 12; n += 1) assert.deepEqual([await read(a), await read(b)], [403, 403]);
    await Promise.all([a, b].map((house) => house.building.parts.journal.flush()));
    await Promise.all([a, b].map((house) => policyRound(house.building.parts)()));
    await Promise.all([a, b].map((house) => policyRound(house.building.parts)()));
    assert.equal((await stage(b)).stage.outside.told, true);
    assert.equal((await mailsOf(a)).filter(({ subject }) => subject.startsWith('Customers are refused')).length, 1);
    assert.equal((await trail(a, cookie, 'what=policy.stage_refuses')).length, 1);
  });
});
