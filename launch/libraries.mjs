// The libraries in node_modules: installed exactly as package-lock.json says, and only when they differ from it.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchFault, say, seconds } from './fault.mjs';
import { once } from './lock.mjs';
import { npmCi } from './npm.mjs';

const readOrNothing = (path) => { try { return readFileSync(path, 'utf8'); } catch { return undefined; } };

/** What the marker file must say: the lock file's hash, and the machine's kind, since some libraries are built for one. */
function fingerprint(lock) {
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform} ${process.arch}\n`;
}

/** Whether npm's own note of what it installed is what the lock file asks for, as after an `npm install` by hand. */
export function sameTree(lockText, installedText) {
  if (installedText === undefined) return false;
  const wanted = JSON.parse(lockText).packages ?? {};
  const installed = JSON.parse(installedText).packages ?? {};
  const same = Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.link === true) return true;
    const present = installed[path];
    if (present === undefined) return entry.optional === true || entry.peer === true;
    return present.version === entry.version && present.integrity === entry.integrity;
  });
  return same && Object.keys(installed).every((path) => path in wanted);
}

/**
 * Makes node_modules what package-lock.json says.
 * @param {string} root folder of package.json
 * @returns {Promise<true>}
 */
export async function ensureLibraries(root) {
  const lock = readOrNothing(join(root, 'package-lock.json'));
  if (lock === undefined) throw new LaunchFault('package-lock.json is missing, so nothing can be installed exactly. Get a whole copy of Portcullis.');
  const marker = join(root, 'node_modules', '.portcullis-lock');
  const wanted = fingerprint(lock);
  const mark = () => { try { writeFileSync(marker, wanted); } catch { /* a read-only copy works as well, only a little slower */ } };
  const done = () => {
    const found = readOrNothing(marker);
    if (found === wanted) return true;
    const otherMachine = found !== undefined && found.slice(64) !== wanted.slice(64);
    if (otherMachine || !sameTree(lock, readOrNothing(join(root, 'node_modules', '.package-lock.json')))) return undefined;
    mark();
    return true;
  };
  return once(join(root, '.runtime', 'installing'), done, async (alsoOwns) => {
    const since = Date.now();
    say('installing the libraries that package-lock.json names (only when it changed) …');
    await npmCi(root, 'the libraries', alsoOwns);
    mark();
    say(`libraries installed in ${seconds(since)}.`);
    return true;
  });
}
