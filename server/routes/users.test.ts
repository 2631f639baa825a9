// Settings → Users over HTTP: who may come, what an invitation opens, what a change holds for, and the list.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Admin, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { linkIn } from '#test/mails.ts';
import { knock, only, trail } from '#test/people.ts';
import { atUsers, INSIDE, invitee, OUTSIDE } from '#test/users.ts';

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

describe('who may come', () => {
  it('an agent who is no administrator gets 403 from every address, and no list', async () => {
    const agent = await page.member(['manage_settings', 'see_audit', 'remote_access', 'forward']);
    const calls: [string, string, unknown?][] = [
      ['GET', ''], ['GET', `/${agent.id}`], ['POST', '', invitee('nobody')], ['PATCH', `/${agent.id}`, { role: 'admin' }], ['POST', `/${agent.id}/deactivate`], ['POST', `/${agent.id}/renewal`, {}],
      ['POST', `/${agent.id}/factors/reset`, {}], ['POST', `/${agent.id}/locks/lift`], ['POST', '/enrolment-links', { ids: [agent.id] }], ['GET', `/${agent.id}/sessions`], ['POST', `/${agent.id}/sessions/end`, {}], ['POST', '/import', { csv: 'email,name' }],
    ];
    for (const [method, path, body] of calls) {
      const answer = await house.call(method, `/api/v1/users${path}`, { cookie: agent.session, ...(body === undefined ? {} : { body }) });
      assert.equal(answer.body.code, 'capability.missing', `${method} ${path} ${answer.text}`);
      assert.equal(answer.status, 403);
      assert.doesNotMatch(answer.text, /acme\.example/);
    }
  });

  it('a change asks for a fresh code each time, and says what is wrong before it asks', async () => {
    const { id } = await page.member();
    assert.equal((await page.patch(id, { name: 'Renamed' })).body.code, 'step_up.required');
    assert.equal((await page.patch(id, { name: '' })).status, 422);
    assert.equal((await page.freshPatch(id, { name: 'Renamed' })).body.name, 'Renamed');
    assert.equal((await page.patch(id, { name: 'Again' })).body.code, 'step_up.required', 'one code, one change');
  });
});

describe('an invitation', () => {
  it('is mailed with a link of PUBLIC_URL; before it is accepted nobody signs in, and after it is withdrawn it opens nothing', async () => {
    const made = await page.freshPost('', invitee('ada'));
    assert.equal(made.status, 201, made.text);
    assert.deepEqual([made.body.state, made.body.capabilities, made.body.links.map((link: { kind: string }) => link.kind)], ['invited', ['forward'], ['invite']]);
    const [mail] = await page.mailsTo('ada@acme.example');
    assert.equal(linkIn(mail!).path, '/b/acme/invite');
    assert.match(mail!.text, /^Dana Levi has made an account for you/);
    for (const password of [PASSWORD, '', 'null']) assert.equal((await knock(house, 'acme', 'ada@acme.example', password)).body.code, 'sign_in.failed');
    assert.deepEqual(new Set(await page.eventsOf(made.body.id)), new Set(['agent.created', 'user.invited']));

    const again = await page.freshPost(`/${made.body.id}/invitation`);
    assert.equal(again.body.links.length, 1, 'the one before was voided');
    const withdrawn = await page.freshPost(`/${made.body.id}/invitation/withdraw`);
    assert.deepEqual([withdrawn.body.state, withdrawn.body.links], ['deactivated', []]);
    assert.equal((await page.freshPost(`/${made.body.id}/invitation`)).body.code, 'users.deactivated');
    const back = await page.freshPost(`/${made.body.id}/reactivate`);
    assert.deepEqual([back.body.state, back.body.links.length], ['invited', 1], 'who never joined is invited anew');
  });

  it('says every fault at once, and saves nothing', async () => {
    const { email } = await page.member();
    const answer = await page.post('', { email: email.toUpperCase().replace('ACME.EXAMPLE', 'acme.example'), name: ' x', role: 'owner', capabilities: ['forward', 'fly'], phone: '0151 1234' });
    assert.equal(answer.status, 422);
    assert.deepEqual(answer.body.faults.map((one: { path: string; code: string }) => [one.path, one.code]), [
      ['name', 'text.outer_space'], ['role', 'role.unknown'], ['capabilities', 'capabilities.unknown'], ['phone', 'phone.not_e164'], ['email', 'email.taken'],
    ]);
    assert.deepEqual((await page.post('', {})).body.faults.map((one: { path: string }) => one.path), ['email', 'name']);
  });

  it('never takes a name with a line break, so none reaches a header of a mail', async () => {
    for (const name of ['Eve\r\nBcc: all@acme.example', 'Eve\nX', 'Eve\u2028X', 'Eve\0', 'Eve\u202Eevil']) {
      const answer = await page.post('', { ...invitee('eve'), name });
      assert.deepEqual(answer.body.faults.map((one: { code: string }) => one.code), ['text.unseen'], JSON.stringify(name));
    }
    for (const email of ['eve@acme.example\r\nBcc: x@y.example', 'Eve <eve@acme.example>', 'a@acme.example,b@acme.example']) {
      assert.equal((await page.post('', { ...invitee('eve'), email })).body.faults[0].path, 'email');
    }
    assert.deepEqual(await page.mailsTo('eve@'), []);
  });

  it('two at once for one address make one account', async () => {
    const other = await house.signIn(admin);
    await house.stepUp(admin, page.cookie());
    await house.stepUp(admin, other);
    const answers = await Promise.all([page.post('', invitee('twin')), house.call('POST', '/api/v1/users', { cookie: other, body: invitee('twin') })]);
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [201, 422]);
    assert.equal(answers.find((answer) => answer.status === 422)!.body.faults[0].code, 'email.taken');
  });
});

