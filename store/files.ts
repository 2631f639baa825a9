// Files of messages: one row each, also for what was refused; their bytes lie in blobs, and here stands what is known of them.
import { standing } from '#store/feed.ts';
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';
import { writing } from '#store/template.ts';

export type FileRow = BrandTables['files'];
export type FileAuthor = { readonly kind: FileRow['author_kind']; readonly id: string | null };

type Fresh = Omit<FileRow, 'message_id' | 'position' | 'attached_at' | 'deleted_at'>;

const fresh = writing<Fresh>((q, row) => q.insertInto('files').values({
  id: row.id, channel_id: row.channel_id, conversation_id: row.conversation_id, message_id: null, position: 0, name: row.name, declared_type: row.declared_type, type_id: row.type_id, bytes: row.bytes,
  sha256: row.sha256, blob_key: row.blob_key, state: row.state, denial: row.denial, side: row.side, author_kind: row.author_kind, author_id: row.author_id, door: row.door, receipt: row.receipt,
  stripped: row.stripped, link_salt: row.link_salt, created_at: row.created_at, attached_at: null, deleted_at: null,
}));

export function insert(brand: BrandStore, row: Fresh): Statement {
  return brand.writeOf(fresh, row, { expect: 1 });
}

export function byId(brand: BrandStore, id: string): Promise<FileRow | undefined> {
  return brand.one(brand.q.selectFrom('files').selectAll().where('id', '=', id));
}

export async function byIds(brand: BrandStore, ids: readonly string[]): Promise<FileRow[]> {
  return ids.length === 0 ? [] : brand.all(brand.q.selectFrom('files').selectAll().where('id', 'in', ids));
}

export type FilesByMessage = ReadonlyMap<string, readonly FileRow[]>;
const NONE: FilesByMessage = new Map();

/** Of these messages, each in its order. Messages that count none are not asked for. */
export async function ofMessages(brand: BrandStore, messages: readonly Pick<BrandTables['messages'], 'id' | 'files'>[]): Promise<FilesByMessage> {
  const ids = messages.filter(({ files }) => files > 0).map(({ id }) => id);
  if (ids.length === 0) return NONE;
  const rows = await brand.all(brand.q.selectFrom('files').selectAll().where('message_id', 'in', ids).orderBy('position'));
  return Map.groupBy(rows, ({ message_id: messageId }) => messageId ?? '');
}

/**
 * From now on a message carries it: after the message is written. Only its own author's, of that channel, in no other conversation and in no
 * message yet: else a conflict `file.not_attachable`.
 */
export function attach(brand: BrandStore, id: string, to: { readonly messageId: string; readonly conversationId: string; readonly channelId: string; readonly author: FileAuthor; readonly position: number; readonly at: number }): Statement {
  const { messageId, conversationId, channelId, author, position, at } = to;
  const query = brand.q.updateTable('files').set({ message_id: messageId, conversation_id: conversationId, position, attached_at: at })
    .where('id', '=', id).where('message_id', 'is', null).where('channel_id', '=', channelId).where('author_kind', '=', author.kind).where('state', '<>', 'deleted')
    .where((eb) => eb.or([eb('conversation_id', 'is', null), eb('conversation_id', '=', conversationId)]));
  return brand.write(author.id === null ? query.where('author_id', 'is', null) : query.where('author_id', '=', author.id), { expect: 1, otherwise: 'file.not_attachable' });
}

/** Its name, its digest and its bytes are forgotten; a mark stays. The blob goes with the next sweep, when nobody else points at it. */
export function emptyOfMessages(brand: BrandStore, messageIds: readonly string[], at: number): Statement {
  return brand.write(brand.q.updateTable('files').set(emptied(at)).where('message_id', 'in', messageIds).where('state', '<>', 'deleted'));
}

/** The same for what this person has sent and no message carries. */
export function emptyWaiting(brand: BrandStore, author: { readonly kind: 'customer'; readonly id: string }, at: number): Statement {
  return brand.write(brand.q.updateTable('files').set(emptied(at)).where('author_kind', '=', author.kind).where('author_id', '=', author.id).where('message_id', 'is', null).where('state', '<>', 'deleted'));
}

const emptied = (at: number) => ({ name: '', declared_type: null, sha256: null, bytes: null, blob_key: null, type_id: null, receipt: '{}', state: 'deleted', deleted_at: at } as const);

/** Another name in the place of one; a file that was removed keeps none. */
export function rename(brand: BrandStore, id: string, name: string): Statement {
  return brand.write(brand.q.updateTable('files').set({ name }).where('id', '=', id).where('state', '<>', 'deleted'));
}

