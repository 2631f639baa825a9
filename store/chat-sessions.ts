// Chat sessions: a customer's browser on the brand's site, known by the hash of its token.
import type { BrandStore } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type ChatSessionRow = BrandTables['chat_sessions'];

/** Those that somebody ended after `feed`, in that order. */
export function endedSince(brand: BrandStore, feed: number, most: number): Promise<ChatSessionRow[]> {
  return brand.all(brand.q.selectFrom('chat_sessions').selectAll().where('ended_at', 'is not', null).where('feed', '>', feed).orderBy('feed').limit(most));
}
