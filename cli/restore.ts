// portcullis restore: puts a backup into an empty data folder or database, of either kind, and verifies what it put there.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { headsFrom } from '#audit/head-file.ts';
import { verifyAll } from '#audit/verify.ts';
import { KEY_FILE, tellBackup } from '#cli/backup.ts';
import { type BackupHead, checkBackup, readBackup } from '#cli/backup-file.ts';
import { readArgs, Refusal, type Run } from '#cli/command.ts';
import { openKeyring } from '#identity/keyring.ts';
import { openStore } from '#store/open.ts';
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
function undo(config: Config, wasThere: boolean): void {
  if (!wasThere) return rmSync(config.dataDir, { recursive: true, force: true });
  for (const path of [databaseFile(config), `${databaseFile(config)}-wal`, `${databaseFile(config)}-shm`, keyFolder(config), headFile(config.dataDir)]) {
    rmSync(path, { recursive: true, force: true });
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
    if (!loaded) undo(config, wasThere);
    throw error;
  }
};
