// portcullis backup: one file of everything, taken while the server writes.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeBackup } from '#cli/backup-file.ts';
import { readArgs, type Run } from '#cli/command.ts';
import { newId } from '#identity/tokens.ts';
import type { Store } from '#store/store.ts';
import { readConfig } from '#server/config.ts';
import { boundIds, openPresentData } from '#server/data.ts';
import { keyFolder } from '#server/data-folder.ts';
import { VERSION } from '#server/version.ts';
import { headFile } from '#server/workers/heads.ts';

/** The names of key files: nothing else is taken from their folder, or put into it. */
export const KEY_FILE = /^[a-z-]+\.json$/;

function keyFiles(folder: string): Record<string, string> {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => KEY_FILE.test(name)) : [];
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** The row of the system's chain that says what the host did with a backup. */
export async function tellBackup(store: Store, event: 'backup.made' | 'backup.restored', at: number, facts: unknown): Promise<void> {
  const entry = { id: newId('evt'), at, actor: { kind: 'host', id: null }, event, entity: { kind: 'backup', id: null }, facts } as const;
  await store.system.commit({ statements: [], entries: [entry] });
}

export const backup: Run = async (args, host) => {
  const { values, positionals } = readArgs(args, { 'without-keys': { type: 'boolean' } }, ['FILE']);
  const file = resolve(host.cwd, positionals[0] as string);
  const config = readConfig(host.env, host.cwd);
  const { store } = await openPresentData(config, host.now());
  try {
    const withKeys = values['without-keys'] !== true && config.keys === undefined;
    const heads = headFile(config.dataDir);
    const head = {
      program: VERSION,
      engine: store.engine,
      at: new Date(host.now()).toISOString(),
      keyIds: (await boundIds(store)) ?? '',
      keys: withKeys ? keyFiles(keyFolder(config)) : null,
      // Read before the snapshot begins, so that no head is ahead of its row.
      heads: existsSync(heads) ? readFileSync(heads, 'utf8') : '',
    };
    const rows = await writeBackup(file, head, store.dump());
    await tellBackup(store, 'backup.made', host.now(), { withKeys, rows });
    host.say(`${rows} rows were written to ${file}${withKeys ? ', with the keys' : ', without the keys: they must be kept elsewhere'}.`);
    return 0;
  } finally {
    await store.close();
  }
};
