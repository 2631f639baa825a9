// Mails that wait to be sent: written in the unit of what they tell of, sealed, and emptied once they are gone.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type MailRow = BrandTables['mails'];

export function insert(brand: BrandStore, row: MailRow): Statement {
  return brand.write(brand.q.insertInto('mails').values(row), { expect: 1 });
}

/** Those due at `now`, the oldest first. */
export function due(brand: BrandStore, now: number, most: number): Promise<MailRow[]> {
  const query = brand.q.selectFrom('mails').selectAll().where('sent_at', 'is', null).where('given_up_at', 'is', null).where('due_at', '<=', now);
  return brand.all(query.orderBy('due_at').orderBy('id').limit(most));
}

/** Takes a mail up, until `until`: another node that takes it at the same moment gets a conflict `mail.taken`. */
export function claim(brand: BrandStore, row: Pick<MailRow, 'id' | 'due_at' | 'attempts'>, until: number): Statement {
  const query = brand.q.updateTable('mails').set({ due_at: until, attempts: row.attempts + 1 }).where('id', '=', row.id).where('due_at', '=', row.due_at);
  return brand.write(query.where('attempts', '=', row.attempts).where('sent_at', 'is', null), { expect: 1, otherwise: 'mail.taken' });
}

/** It is gone: what it said is forgotten. */
export function sent(brand: BrandStore, id: string, at: number): Statement {
  return brand.write(brand.q.updateTable('mails').set({ sent_at: at, sealed: null, fault: null }).where('id', '=', id));
}

export function again(brand: BrandStore, id: string, dueAt: number, fault: string): Statement {
  return brand.write(brand.q.updateTable('mails').set({ due_at: dueAt, fault }).where('id', '=', id));
}

export function giveUp(brand: BrandStore, id: string, at: number, fault: string): Statement {
  return brand.write(brand.q.updateTable('mails').set({ given_up_at: at, sealed: null, fault }).where('id', '=', id));
}

/** How many could not be sent since `since`. */
export async function countGivenUp(brand: BrandStore, since: number): Promise<number> {
  const row = await brand.one(brand.q.selectFrom('mails').select((eb) => eb.fn.countAll<number>().as('many')).where('given_up_at', '>', since));
  return row?.many ?? 0;
}

export function remove(brand: BrandStore, id: string): Statement {
  return brand.write(brand.q.deleteFrom('mails').where('id', '=', id));
}

export function sweep(brand: BrandStore, before: number): Statement {
  return brand.write(brand.q.deleteFrom('mails').where('created_at', '<', before));
}
