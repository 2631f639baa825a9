// What tickets proved of customers: an external id, email address or phone number belongs to one customer of a brand, or to nobody.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type IdentityRow = BrandTables['customer_identities'];
export type Identifier = Pick<IdentityRow, 'kind' | 'value'>;

/** Whose these identifiers are; those of nobody are not there. */
export function owners(brand: BrandStore, identifiers: readonly Identifier[]): Promise<IdentityRow[]> {
  const query = brand.q.selectFrom('customer_identities').selectAll();
  return brand.all(query.where((eb) => eb.or(identifiers.map(({ kind, value }) => eb.and([eb('kind', '=', kind), eb('value', '=', value)])))));
}

/** Somebody got it meanwhile: a conflict `identity.taken`. */
export function insert(brand: BrandStore, row: IdentityRow): Statement {
  return brand.write(brand.q.insertInto('customer_identities').values(row), { expect: 1, otherwise: 'identity.taken' });
}

/** Gives an identifier to another customer: one that a customer got beside a stronger one is nobody's key. Moved meanwhile: a conflict `identity.taken`. */
export function move(brand: BrandStore, { kind, value }: Identifier, from: string, to: string, at: number): Statement {
  const query = brand.q.updateTable('customer_identities').set({ customer_id: to, verified_at: at }).where('kind', '=', kind).where('value', '=', value).where('customer_id', '=', from);
  return brand.write(query, { expect: 1, otherwise: 'identity.taken' });
}

/** Still this customer's when the unit is made: erased or moved meanwhile is a conflict `identity.taken`. */
export function stillOf(brand: BrandStore, { kind, value }: Identifier, customerId: string, at: number): Statement {
  const query = brand.q.updateTable('customer_identities').set({ verified_at: at }).where('kind', '=', kind).where('value', '=', value).where('customer_id', '=', customerId);
  return brand.write(query, { expect: 1, otherwise: 'identity.taken' });
}
