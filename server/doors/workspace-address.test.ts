// The management list and the two-factor table at the workspace door: the whole table at sign-in, requests and sockets of removed addresses.
// Holds management.allowlist and two_factor.mode.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { type Admin, openHouse, PASSWORD, presentCookie, type TestHouse } from '#test/house.ts';
import { addAgent, INSIDE, only, OUTSIDE } from '#test/people.ts';

describe('management.allowlist and two_factor.mode at the workspace door', () => {
  let house: TestHouse;
  let admin: Admin;
  let remote: string;
  let plain: string;
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
    remote = await addAgent(house, admin, 'remote', ['remote_access']);
    plain = await addAgent(house, admin, 'plain', []);
  });
  after(() => house.close());

  async function set(settings: Record<string, unknown>): Promise<void> {
    const cookie = await house.signIn(admin, INSIDE);
    const saved = await house.save(admin, cookie, settings);
    assert.equal(saved.status, 200, saved.text);
  }
  const signInAs = (email: string, from: string) => house.call('POST', '/api/v1/sign-in', { from, body: { brand: 'acme', email, password: PASSWORD } });
  const wrong = async (from: string) => {
    const answer = await house.call('POST', '/api/v1/sign-in', { from, body: { brand: 'acme', email: 'nobody@acme.example', password: 'x' } });
    return { status: answer.status, body: { ...answer.body, id: '' } };
  };

  it('a session of an address that is taken off the list is refused at its next request, with its row', async () => {
    await set({ 'management.allowlist': { state: 'any' }, 'two_factor.mode': 'remote_only' });
    const before = (await signInAs(plain, OUTSIDE)).cookies[0] as string;
    assert.equal((await house.call('GET', '/api/v1/session', { from: OUTSIDE, cookie: before })).status, 200);
    await set({ 'management.allowlist': only(INSIDE) });
    const refused = await house.call('GET', '/api/v1/session', { from: OUTSIDE, cookie: before });
    assert.equal(refused.status, 403);
    assert.equal(refused.body.code, 'network.not_allowed');
    assert.doesNotMatch(refused.text, /127\.0\.0\.1/, 'the rule’s content is not told');
    const cookie = await house.signIn(admin, INSIDE);
    const row = await house.call('GET', `/api/v1/audit/${refused.body.id}`, { cookie });
    assert.equal(row.status, 200);
    assert.equal(row.body.facts.address, OUTSIDE);
    assert.equal(row.body.setting.key, 'management.allowlist');
    assert.equal(row.body.setting.origin.from, 'brand');
  });

  it('an open WebSocket of a removed address is closed by the save itself', async () => {
    await set({ 'management.allowlist': { state: 'any' }, 'two_factor.mode': 'remote_only' });
    const cookie = (await signInAs(plain, OUTSIDE)).cookies[0] as string;
    const host = `localhost:${house.port}`;
    const socket = new WebSocket(`ws://127.0.0.1:${house.port}/api/v1/live`, { localAddress: OUTSIDE, headers: { cookie: presentCookie(cookie), host }, origin: `http://${host}` });
    await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject));
    const closed = new Promise<[number, string]>((resolve) => socket.once('close', (code, reason) => resolve([code, reason.toString()])));
    await set({ 'management.allowlist': only(INSIDE) });
    assert.deepEqual(await closed, [4403, 'network.not_allowed']);
  });

  it('refuses a WebSocket from another origin, without a session, and from outside', async () => {
    const cookie = await house.signIn(admin, INSIDE);
    const outsider = (await house.call('POST', '/api/v1/sign-in', { from: INSIDE, body: { brand: 'acme', email: plain, password: PASSWORD } })).cookies[0] as string;
    const host = `localhost:${house.port}`;
    const rows: [string, number, object][] = [
      ['another origin', 403, { headers: { cookie: presentCookie(cookie), host }, origin: 'https://evil.example' }],
      ['no origin', 403, { headers: { cookie: presentCookie(cookie), host } }],
      ['no session', 401, { headers: { host }, origin: `http://${host}` }],
      ['another host', 421, { headers: { cookie, host: 'evil.example' }, origin: `http://${host}` }],
      ['outside', 403, { headers: { cookie: outsider, host }, origin: `http://${host}`, localAddress: OUTSIDE }],
    ];
    for (const [title, status, options] of rows) {
      const socket = new WebSocket(`ws://127.0.0.1:${house.port}/api/v1/live`, options);
      const got = await new Promise<number>((resolve) => socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0)).once('open', () => resolve(101)));
      assert.equal(got, status, title);
    }
  });

  // The table of SETTINGS.md, `two_factor.mode`, at sign-in: workspace (in by password), code, or the same answer as a wrong password.
  const table: [string, 'off' | 'remote_only' | 'on', string, 'admin' | 'remote' | 'plain', 'workspace' | 'code' | 'denied'][] = [
    ['off, inside, admin', 'off', INSIDE, 'admin', 'workspace'],
    ['off, inside, other agent', 'off', INSIDE, 'plain', 'workspace'],
    ['off, outside, admin', 'off', OUTSIDE, 'admin', 'denied'],
    ['off, outside, remote access', 'off', OUTSIDE, 'remote', 'denied'],
    ['off, outside, other agent', 'off', OUTSIDE, 'plain', 'denied'],
    ['remote_only, inside, admin', 'remote_only', INSIDE, 'admin', 'workspace'],
    ['remote_only, inside, other agent', 'remote_only', INSIDE, 'plain', 'workspace'],
    ['remote_only, outside, admin', 'remote_only', OUTSIDE, 'admin', 'code'],
    ['remote_only, outside, remote access without a factor', 'remote_only', OUTSIDE, 'remote', 'denied'],
    ['remote_only, outside, other agent', 'remote_only', OUTSIDE, 'plain', 'denied'],
  ];
  for (const [title, mode, from, who, expected] of table) {
    it(`two_factor.mode ${title}: ${expected}`, async () => {
      // Half an hour apart, so that the rows before do not slow this one down.
      house.clock.now += 31 * 60_000;
      await set({ 'management.allowlist': only(INSIDE), 'two_factor.mode': mode });
      const email = { admin: admin.email, remote, plain }[who];
      const answer = await signInAs(email, from);
      if (expected === 'denied') {
        assert.deepEqual({ status: answer.status, body: { ...answer.body, id: '' } }, await wrong(from), 'the same answer as a wrong password');
        assert.equal(answer.cookies.length, 0);
      } else {
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.body.next, expected);
      }
    });
  }

  it('two_factor.mode on cannot be saved while an agent has no factor: they are named', async () => {
    const cookie = await house.signIn(admin, INSIDE);
    const answer = await house.save(admin, cookie, { 'two_factor.mode': 'on' });
    assert.equal(answer.status, 409);
    assert.equal(answer.body.code, 'two_factor.agents_without_factor');
    assert.match(answer.body.detail, /plain/);
    assert.match(answer.body.detail, /remote/);
  });

  it('a password-only session that moves outside is asked for a code in place, and goes on with it', async () => {
    await set({ 'management.allowlist': only(INSIDE), 'two_factor.mode': 'remote_only' });
    const cookie = await house.signIn(admin, INSIDE);
    const moved = await house.call('GET', '/api/v1/policy', { from: OUTSIDE, cookie });
    assert.equal(moved.status, 401);
    assert.equal(moved.body.code, 'second_factor.required');
    const wrongCode = await house.call('POST', '/api/v1/session/code', { from: OUTSIDE, cookie, body: { code: '000000', method: 'totp' } });
    assert.equal(wrongCode.body.code, 'code.wrong');
    assert.equal((await house.call('POST', '/api/v1/session/code', { from: OUTSIDE, cookie, body: { code: house.code(admin), method: 'totp' } })).status, 204);
    assert.equal((await house.call('GET', '/api/v1/policy', { from: OUTSIDE, cookie })).status, 200);
  });

  it('refuses a save that would shut the saver out, and nothing is changed', async () => {
    await set({ 'management.allowlist': only(INSIDE), 'two_factor.mode': 'off' });
    const cookie = await house.signIn(admin, INSIDE);
    const answer = await house.save(admin, cookie, { 'management.allowlist': only('192.0.2.0/24') });
    assert.equal(answer.status, 409);
    assert.equal(answer.body.code, 'policy.locks_out_saver');
    assert.equal((await house.call('GET', '/api/v1/policy', { cookie })).body.settings['management.allowlist'].value.entries[0].value, INSIDE);
  });

  it('the step-up window ends when the address leaves the list', async () => {
    await set({ 'management.allowlist': only(INSIDE), 'two_factor.mode': 'remote_only' });
    const cookie = await house.signIn(admin, INSIDE);
    await house.stepUp(admin, cookie, INSIDE);
    const policy = await house.call('GET', '/api/v1/policy', { from: OUTSIDE, cookie });
    assert.equal(policy.status, 200);
    const answer = await house.call('PATCH', '/api/v1/policy', { from: OUTSIDE, cookie, body: { settings: { 'session.absolute_hours': 13 } }, headers: { 'if-match': policy.headers.etag } });
    assert.equal(answer.body.code, 'step_up.required');
  });
});
