// Conversations: one thread each between a customer and the brand, with its state and where it stands in the feed.
import type { BrandStore } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type ConversationRow = BrandTables['conversations'];

/** Every one that changed after `feed`, in that order. */
export function since(brand: BrandStore, feed: number, most: number): Promise<ConversationRow[]> {
  return brand.all(brand.q.selectFrom('conversations').selectAll().where('feed', '>', feed).orderBy('feed').limit(most));
}
