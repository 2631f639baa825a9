// The example's tickets: signed with either kind of key so that a library of others verifies them, or asked for at a desk.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { jwtVerify } from 'jose';
import { ticketSource } from './tickets.mjs';

const CHANNEL = 'b0123456789ab.chn_x';
const MAYA = { id: 'cust-1001', name: 'Maya Cohen', email: 'maya@example.com' };
const KEYS = { EdDSA: generateKeyPairSync('ed25519'), ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }) };

for (const [alg, { publicKey, privateKey }] of Object.entries(KEYS)) {
  for (const ticketKey of [privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, JSON.stringify(privateKey.export({ format: 'jwk' }))]) {
    test(`${alg} from ${ticketKey.startsWith('{') ? 'a JWK' : 'PEM'}`, async () => {
      const source = ticketSource({ desk: 'http://desk.example', channel: CHANNEL, ticketKey, keyId: 'key_1' });
      const ticket = await source.ticketFor(MAYA);
      const { payload, protectedHeader } = await jwtVerify(ticket as string, publicKey, { algorithms: [alg], audience: CHANNEL });
      assert.deepEqual(protectedHeader, { alg, kid: 'key_1', typ: 'JWT' });
      assert.deepEqual([payload.external_id, payload.name, payload.email, payload.exp! - payload.iat!], ['cust-1001', 'Maya Cohen', 'maya@example.com', 60]);
      assert.notEqual(ticket, await source.ticketFor(MAYA), 'each is good once');
    });
  }
}

test('a key of another kind is refused at the start', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  assert.throws(() => ticketSource({ desk: 'http://desk.example', channel: CHANNEL, ticketKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, keyId: 'k' }), /Ed25519 or a P-256/);
  assert.throws(() => ticketSource({ desk: 'http://desk.example', channel: CHANNEL, ticketKey: 'x' }), /KEY_ID/);
});

test('with an API key the desk is asked, and told at sign-out', async (t) => {
  const asked: unknown[] = [];
  const desk = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    asked.push([request.url, request.headers.authorization, JSON.parse(text)]);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ ticket: 'tkt_x', expires_at: 1, ended: 1 }));
  });
  await new Promise<void>((listening) => { desk.listen(0, '127.0.0.1', listening); });
  t.after(() => { desk.closeAllConnections(); desk.close(); });
  const { port } = desk.address() as { port: number };
  const source = ticketSource({ desk: `http://127.0.0.1:${port}`, channel: CHANNEL, apiKey: 'pck_x' });
  assert.equal(await source.ticketFor(MAYA), 'tkt_x');
  await source.endFor(MAYA);
  assert.deepEqual(asked, [
    ['/api/v1/auth/ticket', 'Bearer pck_x', { channel: CHANNEL, external_id: 'cust-1001', name: 'Maya Cohen', email: 'maya@example.com' }],
    ['/api/v1/auth/sign-out', 'Bearer pck_x', { channel: CHANNEL, external_id: 'cust-1001' }],
  ]);
});
