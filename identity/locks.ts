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
/** Wrong codes of one factor in a day, over all sessions and networks; then that factor is refused until the day is over (SETTINGS.md, "One-time codes"). */
export const WRONG_CODES_A_DAY = 30;
const SECOND = 1_000;
const DAY = 86_400_000;
/** Failures of a person in a day by browsers they never used, over all networks; then only known devices or a mailed link get in (SETTINGS.md, "Locks"). */
export const STRANGERS_A_DAY = 100;

export interface Lane {
  readonly store: BrandStore | SystemStore;
  readonly key: failureRows.FailureKey;
}

/** Whom a counter is about: a keyed hash, since the table must name nobody. */
function subjectOf(keyring: Keyring, name: string): string {
  return keyring.mac('failures', name);
}

/** Where a sign-in is counted: at its brand, or for a brand that does not exist in the system's own table. */
export type CountedAt = BrandStore | { readonly system: SystemStore; readonly slug: string };

/**
 * The lane of a sign-in name: of one network, or of a device that the person used before, which strangers cannot lock. Names at
 * brands that do not exist are counted too: else the lock itself would tell which brands exist.
 */
export function signInLane(keyring: Keyring, at: CountedAt, name: string, network: string, deviceId: string | null = null): Lane {
  const store = 'system' in at ? at.system : at;
  const subject = subjectOf(keyring, 'system' in at ? JSON.stringify([at.slug, name]) : name);
  return { store, key: deviceId === null ? { kind: 'sign_in', subject, network } : { kind: 'sign_in_device', subject, network: deviceId } };
}

