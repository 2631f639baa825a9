// A sender over HTTP: silence cuts them while the body comes and no more once it is whole; who hangs up is known to be gone.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { it } from 'node:test';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseAddress } from '#policy/address.ts';
import { watchSender } from '#server/upload-sender.ts';

it('is cut where nothing comes, and waits as long as it takes once all is here', async (context) => {
  const server = createServer().listen(0, '127.0.0.1');
  context.after(() => server.close());
  await once(server, 'listening');
  const begin = async (): Promise<{ request: ReturnType<typeof httpRequest>; raw: IncomingMessage; answer: ServerResponse }> => {
    const request = httpRequest({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, method: 'POST', agent: false, headers: { 'content-length': '2' } });
    request.on('error', () => undefined);
    request.write('a');
    const [raw, answer] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
    return { request, raw, answer };
  };
  const watch = ({ raw, answer }: Awaited<ReturnType<typeof begin>>, silent: number) => watchSender({ raw, client: { address: parseAddress('203.0.113.7'), text: '', unknown: null } } as unknown as FastifyRequest, { raw: answer } as unknown as FastifyReply, silent);
  const whole = await begin();
  const { gone, network } = watch(whole, 60_000);
  assert.deepEqual([network, whole.raw.socket.timeout], ['203.0.113.0/24', 60_000]);
  whole.request.end('b');
  await once(whole.raw.resume(), 'end');
  assert.equal(whole.raw.socket.timeout, 0, 'it waits for us now');
  assert.equal(gone.aborted, false);
  whole.request.destroy();
  await once(gone, 'abort');
  const silent = await begin();
  silent.raw.on('error', () => undefined);
  await once(watch(silent, 20).gone, 'abort');
  assert.ok(silent.raw.destroyed);
});
