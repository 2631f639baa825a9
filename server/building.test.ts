// The stop of a whole server: it does not wait for callers that never come to an end, and a second call waits for the first.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { openHouse } from '#test/house.ts';

test('a socket that answers nothing and a request that is never finished do not hold the stop up', async (context) => {
  const house = await openHouse();
  const cookie = await house.signIn(await house.setUp());
  const sockets: Socket[] = [];
  context.after(() => sockets.forEach((socket) => socket.destroy()));
  const say = async (text: string): Promise<Socket> => {
    const socket = connect(house.port, '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(text);
    return socket;
  };
  const deaf = await say(`GET /api/v1/live HTTP/1.1\r\nhost: localhost:${house.port}\r\norigin: http://localhost:${house.port}\r\ncookie: ${cookie}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
  const [answer] = (await once(deaf, 'data')) as [Buffer];
  assert.match(answer.toString('latin1'), /^HTTP\/1\.1 101 /);
  await say('POST /api/v1/sign-in HTTP/1.1\r\nhost: local');
  await say('');
  const begun = performance.now();
  await Promise.all([house.building.close(), house.building.close()]);
  assert.ok(performance.now() - begun < 10_000);
  await house.close();
});
