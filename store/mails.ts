// Outgoing mails: written in the unit of what they tell of, sealed, taken up by one node at a time, and emptied once they are gone.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type MailRow = BrandTables['mails'];

/** What is asked of a mail that a node has taken up: which of its tries this is. */
export type Try = Pick<MailRow, 'id' | 'attempts'>;

export function insert(brand: BrandStore, row: MailRow): Statement {
  return brand.write(brand.q.insertInto('mails').values(row), { expect: 1 });
}

/** Those due at `now`, the oldest first. */
export function due(brand: BrandStore, now: number, most: number): Promise<MailRow[]> {
  const query = brand.q.selectFrom('mails').selectAll().where('sent_at', 'is', null).where('given_up_at', 'is', null).where('due_at', '<=', now);
  return brand.all(query.orderBy('due_at').orderBy('id').limit(most));
}

/** Takes a mail up, until `until`: another node that takes it at the same moment gets a conflict `mail.taken`. */
export function claim(brand: BrandStore, row: Pick<MailRow, 'id' | 'due_at' | 'attempts'>, now: number, until: number): Statement {
  const query = brand.q.updateTable('mails').set({ due_at: until, attempts: row.attempts + 1, claimed_at: now, handed_at: null }).where('id', '=', row.id).where('due_at', '=', row.due_at);
  return brand.write(query.where('attempts', '=', row.attempts).where('sent_at', 'is', null).where('given_up_at', 'is', null), { expect: 1, otherwise: 'mail.taken' });
}

/** What a process that is gone had taken up is due at once. */
export function release(brand: BrandStore, now: number): Statement {
  return brand.write(brand.q.updateTable('mails').set({ due_at: now }).where('claimed_at', 'is not', null).where('sent_at', 'is', null).where('given_up_at', 'is', null).where('due_at', '>', now));
}

/** The last byte of it is about to leave. A node that was given up for dead meanwhile gets a conflict `mail.taken`, and the mail does not leave from there. */
export function hand(brand: BrandStore, { id, attempts }: Try, now: number): Statement {
  const query = brand.q.updateTable('mails').set({ handed_at: now }).where('id', '=', id).where('attempts', '=', attempts).where('claimed_at', 'is not', null);
  return brand.write(query.where('sent_at', 'is', null).where('given_up_at', 'is', null), { expect: 1, otherwise: 'mail.taken' });
}

/** It is gone: what it said is forgotten. True whoever says so, also of one that was taken for lost meanwhile. */
export function sent(brand: BrandStore, id: string, at: number): Statement {
  return brand.write(brand.q.updateTable('mails').set({ sent_at: at, sealed: null, outcomes: null, given_up_at: null, claimed_at: null, handed_at: null, code: null, fault: null }).where('id', '=', id));
}

/** It lies as a file in the folder, for want of a mail server: what it says is kept, for the page that shows it. */
export function filed(brand: BrandStore, id: string, at: number, file: string): Statement {
  return brand.write(brand.q.updateTable('mails').set({ sent_at: at, file, outcomes: null, given_up_at: null, claimed_at: null, handed_at: null, code: null, fault: null }).where('id', '=', id));
}

/** This try is over and another comes. `outcomes`: what became of each recipient so far. */
export function again(brand: BrandStore, { id, attempts }: Try, next: { dueAt: number; fault: string; outcomes: Uint8Array | null }): Statement {
  const query = brand.q.updateTable('mails').set({ due_at: next.dueAt, fault: next.fault, outcomes: next.outcomes, claimed_at: null, handed_at: null });
  return brand.write(query.where('id', '=', id).where('attempts', '=', attempts).where('sent_at', 'is', null).where('given_up_at', 'is', null));
}

/** Nobody tries any more; what it says is kept, so that an admin can send it again. */
export function giveUp(brand: BrandStore, { id, attempts }: Try, why: { at: number; code: string; fault: string; outcomes: Uint8Array | null }): Statement {
  const query = brand.q.updateTable('mails').set({ given_up_at: why.at, code: why.code, fault: why.fault, outcomes: why.outcomes, claimed_at: null });
  return brand.write(query.where('id', '=', id).where('attempts', '=', attempts).where('sent_at', 'is', null).where('given_up_at', 'is', null), { expect: 1, otherwise: 'mail.taken' });
}

