// Places for a store that are migrated already, made once for this process of tests and copied for each: what a test of anything but the migrations begins with.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newAuditFile, newSecretsFile } from '#identity/key-files.ts';
import { openStore, type Where } from '#store/open.ts';
import { postgres } from '#test/postgres.ts';

async function migrated(where: Where): Promise<void> {
  await (await openStore(where)).close();
}

let file: Promise<string> | undefined;

async function migratedFile(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-ready-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const made = join(folder, 'portcullis.db');
  await migrated({ file: made });
  return made;
}

/** Puts a migrated SQLite file at a path that has none. */
export async function placeFile(path: string): Promise<void> {
  file ??= migratedFile();
  copyFileSync(await file, path);
}

let template: Promise<string> | undefined;

async function migratedTemplate(): Promise<string> {
  const url = await (await postgres()).freshDatabase();
  await migrated({ url });
  return new URL(url).pathname.slice(1);
}

/** A migrated PostgreSQL database of its own; gives its address. */
export async function readyDatabase(): Promise<string> {
  template ??= migratedTemplate();
  return (await postgres()).freshDatabase(await template);
}

/** The configuration of a server on this engine, whose database is migrated: on PostgreSQL with its keys, so that another one opened with it is a second node. */
export async function readyEnv(engine: 'sqlite' | 'postgres'): Promise<Record<string, string>> {
  if (engine === 'sqlite') return {};
  return { DATABASE_URL: await readyDatabase(), PORTCULLIS_KEYS: JSON.stringify({ secrets: newSecretsFile(0), audit: newAuditFile(0) }) };
}
