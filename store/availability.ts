// Whether an agent says they take conversations; who never said anything is available.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type AvailabilityRow = BrandTables['availability'];
export type Availability = AvailabilityRow['state'];

export function all(brand: BrandStore): Promise<AvailabilityRow[]> {
  return brand.all(brand.q.selectFrom('availability').selectAll());
}

export async function of(brand: BrandStore, agentId: string): Promise<Availability> {
  return (await brand.one(brand.q.selectFrom('availability').select('state').where('agent_id', '=', agentId)))?.state ?? 'available';
}

export function set(brand: BrandStore, { agent_id, state, changed_at }: AvailabilityRow): Statement {
  return brand.write(
    brand.q.insertInto('availability').values({ agent_id, state, changed_at }).onConflict((oc) => oc.columns(['agent_id']).doUpdateSet({ state, changed_at })),
    { expect: 1 },
  );
}
