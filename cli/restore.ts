// portcullis restore: puts a backup into an empty data folder or database, of either kind, and verifies what it put there.
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { headsFrom } from '#audit/head-file.ts';
import { verifyAll } from '#audit/verify.ts';
import { KEY_FILE, tellBackup } from '#cli/backup.ts';
import { type BackupHead, checkBackup, readBackup } from '#cli/backup-file.ts';
import { readArgs, Refusal, type Run } from '#cli/command.ts';
import { openKeyring } from '#identity/keyring.ts';
import { newId } from '#identity/tokens.ts';
import * as brandRows from '#store/brands.ts';
import * as codeRows from '#store/one-time-codes.ts';
import * as linkRows from '#store/links.ts';
import { openStore } from '#store/open.ts';
import * as sessionRows from '#store/sessions.ts';
import * as signInRows from '#store/sign-ins.ts';
import type { Store } from '#store/store.ts';
import { type Config, readConfig } from '#server/config.ts';
import { databaseOf, demandKeys } from '#server/data.ts';
import { databaseFile, keyFolder, lookInto } from '#server/data-folder.ts';
import { headFile } from '#server/workers/heads.ts';

/** A file that must not be there yet. */
function put(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
}

function putFiles(config: Config, { keys, heads }: BackupHead): void {
  for (const [name, text] of Object.entries(keys ?? {})) {
    if (!KEY_FILE.test(name)) throw new Refusal('The backup holds a key file with an unexpected name. Nothing was changed.');
    if (config.keys === undefined) put(join(keyFolder(config), name), text);
  }
  if (heads !== '') put(headFile(config.dataDir), heads);
}

/** Takes away what this restore has made, so that the next one finds the folder as it was. */
function undo(config: Config, head: BackupHead, wasThere: boolean): void {
  if (!wasThere) return rmSync(config.dataDir, { recursive: true, force: true });
  const keys = Object.keys(head.keys ?? {}).map((name) => join(keyFolder(config), name));
  for (const path of [databaseFile(config), `${databaseFile(config)}-wal`, `${databaseFile(config)}-shm`, ...keys, headFile(config.dataDir)]) {
    rmSync(path, { force: true });
  }
  for (const folder of [keyFolder(config), dirname(headFile(config.dataDir))]) if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}

/** A session signed out or a link used since the backup must not live again: everybody signs in anew. */
async function closeWhatWasOpen(store: Store, now: number): Promise<void> {
  const { system } = store;
  await system.note([linkRows.voidEvery(system, now)]);
  for (const { id } of await brandRows.all(system)) {
    const brand = store.brand(id);
    const entry = { id: newId('evt'), at: now, actor: { kind: 'host', id: null }, event: 'session.ended', entity: { kind: 'brand', id }, facts: { reason: 'restored', all: true } } as const;
    // Pending sign-ins and codes that were sent are forgotten: whatever is older than now.
    await brand.commit({ statements: [sessionRows.endEvery(brand, 'revoked', now), signInRows.sweep(brand, Number.MAX_SAFE_INTEGER), codeRows.sweep(brand, now)], entries: [entry], bumps: ['people'] });
  }
}

export const restore: Run = async (args, host) => {
  const { positionals } = readArgs(args, {}, ['FILE']);
  const file = resolve(host.cwd, positionals[0] as string);
  const config = readConfig(host.env, host.cwd);
  const head = await checkBackup(file);
  const found = lookInto(config);
  if (found.database || found.keys || existsSync(headFile(config.dataDir))) throw new Refusal(`There is data at ${config.dataDir}. Restore into an empty folder: set DATA_DIR to a new one. Nothing was changed.`);
  if (head.keys === null && config.keys === undefined) {
    throw new Refusal('This backup was made without the keys. Set PORTCULLIS_KEYS to the keys of the server it was made on: {"secrets": …, "audit": …}, the contents of its two key files. Nothing was changed.');
  }
  const wasThere = existsSync(config.dataDir);
  let loaded = false;
  try {
    putFiles(config, head);
    const keyring = openKeyring({ folder: keyFolder(config), env: config.keys, create: false, now: host.now() });
    demandKeys(keyring, head.keyIds);
    const store = await openStore(databaseOf(config));
    try {
      const rows = await store.load(readBackup(file));
      loaded = true;
      await closeWhatWasOpen(store, host.now());
      host.say(`${rows} rows were restored from ${file} (made ${head.at} by Portcullis ${head.program}).`);
      const broken: string[] = [];
      for await (const { name, verdict } of verifyAll(store, { keys: keyring.auditPublicKeys, kept: headsFrom(head.heads) })) if (!verdict.whole) broken.push(name);
      await tellBackup(store, 'backup.restored', host.now(), { madeAt: head.at, rows, broken });
      host.say(broken.length === 0 ? 'Every audit chain is whole.' : `These audit chains are broken: ${broken.join(', ')}. Run portcullis audit verify.`);
      return broken.length === 0 ? 0 : 1;
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!loaded) undo(config, head, wasThere);
    throw error;
  }
};