/** How far the mails of these forwards have come. */
export async function ofForwards(brand: BrandStore, ids: readonly string[]): Promise<Pick<MailRow, 'forward_id' | 'sent_at' | 'given_up_at' | 'file'>[]> {
  return ids.length === 0 ? [] : brand.all(brand.q.selectFrom('mails').select(['forward_id', 'sent_at', 'given_up_at', 'file']).where('forward_id', 'in', ids));
}

export function byId(brand: BrandStore, id: string): Promise<MailRow | undefined> {
  return brand.one(brand.q.selectFrom('mails').selectAll().where('id', '=', id));
}

export interface Page {
  readonly most: number;
  /** The last one of the page before. */
  readonly before?: { readonly at: number; readonly id: string } | undefined;
}

/** Those nobody tries any more and nobody has dropped, the newest first. */
export function givenUp(brand: BrandStore, { most, before }: Page): Promise<MailRow[]> {
  let query = brand.q.selectFrom('mails').selectAll().where('given_up_at', 'is not', null).where('dropped_at', 'is', null);
  if (before !== undefined) query = query.where((eb) => eb.or([eb('given_up_at', '<', before.at), eb.and([eb('given_up_at', '=', before.at), eb('id', '<', before.id)])]));
  return brand.all(query.orderBy('given_up_at', 'desc').orderBy('id', 'desc').limit(most));
}

/** Those that wait: for the first try or for another. */
export function waiting(brand: BrandStore, most: number): Promise<MailRow[]> {
  return brand.all(brand.q.selectFrom('mails').selectAll().where('sent_at', 'is', null).where('given_up_at', 'is', null).orderBy('due_at').orderBy('id').limit(most));
}

/** Those that lie as files, the newest first. */
export function inFolder(brand: BrandStore, { most, before }: Page): Promise<MailRow[]> {
  let query = brand.q.selectFrom('mails').selectAll().where('file', 'is not', null);
  if (before !== undefined) query = query.where((eb) => eb.or([eb('created_at', '<', before.at), eb.and([eb('created_at', '=', before.at), eb('id', '<', before.id)])]));
  return brand.all(query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(most));
}

/** From the beginning, for whoever asks: the same mail with the same Message-ID. Conflict `mail.changed` when it is no longer given up. */
export function resend(brand: BrandStore, id: string, now: number, outcomes: Uint8Array | null): Statement {
  const query = brand.q.updateTable('mails').set({ given_up_at: null, due_at: now, outcomes, attempts: 0, claimed_at: null, handed_at: null, code: null, fault: null });
  return brand.write(query.where('id', '=', id).where('given_up_at', 'is not', null).where('dropped_at', 'is', null).where('sealed', 'is not', null), { expect: 1, otherwise: 'mail.changed' });
}

/** Out of sight, and what it says is forgotten. */
export function drop(brand: BrandStore, id: string, now: number): Statement {
  const query = brand.q.updateTable('mails').set({ dropped_at: now, sealed: null, outcomes: null });
  return brand.write(query.where('id', '=', id).where('given_up_at', 'is not', null).where('dropped_at', 'is', null), { expect: 1, otherwise: 'mail.changed' });
}

/** It was sent and came back. Says nothing of a mail that is not ours or came back before. */
export function bounced(brand: BrandStore, id: string, at: number, fault: string): Statement {
  const query = brand.q.updateTable('mails').set({ bounced_at: at, given_up_at: at, code: 'bounced', fault });
  return brand.write(query.where('id', '=', id).where('sent_at', 'is not', null).where('bounced_at', 'is', null));
}

/** What the mails of these conversations say is forgotten; what was not sent yet goes to nobody. */
export function forget(brand: BrandStore, conversationIds: readonly string[], at: number): Statement[] {
  const ids = [...conversationIds];
  const unsent = brand.q.updateTable('mails').set({ given_up_at: at, dropped_at: at, code: 'forgotten', fault: null, claimed_at: null }).where('conversation_id', 'in', ids).where('sent_at', 'is', null);
  return ids.length === 0 ? [] : [brand.write(unsent), brand.write(brand.q.updateTable('mails').set({ sealed: null, outcomes: null }).where('conversation_id', 'in', ids))];
}

export function remove(brand: BrandStore, id: string): Statement {
  return brand.write(brand.q.deleteFrom('mails').where('id', '=', id));
}

/** What is over. What still waits stays: it is given up before it is that old. */
export function sweep(brand: BrandStore, before: number): Statement {
  return brand.write(brand.q.deleteFrom('mails').where('created_at', '<', before).where((eb) => eb.or([eb('sent_at', 'is not', null), eb('given_up_at', '<', before)])));
}
