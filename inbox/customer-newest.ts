// The newest conversation of a customer that somebody may open, found by our id or by the external id that a ticket has proven.
import * as conversationRows from '#store/conversations.ts';
import type { ConversationRow } from '#store/conversations.ts';
import * as identityRows from '#store/customer-identities.ts';
import type { BrandStore } from '#store/store.ts';
import type { Actor } from '#identity/actor.ts';
import { isKept, maySee, sightOf } from '#inbox/sight.ts';

export interface Named {
  readonly customer?: string | undefined;
  /** Only what was proven counts: what a customer typed themselves is nobody's key. */
  readonly externalId?: string | undefined;
}

/** Undefined alike for a customer who is not there and for one of whom nothing is open to this person. */
export async function newestOfCustomer(brand: BrandStore, actor: Pick<Actor, 'id' | 'admin' | 'policyIn'>, { customer, externalId }: Named, now: number): Promise<ConversationRow | undefined> {
  const [owner] = externalId === undefined ? [] : await identityRows.owners(brand, [{ kind: 'external_id', value: externalId }]);
  const id = externalId === undefined ? customer : owner?.customer_id;
  if (id === undefined) return undefined;
  const [rows, sight] = await Promise.all([conversationRows.ofCustomer(brand, id), sightOf(brand, actor)]);
  return rows.find((row) => maySee(sight, row) && isKept(actor.policyIn, row, now));
}