/** How many files this customer sent. */
export async function countOfCustomer(brand: BrandStore, customerId: string): Promise<number> {
  const row = await brand.one(brand.q.selectFrom('files').select((eb) => eb.fn.count<number>('id').as('n')).where('author_kind', '=', 'customer').where('author_id', '=', customerId).where('state', '<>', 'deleted'));
  return Number(row?.n ?? 0);
}

/** How many there are to be opened, by channel: as far as each stands by itself. */
export async function countThere(brand: BrandStore): Promise<Map<string, number>> {
  const rows = await brand.all(brand.q.selectFrom('files').leftJoin('messages', 'messages.id', 'files.message_id').select((eb) => ['files.channel_id', eb.fn.countAll<number>().as('n')])
    .where('files.state', '=', 'accepted').where('files.blob_key', 'is not', null).where('messages.redacted_at', 'is', null).groupBy('files.channel_id'));
  return new Map(rows.map(({ channel_id: channel, n }) => [channel, Number(n)]));
}

/** What of this customer lies here and no message carries: how many files, and their bytes. */
export async function waitingOf(brand: BrandStore, customerId: string): Promise<{ files: number; bytes: number }> {
  const row = await brand.one(waiting(brand, customerId).select((eb) => [eb.fn.countAll<number>().as('files'), eb.fn.coalesce(eb.fn.sum<number>('bytes'), eb.val(0)).as('bytes')]));
  return { files: Number(row?.files ?? 0), bytes: Number(row?.bytes ?? 0) };
}

/**
 * Behind the row of one more, in its unit: with it the customer still has at most so much waiting, else a conflict `upload.too_many_waiting`. Units of a
 * brand hold its head while they run, so of many at once none overlooks another.
 */
export function withinWaiting(brand: BrandStore, { id, author_id: customerId }: Pick<FileRow, 'id' | 'author_id'>, most: { readonly files: number; readonly bytes: number }): Statement {
  const all = waiting(brand, customerId ?? '');
  const query = brand.q.updateTable('files').set((eb) => ({ position: eb.ref('position') })).where('id', '=', id)
    .where((eb) => eb(all.select(eb.fn.countAll<number>().as('n')), '<=', most.files)).where((eb) => eb(all.select(eb.fn.sum<number>('bytes').as('n')), '<=', most.bytes));
  return brand.write(query, { expect: 1, otherwise: 'upload.too_many_waiting' });
}

const waiting = (brand: BrandStore, customerId: string) =>
  brand.q.selectFrom('files').where('message_id', 'is', null).where('blob_key', 'is not', null).where('author_kind', '=', 'customer').where('author_id', '=', customerId);

/** What no message took within its time. */
export function sweepWaiting(brand: BrandStore, before: number): Statement {
  return brand.write(brand.q.deleteFrom('files').where('message_id', 'is', null).where('state', '<>', 'quarantined').where('created_at', '<', before));
}

/** What antivirus held back so long ago, and no message carries. */
export function heldAlone(brand: BrandStore, before: number, most: number): Promise<FileRow[]> {
  return brand.all(brand.q.selectFrom('files').selectAll().where('message_id', 'is', null).where('state', '=', 'quarantined').where('created_at', '<', before).orderBy('created_at').limit(most));
}

/** A conflict `file.not_quarantined` where somebody decided over it meanwhile, or a message took it. */
export function forgetHeld(brand: BrandStore, id: string): Statement {
  return brand.write(brand.q.deleteFrom('files').where('id', '=', id).where('message_id', 'is', null).where('state', '=', 'quarantined'), { expect: 1, otherwise: 'file.not_quarantined' });
}

/** What antivirus found, the newest first. */
export function quarantined(brand: BrandStore, most: number): Promise<FileRow[]> {
  return brand.all(brand.q.selectFrom('files').selectAll().where('state', '=', 'quarantined').orderBy('created_at', 'desc').orderBy('id').limit(most));
}

/** Another state and blob in the place of quarantine, `created_at` too where no message carries it: it waits for one from now on. Somebody was first: a conflict `file.not_quarantined`. */
export function release(brand: BrandStore, id: string, to: Pick<FileRow, 'state' | 'blob_key' | 'receipt' | 'denial' | 'deleted_at' | 'bytes' | 'sha256' | 'created_at'>): Statement {
  return brand.write(brand.q.updateTable('files').set(to).where('id', '=', id).where('state', '=', 'quarantined'), { expect: 1, otherwise: 'file.not_quarantined' });
}

/** The message that carries it is told anew, after `feed.advance`. */
export function touchMessage(brand: BrandStore, messageId: string): Statement {
  return brand.write(brand.q.updateTable('messages').set((eb) => ({ feed: standing(eb, 'feed') })).where('id', '=', messageId));
}
