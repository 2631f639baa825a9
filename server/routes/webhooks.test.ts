// Tests of webhooks that a key makes: what was said is sent only where the key may read it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { addApiKey, bearer } from '#test/tickets.ts';

let house: TestHouse;
let admin: Admin;
let cookie: string;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
});
after(() => house.close());

const BARE = { name: 'CRM', url: 'https://hooks.example/in', events: ['message.created'] };
const WITH_TEXT = { ...BARE, name: 'Archive', includeText: true };

/** Calls with a new key of these scopes: gives the status, or what the key has not. */
async function keyOf(scopes: readonly string[]): Promise<(method: string, path: string, body: object) => Promise<number | string>> {
  const { text } = await addApiKey(house, admin, cookie, scopes);
  return async (method, path, body) => {
    const answer = await house.call(method, path, { headers: bearer(text), body });
    return answer.body.code === 'api.scope_missing' ? String(/scope="([^"]+)"/.exec(String(answer.headers['www-authenticate']))?.[1]) : answer.status;
  };
}

test('text goes to a receiver only by a key that may read conversations', async () => {
  await house.stepUp(admin, cookie);
  const made = await house.call('POST', '/api/v1/webhooks', { cookie, body: WITH_TEXT });
  assert.equal(made.status, 201, made.text);
  const path = `/api/v1/webhooks/${made.body.webhook.id}`;
  const blind = await keyOf(['webhooks:write']);
  assert.equal(await blind('POST', '/api/v1/webhooks', WITH_TEXT), 'conversations:read');
  assert.equal(await blind('POST', '/api/v1/webhooks', BARE), 201);
  assert.equal(await blind('PATCH', path, { url: 'https://elsewhere.example/in' }), 'conversations:read');
  assert.equal(await blind('PATCH', path, { enabled: false }), 200, 'to stop it tells nobody anything');
  assert.equal(await blind('PATCH', path, { enabled: false, url: 'https://elsewhere.example/in' }), 'conversations:read', 'nor is it led elsewhere while it is off');
  assert.equal(await blind('PATCH', path, { enabled: true }), 'conversations:read');
  const reader = await keyOf(['webhooks:write', 'conversations:read']);
  assert.equal(await reader('POST', '/api/v1/webhooks', { ...WITH_TEXT, name: 'Second' }), 201);
  assert.equal(await reader('PATCH', path, { enabled: true }), 200);
});
