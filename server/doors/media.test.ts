// The media door: each asker, by session and by link, with 'media.enforce_access' on and off; and what must stand in no refusal.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { bearer, beginChat } from '#test/chat.ts';
import { TEXT } from '#test/files.ts';
import { type Admin, type Answer, type Call, openHouse, type TestHouse } from '#test/house.ts';
import { agentFile, contentOf, customerFile, type FileStage, linkOf, openFileStage, VISIT, withoutOpenings } from '#test/opening.ts';
import { addAgent, knock, trail } from '#test/people.ts';

let house: TestHouse;
let admin: Admin;
let cookie: string;
let stage: FileStage;
let another: string;
let outsider: string;
let link: string;

const cookieOf = (answer: Answer): string => answer.cookies.find((one) => one.startsWith('__Host-session=')) as string;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  stage = await openFileStage(house, admin, cookie);
  link = await linkOf(house, cookie, stage.fromCustomer);
  another = await beginChat(house, stage.channel);
  // Somebody who works here, but not in the closed team that has the conversation.
  const team = await house.call('POST', '/api/v1/teams', { cookie, body: { name: 'Few', closed: true, members: [] } });
  await house.call('PATCH', `/api/v1/conversations/${stage.conversation}`, { cookie, body: { teamId: team.body.id ?? team.body.team?.id } });
  outsider = cookieOf(await knock(house, 'acme', await addAgent(house, admin, 'noa')));
});
after(() => house.close());

const get = (path: string, call: Call = {}): Promise<Answer> => house.call('GET', path, call);
async function enforce(on: boolean): Promise<void> {
  const saved = await house.save(admin, cookie, { 'media.enforce_access': on });
  assert.equal(saved.status, 200, saved.text);
}
/** No refusal says what the file is called, of what it is, how long, or in which conversation it stands. */
function tellsNothing(answer: Answer): void {
  const said = `${answer.text} ${JSON.stringify(answer.headers)}`;
  for (const secret of ['photo', 'png', stage.conversation, stage.channel.id, 'inline']) assert.ok(!said.includes(secret), `${secret} in ${said}`);
  assert.equal(answer.headers['etag'], undefined);
  assert.match(answer.headers['cache-control'] ?? '', /no-store/);
}

