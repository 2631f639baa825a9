// Places of files that come in at one moment: so many of a person, of a network, of all chats; who sends slowly keeps no agent out, and from a few networks no customer.
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { it } from 'node:test';
import type { FastifyRequest } from 'fastify';
import { parseAddress } from '#policy/address.ts';
import { type Sending, FILE_RATE, uploadDoor } from '#server/doors/upload.ts';
import { beginChat, makeChannel } from '#test/chat.ts';
import { openHouse } from '#test/house.ts';

const door = uploadDoor({ uptime: () => 0, fileRate: FILE_RATE } as Parameters<typeof uploadDoor>[0]);
const from = (address: string): FastifyRequest => ({ headers: {}, client: { address: parseAddress(address), text: address, unknown: null }, raw: { complete: true } }) as unknown as FastifyRequest;
const sent = (kind: 'agent' | 'customer', id: string): Sending => ({ brand: { id: 'b000000000001' }, actor: { kind, id }, side: kind, door: kind === 'agent' ? 'workspace' : 'chat', channelId: 'chn_1', conversationId: null, author: { kind, id } }) as unknown as Sending;
const code = (request: FastifyRequest, sending: Sending): string | null => door.stop(request, sending)?.code ?? null;

it('one person, one network and all chats together take so many, and an agent finds a place all the same', async () => {
  const slow = Promise.withResolvers<void>();
  const under: Promise<void>[] = [];
  let wait = (_waiting: boolean): void => undefined;
  const begin = (request: FastifyRequest, sending: Sending): void => void under.push(door.during(request, sending, (waits) => ((wait = waits), slow.promise)));
  for (let n = 0; n < 20; n += 1) begin(from('198.51.100.7'), sent('customer', 'cus_1'));
  assert.equal(code(from('192.0.2.7'), sent('customer', 'cus_1')), 'upload.too_fast', 'one person, from another network too');
  for (let n = 20; n < 64; n += 1) begin(from('198.51.100.8'), sent('customer', `cus_${n}`));
  assert.equal(code(from('198.51.100.9'), sent('customer', 'cus_new')), 'upload.busy', 'one network');
  assert.equal(code(from('192.0.2.7'), sent('customer', 'cus_new')), null);
  for (let n = 64; n < 96; n += 1) begin(from('203.0.113.7'), sent('customer', `cus_${n}`));
  assert.equal(code(from('192.0.2.7'), sent('customer', 'cus_new')), 'upload.busy', 'all chats, of which all has come and is looked through');
  wait(true);
  assert.equal(code(from('192.0.2.7'), sent('customer', 'cus_new')), null, 'one that still waits for that gives its place');
  wait(false);
  assert.equal(code(from('192.0.2.7'), sent('customer', 'cus_new')), 'upload.busy');
  assert.equal(code(from('198.51.100.7'), sent('agent', 'agt_1')), null);
  slow.resolve();
  await Promise.all(under);
  assert.equal(code(from('192.0.2.7'), sent('customer', 'cus_new')), null, 'all places are free again');
});

it('when all places of the chats are held by a few networks that send slowly, a customer of another sends at once', async (context) => {
  const house = await openHouse();
  context.after(() => house.close());
  const admin = await house.setUp();
  const channel = await makeChannel(house, admin, await house.signIn(admin));
  const tokens = await Promise.all(Array.from({ length: 5 }, () => beginChat(house, channel)));
  const own = await beginChat(house, channel);
  /** Sends `bytes` of ten, and then nothing more. */
  const send = (token: string, from: string, bytes: number) => {
    const answered = Promise.withResolvers<number>();
    const request = httpRequest({
      host: '127.0.0.1', port: house.port, localAddress: from, method: 'POST', path: '/api/v1/chat/files', agent: false,
      headers: { host: `localhost:${house.port}`, 'sec-fetch-site': 'same-origin', 'content-type': 'application/octet-stream', 'x-file-name': 'a.txt', 'content-length': '10', authorization: `Bearer ${token}` },
    }, (response) => {
      response.resume();
      answered.resolve(response.statusCode ?? 0);
    });
    request.on('error', () => answered.resolve(0));
    request.write(Buffer.alloc(bytes, 'a'));
    return { answered: answered.promise, end: () => request.destroy() };
  };
  const slow = [...Array(96).keys()].map((n) => send(tokens[n % 5]!, n < 60 ? '127.0.1.1' : '127.0.2.1', 1));
  context.after(() => slow.forEach(({ end }) => end()));
  const whole = (from: string): Promise<number> => send(own, from, 10).answered;
  // The network that holds the most is told when no place is left.
  let tries = 0;
  while ((await whole('127.0.1.1')) === 201 && tries < 90) tries += 1;
  assert.equal(await whole('127.0.1.1'), 503);
  assert.equal(await whole('127.0.3.1'), 201);
  assert.equal(await Promise.race(slow.slice(0, 60).map(({ answered }) => answered)), 0, 'one of the network that held the most is cut');
});
