// Opens the store: SQLite in a file, or PostgreSQL at an address, behind one interface.
import type { Engine } from '#store/engine.ts';
import { StoreFault } from '#store/faults.ts';
import { scoper, unitOf } from '#store/scoped.ts';
import type { BrandStore, Committed, Part, Scope, Search, Store, SystemStore } from '#store/store.ts';
import { brandTables, type BrandTables, systemTables, type SystemTables } from '#store/tables.ts';

/** Exactly one: a `postgres://` address, or the path of the database file (made when missing, with its folder). */
export type Where = { readonly url: string } | { readonly file: string };

const BRAND_ID = /^b[0-9a-z]{12}$/;
const MOST_BRANDS_KEPT = 10_000;
/** PostgreSQL tells at most 8,000 bytes. */
const MOST_WHISPERED = 4_000;

async function openEngine(where: Where): Promise<Engine> {
  // Each engine is loaded only where it is used: the other's libraries cost memory.
  if ('file' in where) return (await import('#store/sqlite/engine.ts')).openSqlite(where.file);
  return (await import('#store/postgres/engine.ts')).openPostgres(where.url);
}

/** Opens and migrates. Throws a StoreFault whose sentence says what to do; nothing was changed then. */
export async function openStore(where: Where): Promise<Store> {
  const engine = await openEngine(where);
  const listeners = new Set<(scope: Scope) => void>();
  const brands = new Map<string, BrandStore>();
  const ears = new Set<(scope: Scope, said: unknown) => void>();
  engine.onWhisper((text) => {
    const [scope, said] = JSON.parse(text) as [Scope, unknown];
    for (const ear of ears) ear(scope, said);
  });

  function tell(scope: Scope): void {
    for (const listener of listeners) listener(scope);
  }

  async function commit(parts: readonly Part[]): Promise<Committed> {
    const committed = await engine.run(unitOf(parts));
    for (const part of parts) if (part.bumps.length > 0) tell(part.scope);
    return committed;
  }

  const scoped = scoper(engine, commit);
  engine.onForeignBump(tell);

  return Object.freeze({
    engine: engine.name,
    system: scoped<SystemTables>('system', systemTables) as SystemStore,
    brand(id) {
      const present = brands.get(id);
      if (present !== undefined) return present;
      if (!BRAND_ID.test(id)) throw new StoreFault('store.misuse', `${JSON.stringify(id)} cannot be the id of a brand.`);
      const made: BrandStore = Object.freeze({ ...(scoped<BrandTables>(id, brandTables) as Omit<BrandStore, 'search'>), search: (asked: Search) => engine.search(id, asked) });
      if (brands.size >= MOST_BRANDS_KEPT) brands.clear();
      brands.set(id, made);
      return made;
    },
    commit,
    versions: (ids) => engine.versions(ids),
    onNotify(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    whisper(scope, said) {
      const text = JSON.stringify([scope, said]);
      if (Buffer.byteLength(text) > MOST_WHISPERED) throw new StoreFault('store.misuse', 'A whisper is at most 4,000 bytes.');
      engine.whisper(text);
    },
    onWhisper(listener) {
      ears.add(listener);
      return () => void ears.delete(listener);
    },
    integrity: () => engine.integrity(),
    dump: () => engine.dump(),
    load: (lines) => engine.load(lines),
    close: () => engine.close(),
  } satisfies Store);
}
