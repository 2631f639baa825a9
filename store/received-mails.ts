// Mail as it was received: durable before anybody is told so, taken up by one node at a time, and emptied once it was read.
import type { BrandStore, Queries, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';
import { reading, writing } from '#store/template.ts';

export type ReceivedMailRow = BrandTables['received_mails'];
type NewMail = Pick<ReceivedMailRow, 'id' | 'channel_id' | 'dedupe' | 'door' | 'recipient' | 'envelope_from' | 'bytes' | 'received_at'> & { readonly raw: Uint8Array };

/** Keeps it. The same mail in the same channel once more is nothing. */
export function insert(brand: BrandStore, mail: NewMail): Statement {
  return brand.writeOf(inserted, { ...mail });
}

const inserted = writing<NewMail>((q, { id, channel_id, dedupe, door, recipient, envelope_from, raw, bytes, received_at }) =>
  q.insertInto('received_mails').values({
    id, channel_id, dedupe, door, recipient, envelope_from, raw, bytes, received_at, due_at: received_at, tries: 0, state: 'waiting', reason: null, conversation_id: null, message_id: null,
  }).onConflict((oc) => oc.columns(['channel_id', 'dedupe']).doNothing()));

/** Why one waits whose files took long, and that left its place to others. */
const LATE = 'files.late';

/** Those that wait to be read, the oldest first, without their bytes; but for the late ones. */
export function due(brand: BrandStore, now: number, most: number): Promise<Due[]> {
  return brand.allOf(waiting, { now, most });
}

/** The late ones, the oldest first. */
export function lateDue(brand: BrandStore, now: number, most: number): Promise<Due[]> {
  return brand.allOf(late, { now, most });
}

export type Due = Pick<ReceivedMailRow, 'id' | 'due_at' | 'tries' | 'bytes'>;
type Asked = { now: number; most: number };
const dueOf = (q: Queries<BrandTables>, { now, most }: Asked) =>
  q.selectFrom('received_mails').select(['id', 'due_at', 'tries', 'bytes']).where('state', '=', 'waiting').where('due_at', '<=', now).orderBy('due_at').orderBy('id').limit(most);
const waiting = reading<Asked, Due>((q, asked) => dueOf(q, asked).where((eb) => eb.or([eb('reason', 'is', null), eb('reason', '<>', LATE)])));
const late = reading<Asked, Due>((q, asked) => dueOf(q, asked).where('reason', '=', LATE));

/** Takes one up until `until`: another node that does so at the same moment gets a conflict `mail.taken`. */
export function claim(brand: BrandStore, { id, due_at, tries }: Due, until: number): Statement {
  return brand.writeOf(claimed, { id, due_at, tries, until, next: tries + 1 }, { expect: 1, otherwise: 'mail.taken' });
}

const claimed = writing<{ id: string; due_at: number; tries: number; until: number; next: number }>((q, { id, due_at, tries, until, next }) =>
  q.updateTable('received_mails').set({ due_at: until, tries: next }).where('id', '=', id).where('due_at', '=', due_at).where('tries', '=', tries).where('state', '=', 'waiting'));

export function byId(brand: BrandStore, id: string): Promise<ReceivedMailRow | undefined> {
  return brand.one(brand.q.selectFrom('received_mails').selectAll().where('id', '=', id));
}

export interface Settled {
  readonly state: Exclude<ReceivedMailRow['state'], 'waiting'>;
  readonly reason: string | null;
  readonly conversationId: string | null;
  readonly messageId: string | null;
}

/** It was read, in the unit of what came of it: its bytes go. Settled before: a conflict `mail.settled`. */
export function settle(brand: BrandStore, id: string, { state, reason, conversationId, messageId }: Settled): Statement {
  const set = { state, reason, conversation_id: conversationId, message_id: messageId, raw: null, recipient: '', envelope_from: '' };
  return brand.write(brand.q.updateTable('received_mails').set(set).where('id', '=', id).where('state', '=', 'waiting'), { expect: 1, otherwise: 'mail.settled' });
}

/** It could not be kept just now: again at `dueAt`. */
export function again(brand: BrandStore, { id, tries }: Due, dueAt: number, reason: string): Statement {
  return brand.write(ours(brand, id, tries).set({ due_at: dueAt, reason }));
}

/** Whoever took it up goes on with it, until `until`. */
export function renew(brand: BrandStore, { id, tries }: Due, until: number): Statement {
  return brand.write(ours(brand, id, tries).set({ due_at: until }));
}

/** Whoever took it up lets it go as it was: that was no try. */
export function letGo(brand: BrandStore, { id, tries }: Due, dueAt: number): Statement {
  return brand.write(ours(brand, id, tries).set({ due_at: dueAt, tries }));
}

/** Lets it go to the late ones, in the place that it had by its age: that was no try. */
export function putOff(brand: BrandStore, { id, tries, due_at }: Due): Statement {
  return brand.write(ours(brand, id, tries).set({ due_at, tries, reason: LATE }));
}

/** As it stands since it was taken up; another node may have it by now. `tries`: before. */
const ours = (brand: BrandStore, id: string, tries: number) => brand.q.updateTable('received_mails').where('id', '=', id).where('tries', '=', tries + 1).where('state', '=', 'waiting');

/** What was read before `before`: by then nobody sends it again. */
export function sweep(brand: BrandStore, before: number): Statement {
  return brand.write(brand.q.deleteFrom('received_mails').where('received_at', '<', before).where('state', '<>', 'waiting'));
}

/** How many came of these states since `since`, by channel. */
export async function countSince(brand: BrandStore, since: number): Promise<readonly { readonly channel_id: string; readonly state: ReceivedMailRow['state']; readonly n: number }[]> {
  const rows = await brand.all(brand.q.selectFrom('received_mails').select(['channel_id', 'state']).select((eb) => eb.fn.count<number>('id').as('n')).where('received_at', '>', since).groupBy(['channel_id', 'state']));
  return rows.map((row) => ({ ...row, n: Number(row.n) }));
}
