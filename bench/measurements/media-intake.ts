// media.upload and media.intake: a small file taken in whole against nginx's PUT, how many bytes one core takes in, and what fifty large ones at once cost in memory.
import { setTimeout } from 'node:timers/promises';
import { startServer } from '../child.ts';
import { largeFiles } from '../large-files.ts';
import { startNginx } from '../nginx.ts';
import { childrenOf, processorTime, residentMemory } from '../process-stat.ts';
import type { Figure, Measurement } from '../result.ts';
import { interleaved, median, medianRatio } from '../statistics.ts';
import { sendLarge, uploads } from '../upload-load.ts';

const ROUNDS = 5;
const SMALL = 100_000;
const UPLOADS = 60;
/** Before anything is counted: a server that has run for a day has seen its code often, as nginx is compiled. */
const WARM_UPLOADS = 400;
const AT_ONCE = 50;
const LOOK_EVERY_MS = 20;

interface Ready {
  readonly port: number;
  readonly cookie: string;
  readonly host: string;
  readonly upload: string;
}

const typical = (values: readonly number[]): string => median(values).toFixed(0);

export const intake: Measurement = {
  names: ['media.upload', 'media.intake', 'media.intake.memory'],
  async run() {
    const nginx = await startNginx({ small: Buffer.alloc(1) });
    const ours = await startServer<Ready>('media');
    const { pid, said: { port, cookie, host, upload } } = ours;
    const headers = { Host: host, Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' };

    async function small(): Promise<Figure> {
      const spent = (server: number, work: () => Promise<void>) => async (): Promise<number> => {
        const before = processorTime(server);
        await work();
        return (processorTime(server) - before) / UPLOADS;
      };
      await uploads({ port, path: upload, headers, count: WARM_UPLOADS, bytes: SMALL, form: true });
      const { mine, theirs } = await interleaved({
        mine: spent(pid, () => uploads({ port, path: upload, headers, count: UPLOADS, bytes: SMALL, form: true })),
        theirs: spent(nginx.pid, () => uploads({ port: nginx.port, path: '/put/', headers: { Host: 'localhost' }, count: UPLOADS, bytes: SMALL, form: false })),
      }, ROUNDS);
      return { name: 'media.upload', value: medianRatio(mine, theirs), unit: '×', goal: 8, better: 'lower', against: `nginx PUT of 100 kB, server CPU: ${typical(mine)} to ${typical(theirs)} µs a file` };
    }

    /** The server and the processes that look through files, together: as one core would have to do it. */
    async function large(): Promise<Figure> {
      const send = (name: string) => async (): Promise<readonly [number, number]> => {
        const file = largeFiles[name]!();
        const examiners = (): number => childrenOf(pid).reduce((sum, child) => sum + processorTime(child), 0);
        const before = [processorTime(pid), examiners()] as const;
        await sendLarge({ port, path: upload, headers, name, file });
        return [(processorTime(pid) - before[0]) / file.length, (examiners() - before[1]) / file.length];
      };
      const spent = await interleaved(Object.fromEntries(Object.keys(largeFiles).map((name) => [name, send(name)])), ROUNDS);
      // µs a byte are seconds a MB.
      const rates = Object.entries(spent).map(([name, rounds]) => ({ name, rate: 1 / median(rounds.map(([server, examiner]) => server + examiner)), server: median(rounds.map(([server]) => server)), examiner: median(rounds.map(([, examiner]) => examiner)) }));
      const told = rates.map(({ name, rate, server, examiner }) => `${name.replace(/^.*\./, '')} ${rate.toFixed(0)} MB/s (ms a MB: server ${(server * 1_000).toFixed(1)}, examiner ${(examiner * 1_000).toFixed(1)})`);
      return { name: 'media.intake', value: Math.min(...rates.map(({ rate }) => rate)), unit: 'MB/s', goal: 100, better: 'higher', against: `the slowest of 20 MiB files, processor time of server and examiner together: ${told.join(', ')}` };
    }

    async function memory(): Promise<Figure> {
      await setTimeout(1_000);
      const before = residentMemory(pid);
      let most = before;
      let over = false;
      const watch = (async () => {
        while (!over) {
          most = Math.max(most, residentMemory(pid));
          await setTimeout(LOOK_EVERY_MS);
        }
      })();
      try {
        await Promise.all(Array.from({ length: AT_ONCE }, () => sendLarge({ port, path: upload, headers, name: 'large.txt', file: largeFiles['large.txt']!() })));
      } finally {
        over = true;
        await watch;
      }
      return { name: 'media.intake.memory', value: most - before, unit: 'MB', goal: 150, better: 'lower', against: `growth of the server's resident memory while ${AT_ONCE} files of 20 MiB come in at once, from ${before.toFixed(0)} to ${most.toFixed(0)} MB` };
    }

    try {
      return [await small(), await large(), await memory()];
    } finally {
      await Promise.all([ours.stop(), nginx.stop()]);
    }
  },
};
