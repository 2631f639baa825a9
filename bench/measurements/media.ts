// media.download and media.upload: a file judged at the door and handed out, against nginx's sendfile; and one taken in whole, against nginx's PUT.
import { spawnSync } from 'node:child_process';
import { startServer } from '../child.ts';
import { burst, type Burst } from '../load.ts';
import { startNginx } from '../nginx.ts';
import { processorTime } from '../process-stat.ts';
import type { Figure, Measurement } from '../result.ts';
import { interleaved, median, medianRatio } from '../statistics.ts';
import { uploads } from '../upload-load.ts';

const ROUNDS = 5;
const SECONDS = 2;
const SMALL = 100_000;
const LARGE = 20 * 1_048_576;
/** A person may send a hundred files at once: all rounds together stay below. */
const UPLOADS = 15;

interface Ready {
  readonly port: number;
  readonly cookie: string;
  readonly host: string;
  readonly small: string;
  readonly large: string;
  readonly upload: string;
}

const rates = (bursts: readonly Burst[]): number[] => bursts.map(({ rate }) => rate);

export const media: Measurement = {
  names: ['media.download.100kB', 'media.download.20MB', 'media.upload'],
  async run() {
    if (spawnSync('nginx', ['-v'], { stdio: 'ignore' }).error !== undefined) throw new Error('nginx is not installed on this machine; install it (Debian: apt-get install nginx-light) and measure again.');
    const ours = await startServer<Ready>('media');
    const nginx = await startNginx({ small: Buffer.alloc(SMALL, 'a'), large: Buffer.alloc(LARGE, 'a') });
    try {
      const { port, cookie, host, small, large, upload } = ours.said;
      const headers = { Host: host, Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' };
      const mine = (path: string, connections = 32) => () => burst({ pid: ours.pid, port, path, headers, connections }, SECONDS);
      const theirs = (path: string, connections = 32) => () => burst({ pid: nginx.pid, port: nginx.port, path, headers: { Host: 'localhost' }, connections }, SECONDS);
      const figure = (name: string, a: Burst[], b: Burst[]): Figure => ({
        name, value: medianRatio(rates(a), rates(b)), unit: '×', goal: 0.7, better: 'higher',
        against: `nginx sendfile, requests a second: ${median(rates(a)).toFixed(0)} to ${median(rates(b)).toFixed(0)}; server CPU ${median(a.map(({ cpu }) => cpu)).toFixed(0)} to ${median(b.map(({ cpu }) => cpu)).toFixed(0)} µs`,
      });
      const s = await interleaved({ ours: mine(small), nginx: theirs('/small') }, ROUNDS);
      const l = await interleaved({ ours: mine(large, 4), nginx: theirs('/large', 4) }, ROUNDS);
      const spent = (pid: number, work: () => Promise<void>) => async (): Promise<number> => {
        const before = processorTime(pid);
        await work();
        return (processorTime(pid) - before) / UPLOADS;
      };
      const u = await interleaved({
        ours: spent(ours.pid, () => uploads({ port, path: upload, headers, count: UPLOADS, bytes: SMALL, form: true })),
        nginx: spent(nginx.pid, () => uploads({ port: nginx.port, path: '/put/', headers: { Host: 'localhost' }, count: UPLOADS, bytes: SMALL, form: false })),
      }, ROUNDS);
      return [
        figure('media.download.100kB', s.ours, s.nginx),
        figure('media.download.20MB', l.ours, l.nginx),
        { name: 'media.upload', value: medianRatio(u.ours, u.nginx), unit: '×', goal: 8, better: 'lower', against: `nginx PUT of 100 kB, server CPU: ${median(u.ours).toFixed(0)} to ${median(u.nginx).toFixed(0)} µs a file` },
      ];
    } finally {
      await Promise.all([ours.stop(), nginx.stop()]);
    }
  },
};
