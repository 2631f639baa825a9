// Somebody's access over HTTP: deactivated, renewed, reset, unlocked, and never the last administrator's.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { totpCode } from '#identity/totp.ts';
import * as agentRows from '#store/agents.ts';
import { type Admin, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { linkIn } from '#test/mails.ts';
import { addAgent, knock } from '#test/people.ts';
import { atUsers, INSIDE, invitee, OUTSIDE, sessionIn } from '#test/users.ts';

let house: TestHouse;
let admin: Admin;
let page: ReturnType<typeof atUsers>;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  page = atUsers(house, admin);
});
after(() => house.close());
beforeEach(() => page.anew());

describe('deactivating', () => {
  it('closes the socket, ends the session at the next request, every link and the way in', async () => {
    const agent = await page.member();
    await page.freshPost(`/${agent.id}/renewal`, {});
    const host = `localhost:${house.port}`;
    const socket = new WebSocket(`ws://127.0.0.1:${house.port}/api/v1/live`, { localAddress: INSIDE, headers: { cookie: agent.session, host }, origin: `http://${host}` });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const closed = new Promise<number>((resolve) => socket.once('close', (code) => resolve(code)));
    const gone = await page.freshPost(`/${agent.id}/deactivate`);
    assert.deepEqual([gone.status, gone.body.state, gone.body.links], [200, 'deactivated', []]);
    assert.equal(await closed, 4401);
    assert.deepEqual([(await page.whoami(agent.session)).status, (await page.whoami(agent.session)).body.code], [401, 'session.ended']);
    assert.equal((await knock(house, 'acme', agent.email)).body.code, 'sign_in.failed');
    assert.ok((await page.subjectsTo(agent.email)).includes('Your account at Acme was deactivated'));
    for (const path of ['renewal', 'factors/reset']) assert.equal((await page.freshPost(`/${agent.id}/${path}`, {})).body.code, 'users.deactivated');

    assert.equal((await page.freshPost(`/${agent.id}/reactivate`)).body.state, 'active');
    assert.equal((await page.whoami(agent.session)).status, 401, 'what ended stays ended');
    assert.equal((await knock(house, 'acme', agent.email)).status, 200);
    assert.equal((await page.freshPost(`/${agent.id}/reactivate`)).body.code, 'users.active');
  });

  it('never takes the last administrator, nor oneself', async () => {
    const self = (await page.whoami(page.cookie())).body.agent.id;
    for (const answer of [await page.freshPost(`/${self}/deactivate`), await page.freshPatch(self, { role: 'agent' }), await page.freshPost(`/${self}/factors/reset`, {}), await page.freshPost(`/${self}/renewal`, {})]) assert.equal(answer.body.code, 'users.yourself', answer.text);
    // An administrator who has not accepted yet is none: there is still only one.
    const invited = await page.freshPost('', { ...invitee('boss'), role: 'admin' });
    assert.equal((await page.freshPost(`/${self}/deactivate`)).body.code, 'users.yourself');
    assert.equal((await page.freshPatch(invited.body.id, { role: 'agent' })).status, 200);
  });

  it('two administrators who take each other away at once leave one', async () => {
    const self = (await page.whoami(page.cookie())).body.agent.id as string;
    const { id } = await page.member();
    await page.freshPatch(id, { role: 'admin' });
    const { store, brands } = house.building.parts;
    const rows = store.brand((await brands.bySlug('acme'))!.id);
    const changed = (target: string, tag: string) => ({ id: `evt_${tag}${target}`, at: house.clock.now, actor: { kind: 'host', id: null }, event: 'user.changed', entity: { kind: 'agent', id: target }, facts: { what: 'the role' } }) as const;
    // The guard alone, without the code each would have given: both units stand ready before either is written.
    const parts = [id, self].map((target) => rows.part({ statements: [agentRows.demote(rows, target, '[]')], entries: [changed(target, 'down')], bumps: ['people'] }));
    const results = await Promise.allSettled(parts.map((part) => brands.commit([part])));
    assert.deepEqual(results.map((result) => result.status).sort(), ['fulfilled', 'rejected']);
    assert.equal((results.find((result) => result.status === 'rejected') as PromiseRejectedResult).reason.code, 'users.last_admin');
    const left = await agentRows.activeAdmins(rows);
    assert.equal(left.length, 1);
    // Put back as it was, for the tests that follow.
    await rows.commit({ statements: [agentRows.setRights(rows, self, { role: 'admin', capabilities: '[]' }), agentRows.retire(rows, id, house.clock.now)], entries: [changed(self, 'back')], bumps: ['people'] });
    await brands.confirm();
  });
});

