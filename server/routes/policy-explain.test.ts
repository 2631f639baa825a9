// Why: a question asked under the settings as they stand, and a refusal of before, each with the setting that decides, its value and who set it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { addAgent, knock, only, OUTSIDE } from '#test/people.ts';
import { addApiKey, bearer } from '#test/tickets.ts';

let house: TestHouse;
let admin: Admin;
let cookie: string;
let key: string;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  key = (await addApiKey(house, admin, cookie, ['policy:read'])).text;
  assert.equal((await house.save(admin, cookie, { 'api.allowlist': only('127.0.0.1') })).status, 200);
});
after(() => house.close());

const explain = (body: object, shown = cookie) => house.call('POST', '/api/v1/policy/explain', { cookie: shown, body });
const codes = (answer: { body: any }) => answer.body.faults.map((fault: { path: string; code: string }) => [fault.path, fault.code]);

test('a question is answered with what decides it; what is not said is an ordinary case', async () => {
  const { status, body } = await explain({ question: 'api-access', facts: { address: '203.0.113.7' } });
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual([body.allowed, body.setting.key, body.setting.origin.from, body.setting.origin.setByName], [false, 'api.allowlist', 'brand', 'Dana Levi']);
  assert.match(body.setting.value, /127\.0\.0\.1/);
  assert.deepEqual(body.whatWouldChange.map((way: any) => [way.allowed, way.steps.map((step: any) => `${step.place}: ${step.words}`)]), [
    [true, ['brand: Add 203.0.113.7 to the list']], [true, ['brand: Set it to: Any address may call the API (1 entry kept)']],
  ]);
  const allowed = (await explain({ question: 'api-access', facts: { address: '127.0.0.1' } })).body;
  assert.deepEqual([allowed.allowed, allowed.code, allowed.sentence, allowed.setting, allowed.read[0].key], [true, null, 'Allowed.', null, 'api.allowlist']);
});

test('facts are told as a person writes them, and said back', async () => {
  const { body } = await explain({ question: 'session', facts: { lastInputAt: '45m ago' } });
  assert.deepEqual([body.code, body.facts.find((one: any) => one.fact === 'lastInputAt').text, body.whatWouldChange[0].steps[0].words], ['session.idle', '45 minutes ago', 'Raise it to 46 minutes or more']);
});

test('a channel is named by name or id; a draft is asked before it is saved', async () => {
  await house.stepUp(admin, cookie);
  assert.equal((await house.call('POST', '/api/v1/channels', { cookie, body: { name: 'Web shop', title: 'Chat', greeting: 'Hello', awayText: 'Away', colour: '#0b6456' } })).status, 201);
  const asked = { question: 'outbound-mail', channel: 'Web shop', facts: { recipients: 'x@other.example' } };
  const free = await explain(asked);
  assert.deepEqual([free.body.allowed, free.body.channel?.name], [true, 'Web shop'], free.text);
  assert.equal((await explain({ ...asked, channel: free.body.channel.id })).body.allowed, true);
  const draft = { settings: { 'transfer.addresses': only('@partner.example') } };
  const denied = (await explain({ ...asked, draft: { ...draft, channel: free.body.channel.id } })).body;
  assert.deepEqual([denied.code, denied.setting.origin.from, denied.whatWouldChange[0].steps[0].words], ['transfer.not_allowed', 'channel', 'Add x@other.example to the list']);
  assert.equal((await explain({ ...asked, draft })).body.setting.origin.from, 'brand');
  assert.deepEqual(codes(await explain({ ...asked, draft: { settings: { 'password.history': 99 } } })), [['password.history', 'number.range']]);
});

test('a refusal of before is explained by its id, to a key too', async () => {
  const refused = await house.call('GET', '/api/v1/policy', { headers: bearer(key), from: OUTSIDE });
  assert.equal(refused.status, 403);
  const asked = await house.call('GET', `/api/v1/policy/explain?refusal=${refused.body.id}`, { headers: bearer(key) });
  assert.equal(asked.status, 200, asked.text);
  assert.deepEqual([asked.body.code, asked.body.setting.key], [refused.body.code, 'api.allowlist']);
  assert.match(asked.body.setting.origin.setAt, /Z$/);
  assert.deepEqual([asked.body.question, asked.body.facts, asked.body.now.code], ['api-access', [{ fact: 'address', label: 'From the address', text: OUTSIDE }], refused.body.code]);
  assert.deepEqual(codes(await house.call('GET', '/api/v1/policy/explain?refusal=evt_none', { cookie })), [['refusal', 'refusal.unknown']]);
});

test('a refusal whose settings were changed since: how it was then, and how it would be now', async () => {
  const refused = await house.call('GET', '/api/v1/policy', { headers: bearer(key), from: OUTSIDE });
  assert.equal((await house.save(admin, cookie, { 'api.allowlist': only('127.0.0.1', OUTSIDE) })).status, 200);
  const { body } = await house.call('GET', `/api/v1/policy/explain?refusal=${refused.body.id}`, { cookie });
  assert.deepEqual([body.allowed, body.setting.value, body.now.allowed, body.now.version - body.version], [false, 'Only these addresses may call the API: 127.0.0.1', true, 1]);
  assert.equal(body.whatWouldChange[0].steps[0].words, `Take ${OUTSIDE} off the list`);
});

test('what cannot be asked is said in words; who may not manage settings is not answered', async () => {
  assert.deepEqual(codes(await explain({ question: 'nothing' })), [['question', 'question.unknown']]);
  assert.deepEqual(codes(await explain({ question: 'api-access', facts: { address: 'here', who: 1 } })), [['facts/address', 'test.fact'], ['facts/who', 'test.fact']]);
  for (const number of [1e308, -1e308, 8.64e15 + 2]) assert.deepEqual(codes(await explain({ question: 'session', facts: { now: number, createdAt: 0 } })), [['facts/now', 'test.fact']], 'no date reaches so far');
  assert.equal((await explain({ question: 'chat', channel: 'chn_none' })).body.code, 'channel.missing');
  const agent = (await knock(house, admin.slug, await addAgent(house, admin, 'reader'))).cookies[0]!;
  assert.equal((await explain({ question: 'api-access' }, agent)).body.code, 'capability.missing');
});
