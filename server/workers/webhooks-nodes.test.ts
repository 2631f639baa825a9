// Two nodes on one PostgreSQL tell the same webhook: each event is delivered once, also after a failure, and what one node took up and left is told by the other.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { tellWebhooks } from '#server/workers/webhooks.ts';
import type { Entry } from '#store/store.ts';
import { CERTIFICATE } from '#test/certificate.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { readyEnv } from '#test/ready-places.ts';

const EVENTS = 60;
const MINUTE = 60_000;

describe('webhooks of two nodes on one PostgreSQL', { timeout: 60_000 }, () => {
  let nodes: TestHouse[];
  let admin: Admin;
  let server: Server;
  let brandId: string;
  const heard: string[] = [];
  let status = 204;

  before(async () => {
    const { key, cert } = CERTIFICATE;
    server = createServer({ key, cert }, (request, response) => {
      request.resume().on('end', () => {
        heard.push(String(request.headers['webhook-id']));
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
    const env = { ...(await readyEnv('postgres')), WEBHOOK_ALLOW: '127.0.0.1/32' };
    nodes = await Promise.all([1, 2].map(() => openHouse({ env, webhooks: { resolve: async () => ['127.0.0.1'], ca: cert, limitMs: 5_000 } })));
    const [first] = nodes as [TestHouse];
    admin = await first.setUp();
    const cookie = await first.signIn(admin);
    await first.stepUp(admin, cookie);
    at(first.clock.now);
    brandId = (await first.building.parts.brands.bySlug(admin.slug))!.id;
    const made = await first.call('POST', '/api/v1/webhooks', { cookie, body: { name: 'CRM', url: `https://localhost:${(server.address() as AddressInfo).port}/in`, events: ['policy.changed'] } });
    assert.equal(made.status, 201, made.text);
  });
  after(async () => {
    server?.closeAllConnections();
    server?.close();
    await Promise.all((nodes ?? []).map((node) => node.close()));
  });

  const at = (now: number): void => {
    for (const node of nodes) node.clock.now = now;
  };
  const partsOf = (n: number) => nodes[n]!.building.parts;
  /** Both at once, several times over each, as rounds that overlap do. */
  const tellAtBoth = async (): Promise<void> => {
    for (let round = 0; round < 6; round += 1) await Promise.all([0, 1, 0, 1].map((n) => tellWebhooks(partsOf(n), brandId)));
  };
  let events = 0;
  async function happen(many: number): Promise<string[]> {
    const { store, now } = partsOf(0);
    const entries = Array.from({ length: many }, (): Entry => ({
      id: `evt_${String((events += 1)).padStart(26, '0')}`, at: now(), actor: { kind: 'host', id: null }, event: 'policy.changed', entity: { kind: 'setting', id: 'session.absolute_hours' },
    }));
    await store.commit([store.brand(brandId).part({ statements: [], entries })]);
    return entries.map(({ id }) => id);
  }

  it('each event is delivered once', async () => {
    const ids = await happen(EVENTS);
    await tellAtBoth();
    assert.deepEqual([...heard].sort(), ids);
  });

  it('what failed is tried again once when it is due, by one of them', async () => {
    heard.length = 0;
    status = 503;
    const ids = await happen(10);
    await tellAtBoth();
    assert.deepEqual([...heard].sort(), ids, 'one try each, and none before it is due');
    status = 204;
    at(nodes[0]!.clock.now + MINUTE);
    await tellAtBoth();
    assert.deepEqual([...heard].sort(), [...ids, ...ids].sort());
    at(nodes[0]!.clock.now + MINUTE);
    await tellAtBoth();
    assert.equal(heard.length, 20);
  });

  it('what a node took up and never finished is told by the other', async () => {
    heard.length = 0;
    const ids = await happen(1);
    const { webhooks, ...rest } = partsOf(0);
    await tellWebhooks({ ...rest, webhooks: { ...webhooks, call: () => Promise.reject(new Error('The node ends here.')) } }, brandId);
    await tellAtBoth();
    assert.deepEqual(heard, [], 'it is taken up');
    at(nodes[0]!.clock.now + MINUTE);
    await tellAtBoth();
    assert.deepEqual(heard, ids);
  });
});
