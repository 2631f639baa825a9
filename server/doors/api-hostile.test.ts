// The API door as somebody sees it who wants in: a key of another brand, a token where none belongs or in another spelling, and one connection that shows many.
import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import { after, before, test } from 'node:test';
import { newApiKey } from '#identity/api-keys.ts';
import { openDesk } from '#test/live-inbox.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { INSIDE, only } from '#test/people.ts';
import { addApiKey, bearer } from '#test/tickets.ts';

const ALL = ['conversations:read', 'conversations:write', 'customers:read', 'customers:write', 'users:read', 'channels:read', 'audit:read', 'webhooks:read', 'webhooks:write', 'media:read', 'media:write', 'keys:read', 'policy:read', 'forwards:read', 'forwards:write'];
const PROGRAM = { 'sec-fetch-site': undefined };
let house: TestHouse;
let admin: Admin;
let rival: Admin;
let cookie: string;
let key: { id: string; text: string };
let foreign: { id: string; text: string };
let brandId: string;

before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  brandId = (await house.building.parts.brands.bySlug(admin.slug))!.id;
  key = await addApiKey(house, admin, cookie, ALL);
  rival = await house.setUp({ name: 'Rival', slug: 'rival' });
  foreign = await addApiKey(house, rival, await house.signIn(rival), ALL);
});
after(() => house.close());

test('a key of another brand finds nothing of this one by any id, and is told what is said of what is not there', async () => {
  const desk = await openDesk(house);
  const { conversationId } = await (await desk.customer('Ada'))('Where is my parcel?');
  const own = { headers: bearer(key.text) };
  const card = await house.call('GET', `/api/v1/conversations/${conversationId}`, own);
  assert.equal(card.status, 200, card.text);
  const users = (await house.call('GET', '/api/v1/users', own)).body.users;
  const rows = (await house.call('GET', '/api/v1/audit', own)).body.rows;
  const hook = await house.call('POST', '/api/v1/webhooks', { ...own, body: { name: 'CRM', url: 'https://hooks.example/in', events: ['message.created'] } });
  assert.equal(hook.status, 201, hook.text);
  const file = await house.call('POST', `/api/v1/conversations/${conversationId}/files`, { headers: { ...bearer(key.text), 'content-type': 'application/octet-stream', 'x-file-name': 'a.txt' }, raw: 'A text.' });
  assert.equal(file.status, 201, file.text);
  const conversation = `/api/v1/conversations/${conversationId}`;
  const asked: readonly [string, string, object?][] = [
    ['GET', conversation], ['GET', `${conversation}/messages`], ['PATCH', conversation, { status: 'solved' }], ['POST', `${conversation}/messages`, { id: 'hostile-message-1', kind: 'text', text: 'x' }], ['POST', `${conversation}/tags`, { tag: 'x' }],
    ['GET', `${conversation}/forwards`], ['GET', `/api/v1/customers/${card.body.customer.id}`], ['PATCH', `/api/v1/customers/${card.body.customer.id}`, { name: 'X' }], ['GET', `/api/v1/users/${users[0].id}`], ['GET', `/api/v1/channels/${desk.channelId}`],
    ['GET', `/api/v1/audit/${rows[0].id}`], ['PATCH', `/api/v1/webhooks/${hook.body.webhook.id}`, { enabled: false }], ['DELETE', `/api/v1/webhooks/${hook.body.webhook.id}`], ['POST', `/api/v1/webhooks/${hook.body.webhook.id}/test`, {}], ['GET', `/api/v1/files/${file.body.file.id}/content`],
  ];
  for (const [method, path, body] of asked) {
    const answer = await house.call(method, path, { headers: bearer(foreign.text), ...(body === undefined ? {} : { body }) });
    assert.ok(answer.status === 404, `${method} ${path}: ${answer.status} ${answer.text}`);
    const nowhere = path.replace(/(?<=_)[0-9a-z]{26}/, '0'.repeat(26));
    const missing = await house.call(method, nowhere, { headers: bearer(foreign.text), ...(body === undefined ? {} : { body }) });
    assert.deepEqual([answer.status, answer.body?.code, answer.body?.detail], [missing.status, missing.body?.code, missing.body?.detail], `${method} ${path}`);
  }
  for (const path of ['/api/v1/inbox', '/api/v1/customers', '/api/v1/webhooks', '/api/v1/channels']) {
    const { text } = await house.call('GET', path, { headers: bearer(foreign.text) });
    for (const id of [conversationId, card.body.customer.id, hook.body.webhook.id, desk.channelId]) assert.ok(!text.includes(id), path);
  }
  assert.equal((await house.call('GET', conversation, own)).body.conversation.status, 'open', 'nothing was changed');
});

