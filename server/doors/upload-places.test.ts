// Places of files that come in at one moment: so many of a person, of a network, of all chats; who sends slowly, from however many networks, keeps no agent out.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { FastifyRequest } from 'fastify';
import { parseAddress } from '#policy/address.ts';
import { type Sending, FILE_RATE, uploadDoor } from '#server/doors/upload.ts';

const door = uploadDoor({ uptime: () => 0, fileRate: FILE_RATE } as Parameters<typeof uploadDoor>[0]);
const from = (address: string): FastifyRequest => ({ headers: {}, client: { address: parseAddress(address), text: address, unknown: null } }) as unknown as FastifyRequest;
const sent = (kind: 'agent' | 'customer', id: string): Sending => ({ brand: { id: 'b000000000001' }, actor: { kind, id }, side: kind, door: kind === 'agent' ? 'workspace' : 'chat', channelId: 'chn_1', conversationId: null, author: { kind, id } }) as unknown as Sending;
const code = (request: FastifyRequest, sending: Sending): string | null => door.stop(request, sending)?.code ?? null;

it('one person, one network and all chats together take so many, and an agent finds a place all the same', async () => {
  const slow = Promise.withResolvers<void>();
  const under: Promise<void>[] = [];
  const begin = (request: FastifyRequest, sending: Sending): void => void under.push(door.during(request, sending, () => slow.promise));
  for (let n = 0; n < 20; n += 1) begin(from('198.51.100.7'), sent('customer', 'cus_1'));
  assert.equal(code(from('192.0.2.7'), sent('customer', 'cus_1')), 'upload.too_fast', 'one person, from another network too');
  for (let n = 20; n < 64; n += 1) begin(from('198.51.100.8'), sent('customer', `cus_${n}`));
  assert.equal(code(from('198.51.100.9'), sent('customer', 'cus_new')), 'upload.busy', 'one network');
  assert.equal(code(from('192.0.2.7'), sent('customer', 'cus_new')), null);
  for (let n = 64; n < 96; n += 1) begin(from('203.0.113.7'), sent('customer', `cus_${n}`));
  assert.equal(code(from('192.0.2.7'), sent('customer', 'cus_new')), 'upload.busy', 'all chats');
  assert.equal(code(from('198.51.100.7'), sent('agent', 'agt_1')), null);
  slow.resolve();
  await Promise.all(under);
  assert.equal(code(from('192.0.2.7'), sent('customer', 'cus_new')), null, 'all places are free again');
});
