// Opens the store: SQLite in a file, or PostgreSQL at an address, behind one interface.
import type { Engine } from '#store/engine.ts';
import { StoreFault } from '#store/faults.ts';
import { scoper, unitOf } from '#store/scoped.ts';
import type { BrandStore, Committed, Part, Scope, Store, SystemStore } from '#store/store.ts';
import { brandTables, type BrandTables, systemTables, type SystemTables } from '#store/tables.ts';

/** Exactly one: a `postgres://` address, or the path of the database file (made when missing, with its folder). */
export type Where = { readonly url: string } | { readonly file: string };

const BRAND_ID = /^b[0-9a-z]{12}$/;
const MOST_BRANDS_KEPT = 10_000;

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
      const made = scoped<BrandTables>(id, brandTables) as BrandStore;
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
    integrity: () => engine.integrity(),
    dump: () => engine.dump(),
    load: (lines) => engine.load(lines),
    close: () => engine.close(),
  } satisfies Store);
}
