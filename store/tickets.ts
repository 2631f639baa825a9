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

/** Forgets what is dead anyway. Minted ones stay a while longer (`minted`), so that one who comes late is told that it is too old. */
export function sweep(brand: BrandStore, before: { readonly used: number; readonly minted: number }): Statement[] {
  return [
    brand.write(brand.q.deleteFrom('used_tickets').where('expires_at', '<', before.used)),
    brand.write(brand.q.deleteFrom('tickets').where('expires_at', '<', before.minted)),
  ];
}
