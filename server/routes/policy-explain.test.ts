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
  assert.deepEqual((await explain({ question: 'api-access', facts: { address: '127.0.0.1' } })).body, { allowed: true, code: null, sentence: 'Allowed.', setting: null });
});

test('a refusal of before is explained by its id, to a key too', async () => {
  const refused = await house.call('GET', '/api/v1/policy', { headers: bearer(key), from: OUTSIDE });
  assert.equal(refused.status, 403);
  const asked = await house.call('GET', `/api/v1/policy/explain?refusal=${refused.body.id}`, { headers: bearer(key) });
  assert.equal(asked.status, 200, asked.text);
  assert.deepEqual([asked.body.code, asked.body.setting.key], [refused.body.code, 'api.allowlist']);
  assert.match(asked.body.setting.origin.setAt, /Z$/);
  assert.deepEqual(codes(await house.call('GET', '/api/v1/policy/explain?refusal=evt_none', { cookie })), [['refusal', 'refusal.unknown']]);
});

test('what cannot be asked is said in words; who may not manage settings is not answered', async () => {
  assert.deepEqual(codes(await explain({ question: 'nothing' })), [['question', 'question.unknown']]);
  assert.deepEqual(codes(await explain({ question: 'api-access', facts: { address: 'here', who: 1 } })), [['facts/address', 'test.fact'], ['facts/who', 'test.fact']]);
  assert.equal((await explain({ question: 'chat', channel: 'chn_none' })).body.code, 'channel.missing');
  const agent = (await knock(house, admin.slug, await addAgent(house, admin, 'reader'))).cookies[0]!;
  assert.equal((await explain({ question: 'api-access' }, agent)).body.code, 'capability.missing');
});
