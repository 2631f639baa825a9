// Slows down and locks guessing: tries are counted by person and network, before each is looked at.
import { type Denial, deny } from '#policy/decision.ts';
import * as failureRows from '#store/failures.ts';
import { type BrandStore, Conflict, type Statement, type SystemStore } from '#store/store.ts';
import type { Keyring } from '#identity/keyring.ts';

/** From this many failures on, each further try must wait; twice as long each time (SETTINGS.md, "Locks"). */
export const SLOW_FROM = 5;
/** At this many the lane is locked. */
export const LOCK_AT = 10;
export const LOCK_MS = 30 * 60_000;
/** Wrong codes in a row inside a session before it ends. */
export const WRONG_CODES_IN_A_ROW = 10;
/** Wrong codes of a person in a day, over all sessions and networks; then codes are refused until the day is over (SETTINGS.md, "One-time codes"). */
export const WRONG_CODES_A_DAY = 30;
const SECOND = 1_000;
const DAY = 86_400_000;

export interface Lane {
  readonly store: BrandStore | SystemStore;
  readonly key: failureRows.FailureKey;
}

/** Whom a counter is about: a keyed hash, since the table must name nobody. */
function subjectOf(keyring: Keyring, name: string): string {
  return keyring.mac('failures', name);
}

/**
 * The lane of a sign-in name from one network. Names at brands that do not exist are counted too (in the system's own
 * table): else the lock itself would tell which brands exist.
 */
export function signInLane(keyring: Keyring, at: BrandStore | { readonly system: SystemStore; readonly slug: string }, name: string, network: string): Lane {
  if ('system' in at) return { store: at.system, key: { kind: 'sign_in', subject: subjectOf(keyring, JSON.stringify([at.slug, name])), network } };
  return { store: at, key: { kind: 'sign_in', subject: subjectOf(keyring, name), network } };
}

/** The lane of codes given in a person's sessions, apart from the password's. */
export function codeLane(keyring: Keyring, brand: BrandStore, agentId: string): Lane {
  return { store: brand, key: { kind: 'code', subject: subjectOf(keyring, agentId), network: '' } };
}

function inWords(seconds: number): string {
  if (seconds < 100) return `${seconds} second${seconds === 1 ? '' : 's'}`;
  return seconds < 7_200 ? `${Math.ceil(seconds / 60)} minutes` : `${Math.ceil(seconds / 3_600)} hours`;
}

/** `subject` is the keyed hash of whom it is about: rows of one target can be put together, and name nobody. */
function locked(ms: number, failures: number, subject: string): Denial {
  const seconds = Math.ceil(ms / SECOND);
  return deny('sign_in.locked', null, { retryAfterSeconds: seconds, wait: inWords(seconds), failures, subject });
}

/** How long the next try must wait after `failures` of them, ms. */
export function waitAfter(failures: number): number {
  if (failures >= LOCK_AT) return LOCK_MS;
  return failures >= SLOW_FROM ? SECOND * 2 ** (failures - SLOW_FROM) : 0;
}

/**
 * Counts a try as failed before it is looked at (a right one clears the lane), so that many at once cannot outrun the count.
 * Gives the denial when the lane is slowed or locked; then nothing is counted.
 */
export async function attempt({ store, key }: Lane, now: number): Promise<Denial | null> {
  const row = await failureRows.byKey(store, key);
  const before = row?.count ?? 0;
  // A clock set back must not lengthen a lock beyond its own length.
  const left = Math.min((row?.locked_until ?? 0) - now, waitAfter(before));
  if (left > 0) return locked(left, before, key.subject);
  const stale = row !== undefined && now - row.window_start >= LOCK_MS;
  const count = stale ? 1 : before + 1;
  try {
    await store.note([failureRows.record(store, { ...key, window_start: now, count, locked_until: now + waitAfter(count) }, row === undefined ? null : before)]);
    return null;
  } catch (error) {
    // Another try of the same lane was counted at the same moment: this one has to come back.
    if (error instanceof Conflict) return locked(SECOND, before, key.subject);
    throw error;
  }
}

/**
 * Counts a try of a code, in the person's lane and in the person's day, before it is looked at. Only the lane is cleared by a
 * right code: who knows the password could else sign in between and guess on for ever.
 */
export async function attemptCode(lane: Lane, now: number): Promise<Denial | null> {
  const { store } = lane;
  const key = { ...lane.key, kind: 'code_day' };
  const row = await failureRows.byKey(store, key);
  const over = row === undefined || now - row.window_start >= DAY || now < row.window_start;
  const count = over ? 0 : row.count;
  if (!over && count >= WRONG_CODES_A_DAY) return locked(row.window_start + DAY - now, count, key.subject);
  const denial = await attempt(lane, now);
  if (denial !== null) return denial;
  const began = over ? now : row.window_start;
  try {
    await store.note([failureRows.record(store, { ...key, window_start: began, count: count + 1, locked_until: began + DAY }, row === undefined ? null : row.count)]);
    return null;
  } catch (error) {
    if (error instanceof Conflict) return locked(SECOND, count, key.subject);
    throw error;
  }
}

/** Takes back the one try of the day that was right. */
export function clearCode(lane: Lane): Statement[] {
  return [failureRows.clear(lane.store, lane.key), failureRows.takeBack(lane.store, { ...lane.key, kind: 'code_day' })];
}

/** How many tries of the lane failed in a row. */
export async function failures({ store, key }: Lane): Promise<number> {
  return (await failureRows.byKey(store, key))?.count ?? 0;
}

/** The statements that forget a lane's failures; they belong in the unit of the success. */
export function clear({ store, key }: Lane): Statement[] {
  return [failureRows.clear(store, key)];
}

/** Forgets all failures of a person: sign-in from every network, and codes. */
export function clearPerson(keyring: Keyring, brand: BrandStore, emailKey: string, agentId: string): Statement[] {
  return [failureRows.clearSubject(brand, subjectOf(keyring, emailKey)), failureRows.clearSubject(brand, subjectOf(keyring, agentId))];
}
