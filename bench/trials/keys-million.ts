// The trial of keys.*: `keys-million [postgres://… × 3]`: how long a key that is not in memory takes to be found among a thousand and among a million, and what a million cost.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import pg from 'pg';
import { effective } from '#policy/effective.ts';
import { openLiveKeys } from '#identity/live-keys.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import { openStore, type Where } from '#store/open.ts';
import type { Store } from '#store/store.ts';
import { touchedKeys } from '#server/touched-keys.ts';
import { newFolder } from '../house.ts';
import type { KeysTrial } from '../measurements/keys.ts';
import { interleaved, median, seeded } from '../statistics.ts';

const MILLION = 1_000_000;
const BRANDS = 1_000;
const ROUNDS = 7;
const LOOKUPS = 2_000;
const KEPT = 20_000;

const brandOf = (n: number): string => `b${String(n).padStart(12, '0')}`;
const hashOf = (n: number): string => createHash('sha256').update(`key ${n}`).digest('base64url');
const COLUMNS = 'brand_id, id, name, secret_hash, scopes, created_at, last_used_at, last_used_from';

/** Behind the store's back, as no server does: a million units of its own would take minutes. */
async function fill(where: Where, brands: number, keys: number): Promise<Store> {
  await (await openStore(where)).close();
  if ('file' in where) {
    const db = new DatabaseSync(where.file);
    const brand = db.prepare(`insert into brands (id, slug, name, created_at) values (?, ?, 'Bench', 1)`);
    const key = db.prepare(`insert into api_keys (${COLUMNS}) values (?, ?, 'Key', ?, '["users:read"]', ?, 1, '203.0.113.9')`);
    db.exec('begin');
    for (let n = 0; n < brands; n += 1) brand.run(brandOf(n), `bench-${n}`);
    for (let n = 0; n < keys; n += 1) key.run(brandOf(n % brands), `key_${String(n).padStart(26, '0')}`, Buffer.from(hashOf(n), 'base64url'), n);
    db.exec('commit');
    db.close();
  } else {
    const client = new pg.Client({ connectionString: where.url });
    await client.connect();
    await client.query(`insert into brands (id, slug, name, created_at) select 'b' || lpad(n::text, 12, '0'), 'bench-' || n, 'Bench', 1 from generate_series(0, ${brands - 1}) n`);
    await client.query(`insert into api_keys (${COLUMNS}) select 'b' || lpad((n % ${brands})::text, 12, '0'), 'key_' || lpad(n::text, 26, '0'), 'Key', sha256(('key ' || n)::bytea), '["users:read"]', n, 1, '203.0.113.9' from generate_series(0, ${keys - 1}) n`);
    await client.query('analyze api_keys');
    await client.end();
  }
  return openStore(where);
}

const { folder, remove } = newFolder();
const urls = process.argv.slice(2);
const place = (n: number, name: string): Where => (urls.length === 0 ? { file: join(folder, `${name}.db`) } : { url: urls[n] as string });
const stores = { few: await fill(place(0, 'few'), 1, 1_000), one: await fill(place(1, 'one'), 1, MILLION), many: await fill(place(2, 'many'), BRANDS, MILLION) };
const sizes = { few: [1, 1_000], one: [1, MILLION], many: [BRANDS, MILLION] } as const;

/** µs of one look-up, each of another key; nothing is in memory when it begins. */
async function lookUp(name: keyof typeof stores, random: () => number): Promise<number> {
  const keys = openLiveKeys(stores[name], KEPT);
  const [brands, many] = sizes[name];
  const asked = Array.from({ length: LOOKUPS }, () => Math.floor(random() * many)).map((n) => ({ brand: brandOf(n % brands), hash: hashOf(n) }));
  const begin = process.hrtime.bigint();
  for (const { brand, hash } of asked) if ((await keys.load(brand, 'key', hash)) === undefined) throw new Error('A key was not found.');
  return Number(process.hrtime.bigint() - begin) / 1_000 / LOOKUPS;
}

function memory(): number {
  for (let pass = 0; pass < 3; pass += 1) globalThis.gc?.();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

const random = seeded(7);
const lookups = await interleaved({ few: () => lookUp('few', random), one: () => lookUp('one', random), many: () => lookUp('many', random) }, ROUNDS);

const pageOf = (name: keyof typeof stores) => async (): Promise<number> => {
  const begin = process.hrtime.bigint();
  for (let n = 0; n < 20; n += 1) if ((await apiKeyRows.page(stores[name].brand(brandOf(0)), 101)).length !== 101) throw new Error('A page was not whole.');
  return Number(process.hrtime.bigint() - begin) / 20_000;
};
const pages = await interleaved({ few: pageOf('few'), one: pageOf('one') }, ROUNDS);

// Every key is shown once: what stays is what is kept in memory, and no more.
const before = memory();
const rssBefore = process.memoryUsage().rss;
const all = openLiveKeys(stores.one, KEPT);
for (let n = 0; n < MILLION; n += 5) await all.load(brandOf(0), 'key', hashOf(n));
const grown = memory() - before;
const rss = process.memoryUsage().rss - rssBefore;

// What a change of the list would shut out is asked of all keys; others must be answered meanwhile.
let longest = 0;
let over = false;
const watching = (async () => {
  // In processor time: what this machine gives to others at the same moment is not ours.
  for (let last = process.threadCpuUsage(); !over; last = process.threadCpuUsage()) {
    await turn();
    const { user, system } = process.threadCpuUsage(last);
    longest = Math.max(longest, (user + system) / 1_000);
  }
})();
const anybody = effective({ version: 0, module: {} });
const inside = effective({ version: 0, module: { 'api.allowlist': { value: { state: 'only', entries: [{ value: '203.0.113.0/24' }] } } } });
const previewed = process.hrtime.bigint();
const touched = await touchedKeys(stores.one.brand(brandOf(0)), { current: () => anybody, next: () => inside, changed: ['api.allowlist'] }, 1);
const previewMs = Number(process.hrtime.bigint() - previewed) / 1e6;
over = true;
await watching;
if (touched.list.length > 0) throw new Error('The preview found keys that are inside.');

await Promise.all(Object.values(stores).map((store) => store.close()));
remove();
const result: KeysTrial = {
  lookups: { few: median(lookups.few), one: median(lookups.one), many: median(lookups.many) }, pairs: lookups, pages: { few: median(pages.few), one: median(pages.one) }, pagePairs: pages,
  grownMb: grown / 1_048_576, rssMb: rss / 1_048_576, kept: all.size(), previewMs, longestMs: longest,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
