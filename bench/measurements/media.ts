// media.download: a file judged at the door and handed out, against nginx's sendfile and a bare node:http.
import { startServer } from '../child.ts';
import { burst, type Burst } from '../load.ts';
import { startNginx } from '../nginx.ts';
import type { Figure, Measurement } from '../result.ts';
import { interleaved, median, medianRatio } from '../statistics.ts';

const ROUNDS = 5;
const SECONDS = 2;
const SMALL = 100_000;
const LARGE = 20 * 1_048_576;

interface Ready {
  readonly port: number;
  readonly cookie: string;
  readonly host: string;
  readonly small: string;
  readonly large: string;
}

const rates = (bursts: readonly Burst[]): number[] => bursts.map(({ rate }) => rate);
const costs = (bursts: readonly Burst[]): number[] => bursts.map(({ cpu }) => cpu);
const typical = (values: readonly number[]): string => median(values).toFixed(0);

export const media: Measurement = {
  names: ['media.download.100kB', 'media.download.100kB.node', 'media.download.20MB'],
  async run() {
    const nginx = await startNginx({ small: Buffer.alloc(SMALL, 'a'), large: Buffer.alloc(LARGE, 'a') });
    const ours = await startServer<Ready>('media');
    const bare = await startServer<{ readonly port: number }>('bare-files', [String(SMALL)]);
    try {
      const { port, cookie, host, small, large } = ours.said;
      const headers = { Host: host, Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' };
      const mine = (path: string, connections = 32) => () => burst({ pid: ours.pid, port, path, headers, connections }, SECONDS);
      const theirs = (path: string, connections = 32) => () => burst({ pid: nginx.pid, port: nginx.port, path, headers: { Host: 'localhost' }, connections }, SECONDS);
      const node = (path: string) => () => burst({ pid: bare.pid, port: bare.said.port, path, headers: { Host: 'localhost' }, connections: 32 }, SECONDS);
      const sent = (a: readonly Burst[], b: readonly Burst[]): string => `nginx sendfile, requests a second: ${typical(rates(a))} to ${typical(rates(b))}; server CPU ${typical(costs(a))} to ${typical(costs(b))} µs`;
      const ratio = (a: readonly Burst[], b: readonly Burst[]): string => medianRatio(rates(a), rates(b)).toFixed(2);
      const s = await interleaved({ ours: mine(small), nginx: theirs('/small'), memory: node('/memory'), descriptor: node('/descriptor') }, ROUNDS);
      const l = await interleaved({ ours: mine(large, 4), nginx: theirs('/large', 4) }, ROUNDS);
      const figures: Figure[] = [
        {
          name: 'media.download.100kB', value: medianRatio(rates(s.ours), rates(s.nginx)), unit: '×', goal: 0.7, better: 'higher',
          against: `${sent(s.ours, s.nginx)}. The ceiling of the runtime against the same nginx: bare node:http ${ratio(s.memory, s.nginx)}× from memory, ${ratio(s.descriptor, s.nginx)}× from an open descriptor`,
        },
        {
          name: 'media.download.100kB.node', value: medianRatio(costs(s.ours), costs(s.memory)), unit: '×', goal: 4, better: 'lower',
          against: `bare node:http handing the same bytes out of memory, server CPU: ${typical(costs(s.ours))} to ${typical(costs(s.memory))} µs; from an open descriptor ${typical(costs(s.descriptor))} µs`,
        },
        { name: 'media.download.20MB', value: medianRatio(rates(l.ours), rates(l.nginx)), unit: '×', goal: 0.7, better: 'higher', against: sent(l.ours, l.nginx) },
      ];
      return figures;
    } finally {
      await Promise.all([ours.stop(), nginx.stop(), bare.stop()]);
    }
  },
};
