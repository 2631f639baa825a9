// Erases what is due by the settings of each brand, and goes on with erasures that were cut off. Several nodes may do it at once.
import { continueErasure } from '#inbox/erasure.ts';
import { eraseDue } from '#inbox/retention.ts';
import * as brandRows from '#store/brands.ts';
import * as erasures from '#store/erasures.ts';
import type { Parts } from '#server/parts.ts';

export const RETAIN_EVERY_MS = 600_000;
/** Erasures of one round and brand. */
const MOST_ERASURES = 20;

export type RetentionParts = Pick<Parts, 'store' | 'brands' | 'keyring' | 'now' | 'log'>;

/** One round over every brand. A brand that fails is tried again with the next; the others are not held up by it. */
export async function retentionRound({ store, brands, keyring, now, log }: RetentionParts): Promise<void> {
  const parts = { store, keyring, now, commit: brands.commit };
  for (const { id } of await brandRows.all(store.system)) {
    try {
      const brand = await brands.byId(id);
      if (brand === null) continue;
      for (const { customer_id: customer } of await erasures.underWay(store.brand(id), MOST_ERASURES)) await continueErasure(parts, id, customer);
      await eraseDue(parts, id, brand.policy);
    } catch (error) {
      log.error({ err: error, brand: id }, 'a round of retention failed; it is made again');
    }
  }
}
