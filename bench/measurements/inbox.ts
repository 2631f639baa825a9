// inbox.page and inbox.search: the first page and full-text search over a hundred thousand conversations, as a browser asks for them.
import { startServer } from '../child.ts';
import { WANTED } from '../archive.ts';
import { caller, quantile } from '../flood.ts';
import type { Figure, Measurement } from '../result.ts';
import type { Ready } from './guard.ts';

const CONVERSATIONS = 100_000;
const LOAD_LIMIT_MS = 300_000;
const ASKED = 200;

async function p95(ask: (n: number) => Promise<unknown>): Promise<{ p50: number; p95: number }> {
  const took: number[] = [];
  for (let n = 0; n < ASKED; n += 1) {
    const begin = performance.now();
    await ask(n);
    took.push(performance.now() - begin);
  }
  return { p50: quantile(took, 0.5), p95: quantile(took, 0.95) };
}

export const inbox: Measurement = {
  names: ['inbox.page', 'inbox.search'],
  async run() {
    const server = await startServer<Ready>('inbox', [String(CONVERSATIONS)], {}, LOAD_LIMIT_MS);
    const { port, host, cookie } = server.said;
    const { send, close } = caller(port);
    const headers = { host, cookie, 'sec-fetch-site': 'same-origin' };
    const get = (path: string) => send('GET', path, headers);
    try {
      const page = await p95((n) => get(`/api/v1/inbox?view=all${['', '&status=open', '&status=archived', '&status=solved'][n % 4]}`));
      const searched: Record<string, { p50: number; p95: number }> = {};
      for (const [kind, word] of Object.entries({ ...WANTED, prefix: WANTED.some.slice(0, 4), two: `${WANTED.common} ${WANTED.some}`, none: 'nobodysaidthis' })) {
        searched[kind] = await p95(() => get(`/api/v1/inbox/search?q=${encodeURIComponent(word)}${kind === 'prefix' ? '' : '%20'}`));
      }
      const worst = Math.max(...Object.values(searched).map((one) => one.p95));
      const figures: Figure[] = [
        { name: 'inbox.page', value: page.p95, unit: 'ms', goal: 50, better: 'lower', against: `p95 of the first page with its counts, ${CONVERSATIONS} conversations on SQLite; p50 ${page.p50.toFixed(1)} ms` },
        { name: 'inbox.search', value: worst, unit: 'ms', goal: 50, better: 'lower', against: `the slowest kind's p95; ${Object.entries(searched).map(([kind, one]) => `${kind} ${one.p95.toFixed(1)}`).join(', ')} ms; ${CONVERSATIONS * 3} messages` },
      ];
      return figures;
    } finally {
      close();
      await server.stop();
    }
  },
};
