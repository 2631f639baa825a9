// guard.read: a signed-in JSON read of the real server against bare node:http and against Better Auth's session check.
import { startServer } from '../child.ts';
import { burst } from '../load.ts';
import { installPeers } from '../peers.ts';
import type { Measurement } from '../result.ts';
import { interleaved, median, medianRatio } from '../statistics.ts';
import type { Ready } from './guard.ts';

const ROUNDS = 7;
const SECONDS = 2;
const PATH = '/api/v1/session';

async function bodyOf(port: number, headers: Record<string, string>, path: string): Promise<string> {
  // fetch may not set Host: the loopback name of the public address is used as it stands.
  const answer = await fetch(`http://localhost:${port}${path}`, { headers });
  const body = await answer.text();
  if (answer.status !== 200 || !/"email"/.test(body)) throw new Error(`${path} answered ${answer.status} ${body.slice(0, 200)}`);
  return body;
}

export const read: Measurement = {
  names: ['guard.read', 'guard.read.peer'],
  async run() {
    installPeers();
    const ours = await startServer<Ready>('portcullis');
    const peer = await startServer<Ready & { path: string }>('better-auth');
    const headers = { Host: ours.said.host, Cookie: ours.said.cookie, 'Sec-Fetch-Site': 'same-origin' };
    const peerHeaders = { Host: `127.0.0.1:${peer.said.port}`, Cookie: peer.said.cookie };
    const bare = await startServer<Ready>('bare-http', [await bodyOf(ours.said.port, { cookie: ours.said.cookie }, PATH)]);
    try {
      const peerBody = await fetch(`http://127.0.0.1:${peer.said.port}${peer.said.path}`, { headers: { cookie: peer.said.cookie } });
      if (!/"email"/.test(await peerBody.text())) throw new Error('Better Auth did not know its own session.');
      const bursts = await interleaved(
        {
          bare: () => burst({ pid: bare.pid, port: bare.said.port, path: PATH, headers }, SECONDS),
          ours: () => burst({ pid: ours.pid, port: ours.said.port, path: PATH, headers }, SECONDS),
          peer: () => burst({ pid: peer.pid, port: peer.said.port, path: peer.said.path, headers: peerHeaders }, SECONDS),
        },
        ROUNDS,
      );
      const cpu = { ours: bursts.ours.map((one) => one.cpu), bare: bursts.bare.map((one) => one.cpu) };
      const rate = { ours: bursts.ours.map((one) => one.rate), peer: bursts.peer.map((one) => one.rate) };
      return [
        {
          name: 'guard.read', value: medianRatio(cpu.ours, cpu.bare), unit: '×', goal: 4, better: 'lower',
          against: `bare node:http with the same JSON, server CPU: ${median(cpu.ours).toFixed(1)} to ${median(cpu.bare).toFixed(1)} µs a request`,
        },
        {
          name: 'guard.read.peer', value: medianRatio(rate.ours, rate.peer), unit: '×', goal: 15, better: 'higher',
          against: `Better Auth's session check on SQLite: ${median(rate.ours).toFixed(0)} to ${median(rate.peer).toFixed(0)} requests a second`,
        },
      ];
    } finally {
      await Promise.all([ours, bare, peer].map((server) => server.stop()));
    }
  },
};
