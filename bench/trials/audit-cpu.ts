// The trial of audit.cpu: settings saved as the server saves them, in many brands at once, with and without their audit rows.
import { parseAddress } from '#policy/address.ts';
import { newAuditFile, newSecretsFile } from '#identity/key-files.ts';
import { openKeyring } from '#identity/keyring.ts';
import { openSessions } from '#identity/sessions.ts';
import { newId } from '#identity/tokens.ts';
import { type Brand, type Brands, openBrands } from '#server/brands.ts';
import type { Saver } from '#server/policy-commit.ts';
import { savePolicy } from '#server/policy-save.ts';
import * as brandRows from '#store/brands.ts';
import type { Entry, Part, Scope, Store, Versions } from '#store/store.ts';
import type { AuditCpuTrial } from '../measurements/audit.ts';
import { processorTime } from '../process-stat.ts';
import { interleaved, median, medianRatio } from '../statistics.ts';
import { AGENT, NOW, openOneBrand, type OneBrand } from './one-brand.ts';

const ROUNDS = 12;
const BRANDS = 256;
const CHANGES_EACH = 16;

const now = (): number => NOW;
/** Nothing is proposed here, so nobody is told of anything by mail. */
const keyring = openKeyring({ folder: '', env: JSON.stringify({ secrets: newSecretsFile(NOW), audit: newAuditFile(NOW) }), create: false, now: NOW });
const config = { publicUrl: new URL('http://localhost') };
const host: Entry['actor'] = { kind: 'host', id: null };

/** The same store, whose commits leave the audit row out: what a program without a trail would do, durable and in the same groups. */
function withoutRows(store: Store): Store {
  const versions = new Map<Scope, Versions>();
  const commit = async (parts: readonly Part[]): ReturnType<Store['commit']> => {
    for (const { scope, statements } of parts) {
      await store.brand(scope).note(statements);
      versions.set(scope, { policy: (versions.get(scope)?.policy ?? 1) + 1, people: 0 });
    }
    return { rows: [], versions: new Map(parts.map(({ scope }) => [scope, versions.get(scope)!])) };
  };
  return { ...store, commit };
}

async function makeBrands(store: Store): Promise<void> {
  const entry = (): Entry => ({ id: newId('evt'), at: NOW, actor: host, event: 'brand.created', entity: { kind: 'brand', id: null } });
  const parts: Part[] = [];
  for (let n = 0; n < BRANDS; n += 1) {
    const id = `b${String(n).padStart(12, '0')}`;
    parts.push(store.system.part({ statements: [brandRows.insert(store.system, { id, slug: `desk-${n}`, name: `Desk ${n}`, created_at: NOW })], entries: [entry()] }));
    parts.push(store.brand(id).part({ statements: [], entries: [entry()], bumps: ['policy'] }));
  }
  await store.commit(parts);
}

interface Side {
  readonly store: Store;
  readonly brands: Brands;
  readonly desks: readonly Brand[];
  readonly saver: Saver;
}

async function openSide({ store, person }: OneBrand, audited: boolean): Promise<Side> {
  await makeBrands(store);
  const seen = audited ? store : withoutRows(store);
  const brands = openBrands(seen, () => performance.now());
  const desks: Brand[] = [];
  for (let n = 0; n < BRANDS; n += 1) desks.push((await brands.bySlug(`desk-${n}`))!);
  const { session } = openSessions(store).begin({ brandId: desks[0]!.id, person, proven: 'password+code', address: '203.0.113.9', userAgent: 'bench' }, NOW);
  return { store: seen, brands, desks, saver: { session, client: { address: parseAddress('203.0.113.9')!, text: '203.0.113.9', unknown: null } } };
}

/** One brand after the other saves, all brands at once. */
async function saveEverywhere(side: Side): Promise<void> {
  await Promise.all(side.desks.map(async (desk) => {
    for (let n = 0; n < CHANGES_EACH; n += 1) {
      const { version } = desk.policy;
      const saved = await savePolicy({ ...side, now, keyring, config }, desk, { 'session.idle_timeout_minutes': 20 + (version % 30) }, version, side.saver);
      if (saved.kind !== 'saved') throw new Error(`A save of the bench was ${saved.kind}.`);
    }
  }));
}

/** The same at the store alone: one statement with its row, or without. */
function writeEverywhere({ store, desks }: Side, audited: boolean): () => Promise<void> {
  return async () => {
    await Promise.all(desks.map(async ({ id }) => {
      const brand = store.brand(id);
      for (let n = 0; n < CHANGES_EACH; n += 1) {
        const statement = brand.write(brand.q.updateTable('settings').set({ set_at: NOW + n }).where('key', '=', 'session.idle_timeout_minutes'));
        if (!audited) await brand.note([statement]);
        else await brand.commit({ statements: [statement], entries: [{ id: newId('evt'), at: NOW, actor: { kind: 'agent', id: AGENT }, event: 'policy.changed', entity: { kind: 'setting', id: 'session.idle_timeout_minutes' }, before: 20, after: 21, facts: { version: n, address: '203.0.113.9' } }] });
      }
    }));
  };
}

/** CPU µs (all threads) and seconds a change. */
async function time(work: () => Promise<void>): Promise<{ cpu: number; seconds: number }> {
  globalThis.gc?.();
  const cpu = processorTime(process.pid);
  const begin = performance.now();
  await work();
  const changes = BRANDS * CHANGES_EACH;
  return { cpu: (processorTime(process.pid) - cpu) / changes, seconds: (performance.now() - begin) / 1_000 / changes };
}

const homes = await Promise.all([openOneBrand(), openOneBrand()]);
const [audited, bare] = [await openSide(homes[0], true), await openSide(homes[1], false)];
const measured = await interleaved({ audited: () => time(() => saveEverywhere(audited)), bare: () => time(() => saveEverywhere(bare)) }, ROUNDS);
const [rowed, rowless] = [writeEverywhere(audited, true), writeEverywhere(bare, false)];
const stored = await interleaved({ rowed: () => time(rowed), rowless: () => time(rowless) }, ROUNDS);
await Promise.all(homes.map((home) => home.close()));

const cpuOf = (rounds: readonly { cpu: number }[]): number[] => rounds.map(({ cpu }) => cpu);
const result: AuditCpuTrial = {
  ratio: medianRatio(cpuOf(measured.audited), cpuOf(measured.bare)),
  withRow: median(cpuOf(measured.audited)),
  without: median(cpuOf(measured.bare)),
  row: median(stored.rowed.map(({ cpu }, at) => cpu - stored.rowless[at]!.cpu)),
  rowless: median(cpuOf(stored.rowless)),
  rate: 1 / median(stored.rowed.map(({ seconds }) => seconds)),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
