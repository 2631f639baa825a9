// inbox.page and inbox.search: the first page and full-text search over a hundred thousand conversations, as a browser asks for them, on both engines.
import pg from 'pg';
import { postgres } from '#test/postgres.ts';
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

async function figuresOn(engine: 'SQLite' | 'PostgreSQL', suffix: string, where: readonly string[]): Promise<Figure[]> {
  const server = await startServer<Ready>('inbox', [String(CONVERSATIONS), ...where], { limit: LOAD_LIMIT_MS });
  // What its own housekeeping does within a minute; a database filled in one go was not looked at yet.
  if (where[0] !== undefined) await analysed(where[0]);
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
    return [
      { name: `inbox.page${suffix}`, value: page.p95, unit: 'ms', goal: 50, better: 'lower', against: `p95 of the first page with its counts, ${CONVERSATIONS} conversations on ${engine}; p50 ${page.p50.toFixed(1)} ms` },
      { name: `inbox.search${suffix}`, value: worst, unit: 'ms', goal: 50, better: 'lower', against: `the slowest kind's p95 on ${engine}; ${Object.entries(searched).map(([kind, one]) => `${kind} ${one.p95.toFixed(1)}`).join(', ')} ms; ${CONVERSATIONS * 3} messages` },
    ];
  } finally {
    close();
    await server.stop();
  }
}

async function analysed(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('analyze');
  await client.end();
}

export const inbox: readonly Measurement[] = [
  { names: ['inbox.page', 'inbox.search'], run: () => figuresOn('SQLite', '', []) },
  { names: ['inbox.page.postgres', 'inbox.search.postgres'], run: async () => figuresOn('PostgreSQL', '.postgres', [await (await postgres()).freshDatabase()]) },
];