/** The lane of one factor's codes (or of the password asked again in a session), over all networks. One each: else nonsense codes of one kind would shut out the right ones of all others. */
export function codeLane(keyring: Keyring, brand: BrandStore, agentId: string, method: 'totp' | 'sms' | 'recovery' | 'passkey' | 'password'): Lane {
  return { store: brand, key: { kind: 'code', subject: subjectOf(keyring, agentId), network: method } };
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

/** How many failures stand once one more try is counted; or the denial of a lane that is slowed or locked. */
async function next({ store, key }: Lane, now: number): Promise<{ readonly count: number; readonly statement: Statement } | Denial> {
  const row = await failureRows.byKey(store, key);
  const before = row?.count ?? 0;
  // A clock set back must not lengthen a lock beyond its own length.
  const left = Math.min((row?.locked_until ?? 0) - now, waitAfter(before));
  if (left > 0) return locked(left, before, key.subject);
  const stale = row !== undefined && now - row.window_start >= LOCK_MS;
  const count = stale ? 1 : before + 1;
  return { count, statement: failureRows.record(store, { ...key, window_start: now, count, locked_until: now + waitAfter(count) }, row === undefined ? null : before) };
}

/**
 * Counts a try as failed before it is looked at (a right one clears the lane), so that many at once cannot outrun the count.
 * Gives the denial when the lane is slowed or locked; then nothing is counted.
 */
export async function attempt(lane: Lane, now: number): Promise<Denial | null> {
  const step = await next(lane, now);
  if ('allowed' in step) return step;
  try {
    await lane.store.note([step.statement]);
    return null;
  } catch (error) {
    // Another try of the same lane was counted at the same moment: this one has to come back.
    if (error instanceof Conflict) return locked(SECOND, step.count - 1, lane.key.subject);
    throw error;
  }
}

/** The counter of the day beside a lane of strangers. */
const dayOf = ({ key }: Lane): failureRows.FailureKey => ({ kind: 'sign_in_day', subject: key.subject, network: '' });

/** A day that began more than a day ago, or (by a clock set right) more than a day ahead, is over. */
const dayIsOver = (row: { window_start: number } | undefined, now: number): boolean => row === undefined || Math.abs(now - row.window_start) >= DAY;

async function nextOfDay(lane: Lane, now: number): Promise<Statement | Denial> {
  const { store } = lane;
  const key = dayOf(lane);
  const row = await failureRows.byKey(store, key);
  if (row === undefined || dayIsOver(row, now)) return failureRows.record(store, { ...key, window_start: now, count: 1, locked_until: now + DAY }, row === undefined ? null : row.count);
  if (row.count >= STRANGERS_A_DAY) return locked(Math.min(row.window_start + DAY - now, DAY), row.count, key.subject);
  return failureRows.countOn(store, key, row.window_start, STRANGERS_A_DAY);
}

/**
 * Counts a try of a password before it is looked at: in its lane, and of a stranger in the person's day, both or neither. Gives the
 * denial, or the count of the lane.
 */
export async function attemptSignIn(lane: Lane, now: number): Promise<Denial | { readonly count: number }> {
  for (let round = 1; ; round += 1) {
    const day = lane.key.kind === 'sign_in' ? await nextOfDay(lane, now) : null;
    if (day !== null && 'allowed' in day) return day;
    const step = await next(lane, now);
    if ('allowed' in step) return step;
    try {
      await lane.store.note(day === null ? [step.statement] : [step.statement, day]);
      return { count: step.count };
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      // Tries from other networks meet only in the day's counter: they are no reason to send this one away.
      if (round === 3 || (await failures(lane)) !== step.count - 1) return locked(SECOND, step.count - 1, lane.key.subject);
    }
  }
}

/** A lock that began with a try that failed: what it is a lock of, and until when (ms). */
export interface Lock {
  readonly of: 'network' | 'device' | 'day';
  readonly failures: number;
  readonly until: number;
  /** Holds only while the lock stands: a lock that was lifted meanwhile is a conflict. */
  readonly standing: Statement;
}

/** The lock that the failed try numbered `count` of its lane began; null when it began none. A lock of the day may be given to several: it is told once. */
export async function lockBegun(lane: Lane, count: number, now: number): Promise<Lock | null> {
  const { store, key } = lane;
  if (key.kind === 'sign_in') {
    const day = await failureRows.byKey(store, dayOf(lane));
    if (day !== undefined && !dayIsOver(day, now) && day.count >= STRANGERS_A_DAY) {
      return { of: 'day', failures: day.count, until: day.window_start + DAY, standing: failureRows.standsAt(store, dayOf(lane), STRANGERS_A_DAY) };
    }
  }
  if (count !== LOCK_AT) return null;
  return { of: key.kind === 'sign_in' ? 'network' : 'device', failures: count, until: now + LOCK_MS, standing: failureRows.standsAt(store, key, LOCK_AT) };
}

/** One of at most `most` things of a kind in a day about whom the lane is about, such as mails of locks; null when that many were. */
export async function oneOfTheDay({ store, key }: Lane, kind: string, most: number, now: number): Promise<Statement | null> {
  const counter = { kind, subject: key.subject, network: '' };
  const row = await failureRows.byKey(store, counter);
  if (row === undefined || dayIsOver(row, now)) return failureRows.record(store, { ...counter, window_start: now, count: 1, locked_until: now + DAY }, row === undefined ? null : row.count);
  return row.count >= most ? null : failureRows.record(store, { ...row, count: row.count + 1 }, row.count);
}

/**
 * Counts a try of a code, in its factor's lane and day, before it is looked at. Only the lane is cleared by a right code: who
 * knows the password could else sign in between and guess on for ever. A passkey cannot be guessed: never counted, never refused.
 */
export async function attemptCode(lane: Lane, now: number): Promise<Denial | null> {
  const { store } = lane;
  if (lane.key.network === 'passkey') return null;
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

/** What `attemptCode` would say now; counts nothing. */
export async function codesRefused(lane: Lane, now: number): Promise<Denial | null> {
  const day = await codesStopped(lane, now);
  const step = day === null ? await next(lane, now) : locked(day.until - now, day.failures, lane.key.subject);
  return 'allowed' in step ? step : null;
}

/** Takes back the one try of the day that was right. */
export function clearCode(lane: Lane): Statement[] {
  return [failureRows.clear(lane.store, lane.key), failureRows.takeBack(lane.store, { ...lane.key, kind: 'code_day' })];
}

/** How many tries of the lane failed in a row. */
export async function failures({ store, key }: Lane): Promise<number> {
  return (await failureRows.byKey(store, key))?.count ?? 0;
}

/** The statements that forget a lane's failures; they belong in the unit of the success. A stranger's day keeps all but this one try. */
export function clear(lane: Lane): Statement[] {
  const cleared = failureRows.clear(lane.store, lane.key);
  return lane.key.kind === 'sign_in' ? [cleared, failureRows.takeBack(lane.store, dayOf(lane))] : [cleared];
}

/** Of a wrong code: the day's count, once it stops them. */
export async function codesStopped(lane: Lane, now: number): Promise<{ readonly failures: number; readonly until: number } | null> {
  const row = await failureRows.byKey(lane.store, { ...lane.key, kind: 'code_day' });
  if (row === undefined || row.count < WRONG_CODES_A_DAY || now - row.window_start >= DAY) return null;
  return { failures: row.count, until: row.window_start + DAY };
}

/** A lock that stands, as the page of users shows it. `network` only of a lock of one network, `method` only of codes; `until` in ms. */
export interface StandingLock {
  readonly kind: 'network' | 'device' | 'day' | 'codes' | 'codes_day';
  readonly network: string | null;
  readonly method: string | null;
  readonly failures: number;
  readonly until: number;
}

/** What is a lock in the table of counters, from which count on. */
const LOCKS: Readonly<Record<string, { readonly is: StandingLock['kind']; readonly from: number }>> = {
  sign_in: { is: 'network', from: LOCK_AT },
  sign_in_device: { is: 'device', from: LOCK_AT },
  sign_in_day: { is: 'day', from: STRANGERS_A_DAY },
  code: { is: 'codes', from: LOCK_AT },
  code_day: { is: 'codes_day', from: WRONG_CODES_A_DAY },
};

/** The locks that stand at `now`, by the id of the person; whoever has none is not in it. */
export async function locksOf(keyring: Keyring, brand: BrandStore, agents: readonly { readonly id: string; readonly email_key: string }[], now: number): Promise<Map<string, StandingLock[]>> {
  const rows = await failureRows.standing(brand, now, LOCK_AT);
  const found = new Map<string, StandingLock[]>();
  if (rows.length === 0) return found;
  const persons = new Map(agents.flatMap(({ id, email_key }) => [[subjectOf(keyring, email_key), id], [subjectOf(keyring, id), id]]));
  for (const { kind, subject, network, count, locked_until } of rows) {
    const [person, lock] = [persons.get(subject), LOCKS[kind]];
    if (person === undefined || lock === undefined || count < lock.from || locked_until === null || locked_until <= now) continue;
    found.set(person, [...(found.get(person) ?? []), { kind: lock.is, network: lock.is === 'network' ? network : null, method: kind === 'code' || kind === 'code_day' ? network : null, failures: count, until: locked_until }]);
  }
  return found;
}

/** Forgets all failures of a person: sign-in from every network and device, over the day, and codes. */
export function clearPerson(keyring: Keyring, brand: BrandStore, emailKey: string, agentId: string): Statement[] {
  return [failureRows.clearSubject(brand, subjectOf(keyring, emailKey)), failureRows.clearSubject(brand, subjectOf(keyring, agentId))];
}