test('a token opens nothing but as the mode wants it: no other header, no cookie, no body, no other spelling', async () => {
  const { text } = key;
  const [prefix, brand, secret, sum] = text.split('_') as [string, string, string, string];
  const fullWidth = [...prefix].map((letter) => String.fromCodePoint(letter.codePointAt(0)! + 0xfee0)).join('');
  const shown: readonly [string, Record<string, string | undefined>][] = [
    ['X-Api-Key', { 'x-api-key': text }], ['a cookie', { cookie: `access_token=${text}` }], ['Proxy-Authorization', { 'proxy-authorization': `Bearer ${text}` }], ['Basic', { authorization: `Basic ${Buffer.from(`${key.id}:${text}`).toString('base64')}` }],
    ['no scheme', { authorization: text }], ['Token', { authorization: `Token ${text}` }], ['two in one', { authorization: `Bearer ${text}, Bearer ${text}` }], ['a tab', { authorization: `Bearer\t${text}` }], ['something behind', { authorization: `Bearer ${text} x` }],
    ['upper case', { authorization: `Bearer ${text.toUpperCase()}` }], ['an upper-case secret', { authorization: `Bearer ${prefix}_${brand}_${secret.toUpperCase()}_${sum}` }], ['encoded', { authorization: `Bearer ${text.replaceAll('_', '%5F')}` }],
    ['in quotes', { authorization: `Bearer "${text}"` }], ['full width', { authorization: `Bearer ${Buffer.from(`${fullWidth}_${brand}_${secret}_${sum}`).toString('latin1')}` }], ['without its end', { authorization: `Bearer ${prefix}_${brand}_${secret}` }],
    ['the brand of another', { authorization: `Bearer ${prefix}_${foreign.text.split('_')[1]}_${secret}_${sum}` }], ['as an access token', { authorization: `Bearer ${text.replace('pck', 'pca')}` }],
  ];
  for (const [what, headers] of shown) {
    const answer = await house.call('GET', '/api/v1/inbox', { headers: { ...PROGRAM, ...headers } });
    assert.ok(answer.status === 401 || answer.status === 400, `${what}: ${answer.status} ${answer.text}`);
    assert.ok(!answer.text.includes(secret) && !JSON.stringify(answer.headers).includes(secret), what);
  }
  const inBody = await house.call('POST', '/api/v1/customers', { headers: PROGRAM, body: { access_token: text, name: 'Ada' } });
  assert.equal(inBody.body.code, 'api.key_missing');
  const inForm = await house.call('POST', '/api/v1/customers', { headers: { ...PROGRAM, 'content-type': 'application/x-www-form-urlencoded' }, raw: `access_token=${text}&name=Ada` });
  assert.equal(inForm.body.code, 'api.key_missing', 'RFC 6750 2.2 is not spoken');
});

test('a connection that showed a good key is asked for a good one each time', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set<unknown>();
  const ask = (text: string, path = '/api/v1/inbox'): Promise<{ status: number; code: string | undefined; id: string | undefined }> => new Promise((resolve, reject) => {
    const request = httpRequest({ agent, host: '127.0.0.1', port: house.port, path, headers: { host: `localhost:${house.port}`, authorization: `Bearer ${text}` } }, (answer) => {
      let body = '';
      sockets.add(answer.socket);
      answer.setEncoding('utf8').on('data', (piece: string) => { body += piece; }).on('end', () => {
        const told = JSON.parse(body) as { code?: string; conversations?: { id: string }[] };
        resolve({ status: answer.statusCode ?? 0, code: told.code, id: told.conversations?.[0]?.id });
      });
    });
    request.on('error', reject).end();
  });
  const own = await addApiKey(house, admin, cookie, ['conversations:read']);
  try {
    // As behind a proxy, where one connection speaks for many.
    const first = await ask(own.text);
    assert.deepEqual([first.status, (await ask(own.text)).id], [200, first.id]);
    assert.equal((await ask(newApiKey(brandId).text)).code, 'api.key_invalid');
    assert.deepEqual(await ask(foreign.text), { status: 200, code: undefined, id: undefined }, 'each brand its own');
    assert.equal((await ask(own.text)).id, first.id);
    assert.equal((await ask(own.text, '/api/v1/users')).code, 'api.scope_missing');
    assert.equal((await ask(`${own.text.slice(0, -1)}${own.text.endsWith('0') ? '1' : '0'}`)).code, 'api.key_invalid');
    assert.equal((await house.save(admin, cookie, { 'api.allowlist': only('192.0.2.1') })).status, 200);
    assert.equal((await ask(own.text)).code, 'network.not_allowed');
    assert.equal((await house.save(admin, cookie, { 'api.allowlist': { state: 'any', entries: [] } })).status, 200);
    assert.equal((await ask(own.text)).status, 200);
    await house.stepUp(admin, cookie);
    assert.equal((await house.call('PATCH', `/api/v1/api-keys/${own.id}`, { cookie, body: { allowlist: only('192.0.2.1') } })).status, 200);
    assert.equal((await ask(own.text)).code, 'api.key_network');
    await house.stepUp(admin, cookie);
    assert.equal((await house.call('PATCH', `/api/v1/api-keys/${own.id}`, { cookie, body: { allowlist: only(INSIDE) } })).status, 200);
    assert.equal((await ask(own.text)).status, 200);
    await house.stepUp(admin, cookie);
    assert.equal((await house.call('DELETE', `/api/v1/api-keys/${own.id}`, { cookie })).status, 200);
    assert.equal((await ask(own.text)).code, 'api.key_revoked');
    assert.equal(sockets.size, 1, 'all on one connection');
  } finally {
    agent.destroy();
  }
});
