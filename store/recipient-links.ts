// Links that were mailed to one recipient, each for one file, and the codes that were sent to open them.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

type Stored = BrandTables['recipient_links'];
export interface RecipientLinkRow extends Stored {
  /** When the forward that mailed it ended; null while it is open, and where there is none. */
  readonly forward_ended_at: number | null;
}
export type RecipientCodeRow = BrandTables['recipient_codes'];

export function insert(brand: BrandStore, row: Pick<Stored, 'id' | 'file_id' | 'token_hash' | 'recipient' | 'created_at' | 'created_by' | 'expires_at' | 'forward_id' | 'shown_name'>): Statement {
  const none = { asked: 0, proven_hash: null, proven_until: null, opened_at: null, revoked_at: null, revoked_by: null };
  return brand.write(brand.q.insertInto('recipient_links').values({ ...row, ...none }), { expect: 1 });
}

/** Each with the end of its forward, so that whatever ends that ends its links. */
const read = (brand: BrandStore) => brand.q.selectFrom('recipient_links').leftJoin('forwards', 'forwards.id', 'recipient_links.forward_id').selectAll('recipient_links').select('forwards.ended_at as forward_ended_at');

export const byTokenHash = (brand: BrandStore, hash: Uint8Array): Promise<RecipientLinkRow | undefined> =>
  brand.one(read(brand).where('recipient_links.token_hash', '=', hash));

/** By what a browser was given when the right code was typed in it. */
export const byProvenHash = (brand: BrandStore, hash: Uint8Array): Promise<RecipientLinkRow | undefined> =>
  brand.one(read(brand).where('recipient_links.proven_hash', '=', hash));

export const byId = (brand: BrandStore, id: string): Promise<RecipientLinkRow | undefined> => brand.one(read(brand).where('recipient_links.id', '=', id));

/** The newest first. */
export const ofFile = (brand: BrandStore, fileId: string): Promise<RecipientLinkRow[]> =>
  brand.all(read(brand).where('recipient_links.file_id', '=', fileId).orderBy('recipient_links.created_at', 'desc').orderBy('recipient_links.id'));

/** In the order in which they were made. */
export async function ofForwards(brand: BrandStore, forwardIds: readonly string[]): Promise<RecipientLinkRow[]> {
  return forwardIds.length === 0 ? [] : brand.all(read(brand).where('recipient_links.forward_id', 'in', forwardIds).orderBy('recipient_links.id'));
}

/** Whom they were for, and how their files were called, is forgotten with them. */
export const forget = (brand: BrandStore, forwardIds: readonly string[]): Statement => brand.write(brand.q.deleteFrom('recipient_links').where('forward_id', 'in', forwardIds));

/** Counts what was asked of it up from `seen`: who asks at the same moment comes second, with a conflict `recipient_link.busy`. */
export function count(brand: BrandStore, id: string, seen: number): Statement {
  return brand.write(brand.q.updateTable('recipient_links').set({ asked: seen + 1 }).where('id', '=', id).where('asked', '=', seen), { expect: 1, otherwise: 'recipient_link.busy' });
}

/** The right code was given: this browser opens the file until then, and no other one. */
export function prove(brand: BrandStore, id: string, { hash, until, at }: { readonly hash: Uint8Array; readonly until: number; readonly at: number }): Statement {
  const query = brand.q.updateTable('recipient_links').set((eb) => ({ proven_hash: hash, proven_until: until, opened_at: eb.fn.coalesce('opened_at', eb.val(at)) }));
  return brand.write(query.where('id', '=', id).where('revoked_at', 'is', null), { expect: 1, otherwise: 'recipient_link.revoked' });
}

/** Withdraws it. A second time is a conflict `recipient_link.revoked`. */
export function revoke(brand: BrandStore, id: string, at: number, by: string | null): Statement {
  const query = brand.q.updateTable('recipient_links').set({ revoked_at: at, revoked_by: by, proven_hash: null, proven_until: null }).where('id', '=', id).where('revoked_at', 'is', null);
  return brand.write(query, { expect: 1, otherwise: 'recipient_link.revoked' });
}

export const insertCode = (brand: BrandStore, row: RecipientCodeRow): Statement => brand.write(brand.q.insertInto('recipient_codes').values(row), { expect: 1 });

/** The newest one: an older one is not asked for any more. */
export const latestCode = (brand: BrandStore, linkId: string): Promise<RecipientCodeRow | undefined> =>
  brand.one(brand.q.selectFrom('recipient_codes').selectAll().where('link_id', '=', linkId).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(1));

/** When codes were sent since `since`, ms, in order; for one link or by the whole brand. */
export async function sentSince(brand: BrandStore, since: number, linkId?: string): Promise<number[]> {
  const query = brand.q.selectFrom('recipient_codes').select('created_at').where('created_at', '>', since).orderBy('created_at');
  return (await brand.all(linkId === undefined ? query : query.where('link_id', '=', linkId))).map((row) => row.created_at);
}

/** One more try. Beyond `most`, or once used, a conflict `code.exhausted`. */
export function countAttempt(brand: BrandStore, id: string, most: number): Statement {
  const query = brand.q.updateTable('recipient_codes').set((eb) => ({ attempts: eb('attempts', '+', 1) })).where('id', '=', id).where('attempts', '<', most).where('used_at', 'is', null);
  return brand.write(query, { expect: 1, otherwise: 'code.exhausted' });
}

/** Uses it up. A second time is a conflict `code.used`. */
export function useCode(brand: BrandStore, id: string, at: number): Statement {
  return brand.write(brand.q.updateTable('recipient_codes').set({ used_at: at }).where('id', '=', id).where('used_at', 'is', null), { expect: 1, otherwise: 'code.used' });
}

/** Codes that count no more, and links of long ago; `over`: links that ended before (ms). */
export function sweep(brand: BrandStore, { codes, over }: { readonly codes: number; readonly over: number }): Statement[] {
  return [
    brand.write(brand.q.deleteFrom('recipient_codes').where('created_at', '<', codes)),
    brand.write(brand.q.deleteFrom('recipient_links').where('expires_at', '<', over)),
  ];
}
