// Webhooks with a real receiver over TLS: signatures, retries, nodes, replay, being switched off, and names that lead inside only at the second look.
import assert from 'node:assert/strict';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { openWebhooks } from '#outside/webhooks/webhooks.ts';
import { tellWebhooks } from '#server/workers/webhooks.ts';
import * as agentRows from '#store/agents.ts';
import { CERTIFICATE } from '#test/certificate.ts';
import { openCase } from '#test/customer-case.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';

interface Heard { readonly headers: IncomingHttpHeaders; readonly body: string }
const HOST = 'localhost';
const DAY = 86_400_000;

/** As a receiver checks it, written from the specification and not from our own code. */
function verified(secret: string, { headers, body }: Heard): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`).digest();
  return String(headers['webhook-signature']).split(' ').some((one) => {
    const given = Buffer.from(one.replace(/^v1,/, ''), 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

describe('webhooks', { timeout: 60_000 }, () => {
  let house: TestHouse;
  let admin: Admin;
  let cookie: string;
  let server: Server;
  let brandId: string;
  let url: string;
  const heard: Heard[] = [];
  let answer: (response: ServerResponse) => void = (response) => void response.writeHead(204).end();
  let addresses: string[] = ['127.0.0.1'];

  before(async () => {
    const { key, cert } = CERTIFICATE;
    server = createServer({ key, cert }, (request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        heard.push({ headers: request.headers, body: Buffer.concat(pieces).toString('utf8') });
        answer(response);
      });
    });
    await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
    url = `https://${HOST}:${(server.address() as AddressInfo).port}/in`;
    house = await openHouse({ env: { WEBHOOK_ALLOW: '127.0.0.1/32' }, webhooks: { resolve: async () => addresses, ca: cert, limitMs: 2_000 } });
    admin = await house.setUp();
    cookie = await house.signIn(admin);
    await house.stepUp(admin, cookie);
    brandId = (await house.building.parts.brands.bySlug('acme'))!.id;
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await house.close();
  });

  const call = (method: string, path: string, body?: unknown) => house.call(method, path, { cookie, ...(body === undefined ? {} : { body }) });
  const tell = () => tellWebhooks(house.building.parts, brandId);
  async function made(fields: Record<string, unknown> = {}): Promise<{ id: string; secret: string; path: string }> {
    const answered = await call('POST', '/api/v1/webhooks', { name: 'CRM', url, events: ['policy.changed'], ...fields });
    assert.equal(answered.status, 201, answered.text);
    return { id: answered.body.webhook.id, secret: answered.body.secret, path: `/api/v1/webhooks/${answered.body.webhook.id}` };
  }
  const clear = async (): Promise<void> => {
    heard.length = 0;
    answer = (response) => void response.writeHead(204).end();
    addresses = ['127.0.0.1'];
    for (const { id } of (await call('GET', '/api/v1/webhooks')).body.webhooks) assert.equal((await call('DELETE', `/api/v1/webhooks/${id}`)).status, 200);
  };
  let turns = 0;
  const somethingHappens = async (): Promise<void> => {
    const saved = await house.save(admin, cookie, { 'session.idle_timeout_minutes': 30 + (turns = (turns + 1) % 20) + 1 });
    assert.equal(saved.status, 200, saved.text);
  };
  const log = async (path: string) => (await call('GET', `${path}/deliveries`)).body.deliveries;

  it('an event is signed, told once, and stands in the log; the secret is shown once and sealed', async () => {
    const { secret, path } = await made();
    await somethingHappens();
    await tell();
    await tell();
    assert.equal(heard.length, 1);
    const [one] = heard as [Heard];
    assert.ok(verified(secret, one));
    assert.ok(!verified(`whsec_${Buffer.alloc(32).toString('base64')}`, one));
    const said = JSON.parse(one.body);
    assert.deepEqual([said.type, said.data.setting, said.data.actor.kind], ['policy.changed', 'session.idle_timeout_minutes', 'agent']);
    assert.match(String(one.headers['webhook-id']), /^evt_/);
    assert.equal(one.headers.host, new URL(url).host);
    const [delivery] = await log(path);
    assert.deepEqual([delivery.state, delivery.tries.length, delivery.tries[0].status, delivery.eventId], ['delivered', 1, 204, one.headers['webhook-id']]);
    assert.doesNotMatch((await call('GET', '/api/v1/webhooks')).text, /whsec_/);
  });

  it('two nodes tell it once, and what a node left behind the other finds', async () => {
    await clear();
    await made();
    await somethingHappens();
    await Promise.all([tell(), tell(), tell()]);
    assert.equal(heard.length, 1);
  });

  it('a failure is tried again under the same id with a growing wait, and after the last is given up', async () => {
    await clear();
    const { path } = await made();
    answer = (response) => void response.writeHead(500).end('no \u0007 luck');
    await somethingHappens();
    await tell();
    await tell();
    assert.equal(heard.length, 1, 'not before its time');
    house.clock.now += 5_000;
    await tell();
    assert.equal(heard.length, 2);
    assert.equal(heard[0]!.headers['webhook-id'], heard[1]!.headers['webhook-id']);
    assert.notEqual(heard[0]!.headers['webhook-timestamp'], heard[1]!.headers['webhook-timestamp']);
    let [delivery] = await log(path);
    assert.deepEqual([delivery.state, delivery.tries.map(({ status, answer: text }: { status: number; answer: string }) => `${status} ${text}`)], ['waiting', ['500 no   luck', '500 no   luck']]);
    answer = (response) => void response.writeHead(200).end();
    house.clock.now += 60_000;
    await tell();
    [delivery] = await log(path);
    assert.deepEqual([delivery.state, delivery.tries.length], ['delivered', 3]);
    assert.equal((await call('GET', '/api/v1/webhooks')).body.webhooks[0].failingSince, null);
  });

  it('one that only fails for three days is switched off, every page says so, and what it missed can be sent again', async () => {
    await clear();
    const { id, path } = await made();
    answer = (response) => void response.writeHead(500).end();
    const began = new Date(house.clock.now).toISOString();
    await somethingHappens();
    for (let turn = 0; turn < 9; turn += 1) {
      await tell();
      house.clock.now += turn < 8 ? 9 * 3_600_000 : 0;
    }
    cookie = await house.signIn(admin);
    await house.stepUp(admin, cookie);
    const [hook] = (await call('GET', '/api/v1/webhooks')).body.webhooks;
    assert.deepEqual([hook.enabled, hook.disabledWhy], [false, 'failing']);
    assert.match((await call('GET', '/api/v1/notices')).text, new RegExp(`webhook-${id}`));
    answer = (response) => void response.writeHead(200).end();
    heard.length = 0;
    assert.equal((await call('PATCH', path, { enabled: true })).status, 200);
    await tell();
    assert.equal(heard.length, 0, 'not by itself');
    assert.equal((await call('POST', `${path}/replay`, { since: began })).status, 202);
    await tell();
    assert.equal(heard.length, 1);
    const [delivery] = await log(path);
    assert.equal((await call('POST', `${path}/deliveries/${delivery.id}/replay`, {})).status, 202);
    await tell();
    assert.deepEqual([heard.length, heard[0]!.headers['webhook-id']], [2, heard[1]!.headers['webhook-id']]);
  });

  it('410 switches it off at once; a redirect is not followed; a receiver that never ends is cut', async () => {
    await clear();
    const { path } = await made();
    answer = (response) => void response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
    const redirected = (await call('POST', `${path}/test`, {})).body;
    assert.deepEqual([redirected.ok, redirected.status, heard.length], [false, 302, 1]);
    assert.match(redirected.fault, /redirect/);
    answer = (response) => void response.writeHead(200).end(Buffer.alloc(100_000));
    assert.match((await call('POST', `${path}/test`, {})).body.fault, /64 KiB/);
    answer = (response) => { response.writeHead(200).write('so slow'); };
    assert.match((await call('POST', `${path}/test`, {})).body.fault, /within 2 seconds/);
    answer = (response) => void response.writeHead(410).end();
    await somethingHappens();
    await tell();
    assert.equal((await call('GET', '/api/v1/webhooks')).body.webhooks[0].disabledWhy, 'gone');
  });

  it('a name that leads inside, at once or at its second look, is not called', async () => {
    await clear();
    const { path } = await made();
    for (const inside of [['10.0.0.1'], ['127.0.0.1', '10.0.0.1'], ['::ffff:10.0.0.1'], ['64:ff9b::7f00:1'], ['169.254.169.254'], ['fd00:ec2::254'], ['not an address'], []]) {
      addresses = inside;
      const tried = (await call('POST', `${path}/test`, {})).body;
      assert.deepEqual([tried.ok, tried.status], [false, null], String(inside));
    }
    assert.equal(heard.length, 0);
    // A resolver that changes its mind is asked once a call: what was judged is what is connected to.
    let asked = 0;
    const turning = openWebhooks({ allowed: house.building.parts.config.webhookAllow, resolve: async () => [(asked += 1) === 1 ? '127.0.0.1' : '10.0.0.1'], ca: 'none', limitMs: 2_000 });
    const called = await turning.call(url, {}, '{}');
    assert.deepEqual([asked, called.ok, called.code], [1, false, 'unreachable'], 'it was not trusted, and nobody was asked again');
  });

  it('a certificate of another name or maker is not trusted', async () => {
    const strangers = openWebhooks({ allowed: house.building.parts.config.webhookAllow, resolve: async () => ['127.0.0.1'], limitMs: 2_000 });
    const called = await strangers.call(url, {}, '{}');
    assert.deepEqual([called.ok, called.code], [false, 'unreachable']);
    const named = openWebhooks({ allowed: house.building.parts.config.webhookAllow, resolve: async () => ['127.0.0.1'], ca: CERTIFICATE.cert, limitMs: 2_000 });
    assert.equal((await named.call(url, {}, '{}')).ok, true);
    assert.equal((await named.call(url.replace(HOST, 'hooks.example'), {}, '{}')).ok, false);
  });

  it('what cannot be called is refused when it is saved, every fault at once', async () => {
    for (const [wrong, code] of [['http://10.0.0.1/', 'webhook.address_forbidden'], ['https://127.2/', 'webhook.address_forbidden'], ['https://a:b@hooks.example/', 'webhook.url_invalid'], ['ftp://hooks.example/', 'webhook.url_invalid']] as const) {
      const answered = await call('POST', '/api/v1/webhooks', { name: 'x', url: wrong, events: ['nonsense'] });
      assert.deepEqual([answered.status, answered.body.faults.map((one: { code: string }) => one.code)], [422, [code, 'webhook.event_unknown']], wrong);
    }
  });

  it('ids alone leave, text where it was ticked, and never what was removed meanwhile; a new secret signs beside the old one for a day', async () => {
    await clear();
    const bare = await made({ events: ['message.created', 'conversation.created'] });
    const full = await made({ name: 'Archive', events: ['message.created'], includeText: true });
    const { store } = house.building.parts;
    const agentId = (await agentRows.namesById(store.brand(brandId))).keys().next().value as string;
    await (await openCase(store, brandId, agentId, { now: house.clock.now })).write('A walnut lamp for Ruth');
    await tell();
    const bodies = heard.map(({ body }) => JSON.parse(body) as { type: string; data: Record<string, unknown> });
    assert.equal(bodies.filter(({ data }) => data['text'] === 'A walnut lamp for Ruth').length, 1);
    assert.equal(bodies.filter(({ type }) => type === 'message.created').length, 2);
    const rotated = await call('POST', `${bare.path}/secret`, {});
    heard.length = 0;
    answer = (response) => void response.writeHead(204).end();
    assert.equal((await call('POST', `${bare.path}/test`, {})).body.ok, true);
    assert.ok(verified(bare.secret, heard[0]!) && verified(rotated.body.secret, heard[0]!));
    house.clock.now += DAY;
    cookie = await house.signIn(admin);
    await call('POST', `${bare.path}/test`, {});
    assert.ok(!verified(bare.secret, heard[1]!) && verified(rotated.body.secret, heard[1]!));
    assert.notEqual(full.secret, bare.secret);
  });

  it('it asks for the right and for a fresh code', async () => {
    cookie = await house.signIn(admin);
    assert.equal((await call('POST', '/api/v1/webhooks', { name: 'x', url, events: ['policy.changed'] })).body.code, 'step_up.required');
  });
});
