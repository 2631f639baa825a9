// Keeps the journal of decisions within its days and its size, brand by brand.
import * as brandRows from '#store/brands.ts';
import type { Parts } from '#server/parts.ts';

export const WRITE_JOURNAL_EVERY_MS = 5_000;
export const SWEEP_JOURNAL_EVERY_MS = 3_600_000;

export async function sweepJournals({ store, journal }: Pick<Parts, 'store' | 'journal'>): Promise<void> {
  for (const { id } of await brandRows.all(store.system)) await journal.sweep(id);
}
