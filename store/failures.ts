// Counters of failed sign-ins and codes: by kind, by person (a keyed hash, never the name) and by network.
import type { BrandStore, Scoped, Statement, SystemStore } from '#store/store.ts';
import type { SharedTables } from '#store/tables.ts';

export type FailureRow = SharedTables['failures'];

/** One counter. `network` is `''` where it counts over all networks. */
export type FailureKey = Pick<FailureRow, 'kind' | 'subject' | 'network'>;

const sharedOf = (store: BrandStore | SystemStore): Scoped<SharedTables> => store as unknown as Scoped<SharedTables>;

export function byKey(store: BrandStore | SystemStore, key: FailureKey): Promise<FailureRow | undefined> {
  const { q, one } = sharedOf(store);
  return one(q.selectFrom('failures').selectAll().where('kind', '=', key.kind).where('subject', '=', key.subject).where('network', '=', key.network));
}

/** Every counter of a brand that is locked at `now`, or stands at `count` or more. */
export function standing(store: BrandStore | SystemStore, now: number, count: number): Promise<FailureRow[]> {
  const { q, all } = sharedOf(store);
  return all(q.selectFrom('failures').selectAll().where((eb) => eb.or([eb('locked_until', '>', now), eb('count', '>=', count)])).orderBy('window_start'));
}

/**
 * Writes where a counter stands now, on top of `before` failures (null: it is not there yet). Somebody else's count in
 * between is a conflict `failures.raced`, so that parallel tries cannot outrun the count.
 */
export function record(store: BrandStore | SystemStore, row: FailureRow, before: number | null): Statement {
  const { q, write } = sharedOf(store);
  const guard = { expect: 1, otherwise: 'failures.raced' };
  if (before === null) return write(q.insertInto('failures').values(row), guard);
  const { count, window_start, locked_until } = row;
  const query = q.updateTable('failures').set({ count, window_start, locked_until }).where('kind', '=', row.kind).where('subject', '=', row.subject).where('network', '=', row.network);
  return write(query.where('count', '=', before), guard);
}

/** One more in the window that began at `windowStart`, whoever else counts there at the same moment. At `most`, or in another window: a conflict `failures.raced`. */
export function countOn(store: BrandStore | SystemStore, key: FailureKey, windowStart: number, most: number): Statement {
  const { q, write } = sharedOf(store);
  const query = q.updateTable('failures').set((eb) => ({ count: eb('count', '+', 1) })).where('kind', '=', key.kind).where('subject', '=', key.subject).where('network', '=', key.network);
  return write(query.where('window_start', '=', windowStart).where('count', '<', most), { expect: 1, otherwise: 'failures.raced' });
}

/** Changes nothing; a conflict `failures.cleared` when the counter does not stand at `least` or more any longer. */
export function standsAt(store: BrandStore | SystemStore, key: FailureKey, least: number): Statement {
  const { q, write } = sharedOf(store);
  const query = q.updateTable('failures').set((eb) => ({ count: eb.ref('count') })).where('kind', '=', key.kind).where('subject', '=', key.subject).where('network', '=', key.network);
  return write(query.where('count', '>=', least), { expect: 1, otherwise: 'failures.cleared' });
}

/** One failure fewer: the try was right after all. */
export function takeBack(store: BrandStore | SystemStore, key: FailureKey): Statement {
  const { q, write } = sharedOf(store);
  const query = q.updateTable('failures').set((eb) => ({ count: eb('count', '-', 1) })).where('kind', '=', key.kind).where('subject', '=', key.subject).where('network', '=', key.network);
  return write(query.where('count', '>', 0));
}

export function clear(store: BrandStore | SystemStore, key: FailureKey): Statement {
  const { q, write } = sharedOf(store);
  return write(q.deleteFrom('failures').where('kind', '=', key.kind).where('subject', '=', key.subject).where('network', '=', key.network));
}

/** Forgets all counters of a person: what `portcullis unlock --lift-lock` does. */
export function clearSubject(store: BrandStore | SystemStore, subject: string): Statement {
  const { q, write } = sharedOf(store);
  return write(q.deleteFrom('failures').where('subject', '=', subject));
}

/** Forgets counters whose window began before `before` and whose lock is over at `now`. */
export function sweep(store: BrandStore | SystemStore, before: number, now: number): Statement {
  const { q, write } = sharedOf(store);
  return write(q.deleteFrom('failures').where('window_start', '<', before).where((eb) => eb.or([eb('locked_until', 'is', null), eb('locked_until', '<', now)])));
}
