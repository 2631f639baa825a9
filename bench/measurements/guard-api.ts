// guard.api.*: what the API door costs a program that shows its key, over bare Fastify and over bare node:http that answer the same bytes.
import { startServer } from '../child.ts';
import { burst } from '../load.ts';
import type { Figure, Measurement } from '../result.ts';
import { TRIVIAL_API_PATH, TRIVIAL_PATH } from '../servers/trivial.ts';
import { interleaved, median, medianRatio } from '../statistics.ts';
import type { Ready } from './guard.ts';

const ROUNDS = 7;
const SECONDS = 2;
/** One read of the store. */
const READ_PATH = '/api/v1/teams';

export const guardApi: Measurement = {
  names: ['guard.api.cpu', 'guard.api.headers', 'guard.api.read'],
  async run() {
    const bare = await startServer<Ready>('bare-fastify');
    const guarded = await startServer<Ready>('portcullis', ['--no-headers']);
    const whole = await startServer<Ready>('portcullis');
    const answer = await fetch(`http://localhost:${whole.said.port}${READ_PATH}`, { headers: { authorization: `Bearer ${whole.said.key}` } });
    const body = await answer.text();
    if (answer.status !== 200) throw new Error(`${READ_PATH} answered ${answer.status} ${body.slice(0, 200)}`);
    const http = await startServer<Ready>('bare-http', [body]);
    const servers = { bare, guarded, whole, http };
    try {
      const ask = (name: keyof typeof servers, path: string) => async (): Promise<number> => {
        const { pid, said } = servers[name];
        // Everybody gets the same request; the bare servers do not look at it.
        const { key, host } = name === 'guarded' ? guarded.said : whole.said;
        return (await burst({ pid, port: said.port, path, headers: { Host: host, Authorization: `Bearer ${key}` } }, SECONDS)).cpu;
      };
      // The door of people in the same run, over the bare server with the very same request: what a machine that others use adds, it adds to all.
      const asPerson = (name: 'bare' | 'whole') => async (): Promise<number> =>
        (await burst({ pid: servers[name].pid, port: servers[name].said.port, path: TRIVIAL_PATH, headers: { Host: whole.said.host, Cookie: whole.said.cookie, 'Sec-Fetch-Site': 'same-origin' } }, SECONDS)).cpu;
      const cpu = await interleaved({ people: asPerson('whole'), barePeople: asPerson('bare'), bare: ask('bare', TRIVIAL_API_PATH), guarded: ask('guarded', TRIVIAL_API_PATH), whole: ask('whole', TRIVIAL_API_PATH), http: ask('http', READ_PATH), read: ask('whole', READ_PATH) }, ROUNDS);
      const figure = (name: string, ours: number[], theirs: number[], goal: number, against: string): Figure => ({
        name, value: medianRatio(ours, theirs), unit: '×', goal, better: 'lower', against: `${against}, server CPU: ${median(ours).toFixed(1)} to ${median(theirs).toFixed(1)} µs a request with a key`,
      });
      return [
        figure('guard.api.cpu', cpu.guarded, cpu.bare, 1.2, 'bare Fastify'), figure('guard.api.headers', cpu.whole, cpu.bare, 1.3, `bare Fastify (the workspace door in the same run: ${medianRatio(cpu.people, cpu.barePeople).toFixed(2)} ×)`),
        figure('guard.api.read', cpu.read, cpu.http, 4, `bare node:http with the same JSON (${READ_PATH}: read from SQLite each time)`),
      ];
    } finally {
      await Promise.all(Object.values(servers).map((server) => server.stop()));
    }
  },
};