describe('access', () => {
  it('a renewal that requires a change holds the person back at the next request', async () => {
    const agent = await page.member();
    assert.equal((await house.call('GET', '/api/v1/accounts', { cookie: agent.session })).status, 200);
    const asked = await page.freshPost(`/${agent.id}/renewal`, { requireChange: true });
    assert.deepEqual([asked.body.mustChange, asked.body.links.map((link: { kind: string }) => link.kind)], ['admin', ['reset']]);
    assert.equal((await house.call('GET', '/api/v1/accounts', { cookie: agent.session })).body.code, 'password.change_required');
    assert.equal(linkIn((await page.mailsTo(agent.email)).at(-1)!).path, '/b/acme/reset');
  });

  it('a reset takes every factor away, ends the sessions, mails it, and may send an enrolment link at once', async () => {
    const second = await addAgent(house, admin, 'factored');
    const id = (await page.get(`?q=${second}`)).body.users[0].id as string;
    const session = sessionIn(await knock(house, 'acme', second));
    const begun = await house.call('POST', '/api/v1/account/factors/totp', { cookie: session, body: { password: PASSWORD } });
    const confirmed = await house.call('POST', `/api/v1/account/factors/totp/${begun.body.id}/confirm`, { cookie: session, body: { code: totpCode(begun.body.secret, Math.floor(house.clock.now / 30_000)) } });
    assert.equal(confirmed.status, 200, confirmed.text);
    const had = (await page.get(`/${id}`)).body;
    assert.deepEqual([had.hasFactor, had.factors.totp.length, had.factors.recoveryCodesLeft], [true, 1, 10]);
    const reset = await page.freshPost(`/${id}/factors/reset`, { sendLink: true });
    assert.deepEqual([reset.body.hasFactor, reset.body.factors.totp, reset.body.factors.recoveryCodesLeft, reset.body.links.map((link: { kind: string }) => link.kind)], [false, [], 0, ['enrol']]);
    assert.equal((await page.whoami(session)).body.code, 'session.ended');
    assert.deepEqual((await page.subjectsTo(second)).filter((subject) => !subject.startsWith('A second factor was added')), ['Enrol a second factor for Acme', 'Your second factors at Acme were removed']);
  });

  it('enrolment links go to many with the window of an hour, and say who got none', async () => {
    const [one, gone] = [await page.member(), await page.member()];
    const invited = await page.freshPost('', invitee('later'));
    await page.freshPost(`/${gone.id}/deactivate`);
    const self = (await page.whoami(page.cookie())).body.agent.id;
    const answer = await page.post('/enrolment-links', { ids: [one.id, one.id, gone.id, invited.body.id, self, 'agt_none'] });
    assert.deepEqual(answer.body, { sent: [one.id], skipped: [{ id: gone.id, why: 'deactivated' }, { id: invited.body.id, why: 'not_joined' }, { id: self, why: 'has_factor' }, { id: 'agt_none', why: 'missing' }] });
    assert.equal((await page.mailsTo(one.email)).filter((mail) => mail.subject.startsWith('Enrol')).length, 1);
  });

  it('sessions are listed and ended, one or all, within the window', async () => {
    const agent = await page.member();
    const other = sessionIn(await knock(house, 'acme', agent.email));
    const { sessions } = (await page.get(`/${agent.id}/sessions`)).body;
    assert.equal(sessions.length, 2);
    assert.equal((await page.post(`/${agent.id}/sessions/end`, {})).body.code, 'step_up.required');
    await house.stepUp(admin, page.cookie());
    assert.deepEqual((await page.post(`/${agent.id}/sessions/end`, { id: sessions[0].id })).body, { ended: 1 });
    assert.deepEqual([(await page.whoami(agent.session)).status, (await page.whoami(other)).status].sort(), [200, 401]);
    assert.deepEqual((await page.post(`/${agent.id}/sessions/end`, {})).body, { ended: 1 });
    assert.deepEqual([(await page.whoami(agent.session)).status, (await page.whoami(other)).status], [401, 401]);
    assert.deepEqual((await page.post(`/${agent.id}/sessions/end`, {})).body, { ended: 0 });
  });

  it('a lock is shown and lifted', async () => {
    const { id, email } = await page.member();
    for (let tries = 0; tries < 12 && (await page.get(`/${id}`)).body.locks.length === 0; tries += 1) {
      await knock(house, 'acme', email, 'wrong wrong wrong', OUTSIDE);
      house.clock.now += 20_000;
    }
    const { locks } = (await page.get(`/${id}`)).body;
    assert.equal(locks[0]?.kind, 'network', JSON.stringify(locks));
    assert.equal((await page.get('?locked=1')).body.users.length, 1);
    const lifted = await page.freshPost(`/${id}/locks/lift`);
    assert.deepEqual(lifted.body.locks, []);
    assert.equal((await knock(house, 'acme', email, PASSWORD, OUTSIDE)).status, 200);
    assert.ok((await page.eventsOf(id)).includes('lock.lifted'));
  });
});
