// The folder of key files: read with a look at who else may read, written whole or not at all.
import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The keys are missing, unreadable or malformed. The message is one sentence for the operator and never shows a key. */
export class KeyFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KeyFault';
  }
}

/** A key file's text, and a sentence for the operator when others than the owner may read it. */
export interface KeyFile {
  readonly path: string;
  readonly text: string;
  readonly warning?: string;
}

/** Reads a key file; undefined when there is none. Throws KeyFault when there is one that cannot be read. */
export function readKeyFile(folder: string, name: string): KeyFile | undefined {
  const path = join(folder, name);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (fault) {
    const code = (fault as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return undefined;
    throw new KeyFault(`The key file ${path} cannot be read (${code}): it must belong to the user who runs Portcullis.`);
  }
  try {
    const text = readFileSync(file, 'utf8');
    const others = process.platform === 'win32' ? 0 : fstatSync(file).mode & 0o077;
    if (others === 0) return { path, text };
    return { path, text, warning: `Others on this machine may read or change ${path}: run "chmod 600 ${path}".` };
  } finally {
    closeSync(file);
  }
}

/**
 * Writes a new key file (0600, folder 0700) durably: all of it under another name, synced, then linked into place, then the
 * folder synced. Linking fails when the name exists, so of two first starts at once the first keeps its keys and the second,
 * which returns all the same, reads them. Throws KeyFault when the folder cannot be written.
 */
export function writeKeyFile(folder: string, name: string, text: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    place(text, join(folder, name));
    syncFolder(folder);
  } catch (fault) {
    const code = (fault as NodeJS.ErrnoException).code;
    throw new KeyFault(`The key file ${name} cannot be written to ${folder} (${code}): the folder must belong to the user who runs Portcullis.`);
  }
}

function place(text: string, path: string): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  const file = openSync(draft, 'wx', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(draft, path);
  } catch (fault) {
    const code = (fault as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') return;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw fault;
    renameSync(draft, path); // A file system without hard links: still whole or not at all.
  } finally {
    rmSync(draft, { force: true });
  }
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return; // Windows cannot open a folder to sync it; its journal orders the rename.
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
