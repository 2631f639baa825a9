// guard.cpu and guard.headers: what the workspace door costs over bare Fastify that answers the same bytes.
import { startServer } from '../child.ts';
import { burst, type Target } from '../load.ts';
import type { Figure, Measurement } from '../result.ts';
import { interleaved, median, medianRatio } from '../statistics.ts';
import { TRIVIAL_PATH } from '../servers/trivial.ts';

const ROUNDS = 7;
const SECONDS = 2;

export interface Ready {
  readonly port: number;
  readonly cookie: string;
  /** An API key. */
  readonly key: string;
  readonly host: string;
}

export const guard: Measurement = {
  names: ['guard.cpu', 'guard.headers'],
  async run() {
    const bare = await startServer<Ready>('bare-fastify');
    const guarded = await startServer<Ready>('portcullis', ['--no-headers']);
    const whole = await startServer<Ready>('portcullis');
    const servers = { bare, guarded, whole };
    try {
      const target = (name: keyof typeof servers): Target => {
        const { pid, said } = servers[name];
        // Everybody gets the same request; the bare server does not look at it.
        const { cookie = whole.said.cookie, host = whole.said.host } = said;
        return { pid, port: said.port, path: TRIVIAL_PATH, headers: { Host: host, Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' } };
      };
      const bursts = await interleaved({ bare: () => burst(target('bare'), SECONDS), guarded: () => burst(target('guarded'), SECONDS), whole: () => burst(target('whole'), SECONDS) }, ROUNDS);
      const cpu = { bare: bursts.bare.map((one) => one.cpu), guarded: bursts.guarded.map((one) => one.cpu), whole: bursts.whole.map((one) => one.cpu) };
      const figure = (name: string, ours: number[], goal: number): Figure => ({
        name,
        value: medianRatio(ours, cpu.bare),
        unit: '×',
        goal,
        better: 'lower',
        against: `bare Fastify, server CPU: ${median(ours).toFixed(1)} to ${median(cpu.bare).toFixed(1)} µs a request`,
      });
      return [figure('guard.cpu', cpu.guarded, 1.2), figure('guard.headers', cpu.whole, 1.3)];
    } finally {
      await Promise.all(Object.values(servers).map((server) => server.stop()));
    }
  },
};