describe("'media.enforce_access' on", () => {
  before(() => enforce(true));

  const rows: readonly [string, () => Promise<Answer>, number, string | null][] = [
    ['an agent who may see the conversation', () => get(contentOf(stage.fromCustomer), { cookie }), 200, null],
    ['the same by its link', () => get(link, { cookie }), 200, null],
    ['the customer whose conversation it is', () => get(contentOf(stage.fromCustomer), { headers: bearer(stage.token) }), 200, null],
    ['the customer, of what an agent sent', () => get(contentOf(stage.fromAgent), { headers: bearer(stage.token) }), 200, null],
    ['an agent who may not', () => get(contentOf(stage.fromCustomer), { cookie: outsider }), 404, 'media.not_found'],
    ['an agent who may not, with the link', () => get(link, { cookie: outsider }), 404, 'media.not_found'],
    ['another customer of the channel', () => get(contentOf(stage.fromCustomer), { headers: bearer(another) }), 404, 'media.not_found'],
    ['another customer, with the link', () => get(link, { headers: bearer(another) }), 404, 'media.not_found'],
    ['another customer, the thumbnail', () => get(`/api/v1/files/${stage.fromCustomer}/thumbnail`, { headers: bearer(another) }), 404, 'media.not_found'],
    ['another customer, a part', () => get(contentOf(stage.fromCustomer), { headers: { ...bearer(another), range: 'bytes=0-3' } }), 404, 'media.not_found'],
    ['another customer, whether it changed', () => get(contentOf(stage.fromCustomer), { headers: { ...bearer(another), 'if-none-match': '*' } }), 404, 'media.not_found'],
    ['a program without a key', () => get(contentOf(stage.fromCustomer), { headers: { 'sec-fetch-site': undefined } }), 401, 'api.key_missing'],
    ['a page without a session', () => get(contentOf(stage.fromCustomer)), 401, 'media.sign_in_required'],
    ['nobody, with the link', () => get(link), 401, 'media.sign_in_required'],
    ['a session that never was', () => get(contentOf(stage.fromCustomer), { cookie: `__Host-session=${'a'.repeat(43)}` }), 401, 'media.sign_in_required'],
    ['cookie and token at once', () => get(contentOf(stage.fromCustomer), { cookie, headers: bearer(stage.token) }), 400, 'request.two_credentials'],
    ['a link with another secret', () => get(`${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`, { cookie }), 404, 'media.not_found'],
    ['a link of another kind', () => get(link.replace('/f/w', '/f/c'), { cookie }), 404, 'media.not_found'],
    ['no link at all', () => get('/f/x', { cookie }), 404, 'media.not_found'],
    ['a file that never was', () => get(contentOf(`fil_${'0'.repeat(26)}`), { cookie }), 404, 'media.not_found'],
    ['another site’s page, with the cookie', () => get(contentOf(stage.fromCustomer), { cookie, headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' } }), 403, 'request.cross_site'],
  ];
  for (const [title, ask, status, code] of rows) {
    it(`${title}: ${status}`, async () => {
      const answer = await ask();
      assert.deepEqual([answer.status, answer.body?.code ?? null], [status, code], answer.text.slice(0, 300));
      if (status >= 400) tellsNothing(answer);
    });
  }

  it('a person without a session is led to sign in by an agent’s link, reads a plain page by a customer’s, and a program is told by its status', async () => {
    const led = await get(link, { headers: VISIT });
    assert.deepEqual([led.status, led.headers['location']], [303, `/b/acme/files/${stage.fromCustomer}`]);
    tellsNothing(led);
    const { keyring, store } = house.building.parts;
    const { fileLinkPath } = await import('#media/file-links.ts');
    const { openableFile } = await import('#store/openable-files.ts');
    const file = (await openableFile(store.brand(stage.channel.brandId), stage.fromCustomer))!;
    const linkFor = (kind: 'chat' | 'api') => fileLinkPath(keyring, { kind, brandId: stage.channel.brandId, fileId: file.id }, file.link_salt);
    const page = await get(linkFor('chat'), { headers: VISIT });
    assert.equal(page.status, 401);
    assert.match(page.headers['content-type'] ?? '', /^text\/html/);
    assert.match(page.text, /open the file in the chat/);
    tellsNothing(page);
    const told = await get(linkFor('api'), { headers: VISIT });
    assert.deepEqual([told.status, told.body.code], [401, 'media.sign_in_required']);
    const hidden = await get(link, { cookie: outsider, headers: VISIT });
    assert.equal(hidden.status, 404);
    tellsNothing(hidden);
  });

  it('a note’s file is for agents, and what no message carries yet is its writer’s own', async () => {
    const noted = await agentFile(house, cookie, stage.conversation, { name: 'internal.txt', kind: 'note' });
    assert.equal((await get(contentOf(noted), { headers: bearer(stage.token) })).status, 404);
    assert.equal((await get(contentOf(noted), { cookie })).status, 200);
    const { sendFile } = await import('#test/files.ts');
    const waiting = (await sendFile(house, '/api/v1/chat/files', TEXT, { name: 'later.txt', token: stage.token })).body.file.id as string;
    assert.equal((await get(contentOf(waiting), { headers: bearer(stage.token) })).status, 200);
    for (const call of [{ headers: bearer(another) }, { cookie }]) assert.equal((await get(contentOf(waiting), call)).status, 404);
  });

  it('what was redacted is there for nobody, and what a customer signed out of is not open to them any more', async () => {
    const token = await beginChat(house, stage.channel);
    const file = await customerFile(house, token, 'mine.png');
    assert.equal((await get(contentOf(file), { headers: bearer(token) })).status, 200);
    await house.call('POST', '/api/v1/chat/sign-out', { headers: bearer(token) });
    const over = await get(contentOf(file), { headers: bearer(token) });
    assert.deepEqual([over.status, over.body.code], [401, 'chat.session_ended']);
    const rows = house.building.parts.store.brand(stage.channel.brandId);
    await rows.note([rows.write(rows.q.updateTable('files').set({ state: 'deleted', blob_key: null, bytes: null }).where('id', '=', file))]);
    assert.equal((await get(contentOf(file), { cookie })).status, 404);
  });
});

describe("'media.enforce_access' off", () => {
  before(() => enforce(false));
  after(() => enforce(true));

  const rows: readonly [string, () => Promise<Answer>, number][] = [
    ['nobody, with the link', () => get(link), 200],
    ['nobody, in a browser', () => get(link, { headers: VISIT }), 200],
    ['another customer, with the link', () => get(link, { headers: bearer(another) }), 200],
    ['an agent who may not, with the link', () => get(link, { cookie: outsider }), 200],
    ['somebody whose session is over, with the link', () => get(link, { cookie: `__Host-session=${'a'.repeat(43)}` }), 200],
    ['another customer without it', () => get(contentOf(stage.fromCustomer), { headers: bearer(another) }), 404],
    ['an agent who may not, without it', () => get(contentOf(stage.fromCustomer), { cookie: outsider }), 404],
    ['nobody without it', () => get(contentOf(stage.fromCustomer)), 401],
  ];
  for (const [title, ask, status] of rows) it(`${title}: ${status}`, async () => assert.equal((await ask()).status, status));

  it('a link obeys at once when the setting changes, and when it is withdrawn', async () => {
    await enforce(true);
    assert.equal((await get(link)).status, 401);
    await enforce(false);
    assert.equal((await get(link)).status, 200);
    const withdrawn = await house.call('DELETE', `/api/v1/files/${stage.fromCustomer}/links`, { cookie });
    assert.equal(withdrawn.status, 204, withdrawn.text);
    assert.equal((await get(link)).status, 404);
    link = await linkOf(house, cookie, stage.fromCustomer);
    assert.equal((await get(link)).status, 200);
  });

  it('the channel’s own value counts, not the module’s', async () => {
    await house.stepUp(admin, cookie);
    const path = `/api/v1/channels/${stage.channel.id}/policy`;
    const present = await house.call('GET', path, { cookie });
    const saved = await house.call('PATCH', path, { cookie, body: { settings: { 'media.enforce_access': true } }, headers: { 'if-match': present.headers.etag } });
    assert.equal(saved.status, 200, saved.text);
    assert.equal((await get(link)).status, 401);
    const again = await house.call('GET', path, { cookie });
    await house.stepUp(admin, cookie);
    const off = await house.call('PATCH', path, { cookie, body: { settings: { 'media.enforce_access': false } }, headers: { 'if-match': again.headers.etag } });
    assert.equal(off.status, 200, off.text);
  });
});

describe('every opening is written', () => {
  beforeEach(async () => {
    cookie = await house.signIn(admin);
  });
  it('who, when, from where; once for what one person asks for again and again; and shown to who may see the trail', async () => {
    const file = await agentFile(house, cookie, stage.conversation, { name: 'opened.txt' });
    const before_ = (await trail(house, cookie, 'what=file.opened')).length;
    for (const range of ['bytes=0-3', 'bytes=4-7', 'bytes=8-']) assert.equal((await get(contentOf(file), { cookie, headers: { range } })).status, 206);
    assert.equal((await house.call('HEAD', contentOf(file), { cookie })).status, 200);
    assert.equal((await get(contentOf(file), { headers: bearer(stage.token) })).status, 200);
    assert.equal((await trail(house, cookie, 'what=file.opened')).length, before_ + 2);
    const { openings } = (await get(`/api/v1/files/${file}/openings`, { cookie })).body;
    assert.deepEqual(openings.map((one: { who: string; name: string | null; what: string; by: string; address: string }) => [one.who, one.name, one.what, one.by, one.address]), [
      ['customer', null, 'file', 'session', '127.0.0.1'], ['agent', 'Dana Levi', 'file', 'session', '127.0.0.1'],
    ]);
    assert.equal((await get(`/api/v1/files/${file}/openings`, { cookie: outsider })).body.code, 'capability.missing');
    assert.equal((await get(contentOf(file), { headers: bearer(another) })).status, 404);
    assert.equal((await trail(house, cookie, 'what=file.opened')).length, before_ + 2, 'a refusal is no opening');
  });

  it('no byte leaves before its row is durable: where it cannot be written, nothing is opened', async () => {
    const fresh = () => agentFile(house, cookie, stage.conversation);
    const [text, linked, picture] = [await fresh(), await fresh(), await customerFile(house, stage.token)];
    const ways: readonly (() => Promise<Answer>)[] = [
      () => get(contentOf(text), { cookie }), await linkOf(house, cookie, linked).then((path) => () => get(path, { cookie })), () => get(`/api/v1/files/${picture}/thumbnail`, { cookie }),
    ];
    await withoutOpenings(house, async () => {
      for (const ask of ways) {
        const answer = await ask();
        assert.deepEqual([answer.status >= 500, answer.headers['content-type']], [true, 'application/problem+json'], answer.text.slice(0, 200));
      }
    });
    for (const ask of ways) assert.equal((await ask()).status, 200);
  });
});
