// Tickets: those the API minted, hashed and sealed, and which signed ones were used, so that none works twice on any node.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type TicketRow = BrandTables['tickets'];

/** By the SHA-256 of its text; used and dead ones too. */
export function byTokenHash(brand: BrandStore, tokenHash: Uint8Array): Promise<TicketRow | undefined> {
  return brand.one(brand.q.selectFrom('tickets').selectAll().where('token_hash', '=', tokenHash));
}

export function insert(brand: BrandStore, row: TicketRow): Statement {
  return brand.write(brand.q.insertInto('tickets').values(row), { expect: 1 });
}

/** Uses a minted ticket up, in the unit of what it buys. Used before: a conflict `ticket.replayed`. */
export function use(brand: BrandStore, id: string, at: number): Statement {
  const query = brand.q.updateTable('tickets').set({ used_at: at }).where('id', '=', id).where('used_at', 'is', null);
  return brand.write(query, { expect: 1, otherwise: 'ticket.replayed' });
}

export async function wasUsed(brand: BrandStore, hash: string): Promise<boolean> {
  return (await brand.one(brand.q.selectFrom('used_tickets').select('hash').where('hash', '=', hash))) !== undefined;
}

/** Uses a signed ticket up. `hash`: of channel, key and jti, as text. Used before: a conflict `ticket.replayed`. `expiresAt`: when it is dead under every policy. */
export function useSigned(brand: BrandStore, hash: string, expiresAt: number): Statement {
  return brand.write(brand.q.insertInto('used_tickets').values({ hash, expires_at: expiresAt }), { expect: 1, otherwise: 'ticket.replayed' });
}

/** The latest of these sign-outs, ms; null when there was none. */
export async function signedOutAt(brand: BrandStore, hashes: readonly string[]): Promise<number | null> {
  const rows = await brand.all(brand.q.selectFrom('sign_outs').select('signed_out_at').where('hash', 'in', hashes));
  return rows.length === 0 ? null : Math.max(...rows.map((row) => row.signed_out_at));
}

/** Remembers a sign-out until every ticket made before it is dead. */
export function signOut(brand: BrandStore, hash: string, at: number, expiresAt: number): Statement {
  const set = { signed_out_at: at, expires_at: expiresAt };
  return brand.write(brand.q.insertInto('sign_outs').values({ hash, ...set }).onConflict((oc) => oc.columns(['hash']).doUpdateSet(set)), { expect: 1 });
}

/**
 * A guard, on the customer's row: neither signed out since the ticket was made, nor its key revoked. Else a conflict `ticket.ended`: it
 * is judged again.
 */
export function stillGood(brand: BrandStore, customerId: string, { hashes, issuedAt, keyId }: { readonly hashes: readonly string[]; readonly issuedAt: number; readonly keyId: string }): Statement {
  const query = brand.q.updateTable('customers').set((eb) => ({ last_seen_at: eb.ref('last_seen_at') })).where('customers.id', '=', customerId)
    .where(({ not, exists, selectFrom }) => not(exists(selectFrom('sign_outs').select('sign_outs.hash').where('sign_outs.hash', 'in', hashes).where('sign_outs.signed_out_at', '>=', issuedAt))))
    .where(({ not, exists, selectFrom }) => not(exists(selectFrom('channel_keys').select('channel_keys.id').where('channel_keys.id', '=', keyId).where('channel_keys.revoked_at', 'is not', null))))
    .where(({ not, exists, selectFrom }) => not(exists(selectFrom('api_keys').select('api_keys.id').where('api_keys.id', '=', keyId).where('api_keys.revoked_at', 'is not', null))));
  return brand.write(query, { expect: 1, otherwise: 'ticket.ended' });
}

/** Forgets what is dead anyway. Minted ones stay a while longer (`minted`), so that one who comes late is told that it is too old. */
export function sweep(brand: BrandStore, before: { readonly used: number; readonly minted: number }): Statement[] {
  return [
    brand.write(brand.q.deleteFrom('used_tickets').where('expires_at', '<', before.used)),
    brand.write(brand.q.deleteFrom('sign_outs').where('expires_at', '<', before.used)),
    brand.write(brand.q.deleteFrom('tickets').where('expires_at', '<', before.minted)),
  ];
}
