// One launcher at a time: a lock folder, so that two starts at once never install or build over each other.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { LaunchFault, say } from './fault.mjs';

/** No install takes this long (ms): an older lock was left behind, whoever has its process number now. */
const LONGEST = 20 * 60_000;
const POLL = 150;

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

/** Makes the folder; false when it is there already. */
function take(folder) {
  try {
    mkdirSync(dirname(folder), { recursive: true });
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new LaunchFault(`${dirname(folder)} cannot be written (${error.code}). Run the same command once as a user who may write there.`);
  }
}

function age(folder) {
  try { return Date.now() - statSync(folder).mtimeMs; } catch { return 0; }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Whether the lock's owners (a launcher, and the npm it started, which may outlive it) are gone: dead on this host, or too old to be true. */
function stale(folder) {
  if (age(folder) > LONGEST) return true;
  try {
    const owner = JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8'));
    return owner.host === hostname() && !owner.pids.some(alive);
  } catch {
    return age(folder) > 10_000; // made, but never signed: its maker died in between
  }
}

/** Removes a stale lock; a second folder guards the look and the removal, so that no two launchers both take over. */
function clear(folder) {
  const guard = `${folder}.clearing`;
  if (!take(guard)) {
    if (age(guard) > 60_000) rmSync(guard, { recursive: true, force: true });
    return;
  }
  try {
    if (stale(folder)) rmSync(folder, { recursive: true, force: true });
  } finally {
    rmSync(guard, { recursive: true, force: true });
  }
}

/**
 * Does `work` under the lock, unless it is done already: `done` is asked first without the lock (the fast path, which writes nothing)
 * and again with it.
 * @template T
 * @param {string} folder path of the lock folder
 * @param {() => T | undefined} done what the work gives when it is done already, else undefined
 * @param {(alsoOwns: (pid: number) => void) => Promise<T>} work is given a function that names a process which holds the lock as well
 * @returns {Promise<T>}
 */
export async function once(folder, done, work) {
  const already = done();
  if (already !== undefined) return already;
  let told = false;
  while (!take(folder)) {
    if (stale(folder)) { clear(folder); await pause(20); continue; }
    if (!told) say('another start is at the same work; waiting for it …');
    told = true;
    await pause(POLL);
  }
  const free = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', free);
  try {
    const sign = (...pids) => writeFileSync(join(folder, 'owner.json'), JSON.stringify({ pids: [process.pid, ...pids], host: hostname() }));
    sign();
    return done() ?? await work(sign);
  } finally {
    process.removeListener('exit', free);
    free();
  }
}
