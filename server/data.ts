// Opens the data: the database and the keys that belong to it. Other keys are refused before anything is sealed or signed with them.
import { type Keyring, KeyFault, openKeyring } from '#identity/keyring.ts';
import { openStore, type Where } from '#store/open.ts';
import * as saltRows from '#store/salts.ts';
import type { Store } from '#store/store.ts';
import type { Config } from '#server/config.ts';
import { DataFault, databaseFile, keyFolder, lookInto } from '#server/data-folder.ts';

export interface Data {
  readonly store: Store;
  readonly keyring: Keyring;
}

/** The system's row that holds the ids of the keys; salts are kept by subject, and no customer has this one. */
const SUBJECT = 'keyring';

export function databaseOf(config: Config): Where {
  return config.databaseUrl === undefined ? { file: databaseFile(config) } : { url: config.databaseUrl };
}

/** The ids that are kept in the database (and in a backup) to know the keys again. They are no secret. */
export function idsOf(keyring: Keyring): string {
  return `${keyring.sealKeyId} ${keyring.auditKey.id}`;
}

/** Throws KeyFault unless the ring holds the keys of those ids, be they retired. */
export function demandKeys(keyring: Keyring, ids: string): void {
  const [seal = '', audit = ''] = ids.split(' ');
  if (keyring.keyIds.includes(seal) && keyring.auditPublicKeys.has(audit)) return;
  throw new KeyFault(`These keys do not belong to this database, which was made with the keys ${ids}: put back its own (DATA_DIR/keys, or PORTCULLIS_KEYS), or name another database. Nothing was changed.`);
}

/** The ids the database was made with; undefined while it has none. */
export async function boundIds(store: Store): Promise<string | undefined> {
  const kept = await saltRows.of(store.system, SUBJECT);
  return kept === undefined ? undefined : Buffer.from(kept).toString('utf8');
}

/** Ties the database to these keys at its first start, and holds every later one to them. Of two nodes that start at once, the first ties. */
async function bind(store: Store, keyring: Keyring): Promise<void> {
  if ((await boundIds(store)) === undefined) await store.system.note([saltRows.keep(store.system, SUBJECT, Buffer.from(idsOf(keyring), 'utf8'))]);
  demandKeys(keyring, (await boundIds(store)) ?? '');
}

/**
 * Opens what the server works on; makes it at the very first start, and never new keys for a database that is there.
 * Throws DataFault, StoreFault or KeyFault with one sentence.
 */
export async function openData(config: Config, now: number): Promise<Data> {
  const found = lookInto(config);
  const from = { folder: keyFolder(config), env: config.keys, now };
  if (config.databaseUrl === undefined) {
    // Keys first: a crash in between leaves keys without a database, which the next start takes up.
    const keyring = openKeyring({ ...from, create: !found.database });
    return withStore(await openStore(databaseOf(config)), async (store) => (await bind(store, keyring), keyring));
  }
  return withStore(await openStore(databaseOf(config)), async (store) => {
    const keyring = openKeyring({ ...from, create: (await boundIds(store)) === undefined });
    await bind(store, keyring);
    return keyring;
  });
}

/** Opens data that must be there already, beside a server that may be using it. */
export async function openPresentData(config: Config, now: number): Promise<Data> {
  const none = `There is no data at ${config.databaseUrl === undefined ? config.dataDir : 'DATABASE_URL'}. Start the server once, or set DATA_DIR (or DATABASE_URL) to where it is. Nothing was changed.`;
  if (config.databaseUrl === undefined && !lookInto(config).database) throw new DataFault(none);
  const keyring = openKeyring({ folder: keyFolder(config), env: config.keys, create: false, now });
  return withStore(await openStore(databaseOf(config)), async (store) => {
    const ids = await boundIds(store);
    if (ids === undefined) throw new DataFault(none);
    demandKeys(keyring, ids);
    return keyring;
  });
}

async function withStore(store: Store, keys: (store: Store) => Promise<Keyring>): Promise<Data> {
  try {
    return { store, keyring: await keys(store) };
  } catch (error) {
    await store.close();
    throw error;
  }
}