describe('a change', () => {
  it('of a right holds at the very next request', async () => {
    assert.equal((await house.save(admin, page.cookie(), { 'management.allowlist': only(INSIDE), 'two_factor.mode': 'remote_only' })).status, 200);
    const agent = await page.member(['remote_access']);
    // Outside, with the right, the session is asked for a code; without it, it is nowhere.
    assert.equal((await page.whoami(agent.session, OUTSIDE)).body.code, 'second_factor.required');
    assert.deepEqual((await page.freshPatch(agent.id, { capabilities: [] })).body.capabilities, []);
    assert.equal((await page.whoami(agent.session, OUTSIDE)).body.code, 'network.not_allowed');
    await page.freshPatch(agent.id, { capabilities: ['remote_access'] });
    assert.equal((await page.whoami(agent.session, OUTSIDE)).body.code, 'second_factor.required');
    assert.equal((await house.save(admin, page.cookie(), { 'management.allowlist': { state: 'any' } })).status, 200);
  });

  it('of a right to see something closes it at the very next request, and opens it again', async () => {
    const agent = await page.member(['see_audit']);
    const look = async () => (await house.call('GET', '/api/v1/audit', { cookie: agent.session })).status;
    assert.equal(await look(), 200);
    await page.freshPatch(agent.id, { capabilities: [] });
    assert.equal(await look(), 403);
    await page.freshPatch(agent.id, { role: 'admin' });
    assert.equal(await look(), 200);
  });

  it('of the address is told to the old and the new one, and ends every open link', async () => {
    const { id, email } = await page.member();
    await page.freshPost(`/${id}/renewal`, {});
    assert.equal((await page.get(`/${id}`)).body.links.length, 1);
    const moved = await page.freshPatch(id, { email: 'Moved@acme.example', phone: '+49 151 12345678' });
    assert.deepEqual([moved.body.email, moved.body.links, moved.body.phone, moved.body.phoneVerifiedAt], ['Moved@acme.example', [], '+4915112345678', null]);
    for (const address of [email, 'Moved@acme.example']) assert.ok((await page.mailsTo(address)).some((mail) => /Dana Levi changed this of your account: the email address, the phone number\./.test(mail.text)), address);
    const [row] = await trail(house, page.cookie(), `entity=${id}&what=user.changed`);
    assert.deepEqual([row.before, row.after], [{ email, phone: null }, { email: 'Moved@acme.example', phone: '••••••••••••78' }]);
    assert.equal((await knock(house, 'acme', email)).status, 401);
    assert.equal((await knock(house, 'acme', 'moved@acme.example')).status, 200);
  });

  it('of the address of somebody invited sends the invitation there, and the old link is dead', async () => {
    const { body } = await page.freshPost('', invitee('typo'));
    const moved = await page.freshPatch(body.id, { email: 'right@acme.example' });
    assert.equal(moved.body.links.length, 1);
    assert.equal(linkIn((await page.mailsTo('right@acme.example'))[0]!).path, '/b/acme/invite');
    assert.equal((await page.mailsTo('typo@acme.example')).length, 1, 'the old address hears no more');
  });

  it('to an address that is taken is refused, also of somebody deactivated', async () => {
    const [one, other] = [await page.member(), await page.member()];
    await page.freshPost(`/${other.id}/deactivate`);
    const answer = await page.patch(one.id, { email: other.email });
    assert.match(answer.body.faults[0].message, /deactivated: activate that account again/);
  });

  it('that changes nothing writes nothing and mails nothing', async () => {
    const { id, email } = await page.member(['forward']);
    assert.equal((await page.freshPatch(id, { capabilities: ['forward'], role: 'agent' })).status, 200);
    assert.deepEqual(await page.mailsTo(email), []);
    assert.equal((await page.eventsOf(id)).includes('user.changed'), false);
  });
});

describe('the list', () => {
  it('is searched by name and address and filtered, and holds no secret', async () => {
    const { email } = await page.member();
    const all = await page.get();
    assert.equal(all.status, 200);
    assert.ok(all.body.counts.active >= 2);
    assert.deepEqual((await page.get('?q=DANA')).body.users.map((user: { name: string }) => user.name), ['Dana Levi']);
    assert.deepEqual((await page.get(`?q=${email.slice(0, 8)}&factor=some`)).body.users, []);
    assert.equal((await page.get('?state=gone')).status, 422);
    assert.ok((await page.get('?role=admin&state=active')).body.users.every((user: { role: string }) => user.role === 'admin'));
    assert.doesNotMatch(all.text, /argon2|token|sealed|password_hash/);
    assert.equal((await page.get('/agt_none')).body.code, 'users.missing');
  });
});
