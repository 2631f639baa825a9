// How each agent wants to be told of what happens; who never chose has no row.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type ChoiceRow = BrandTables['notification_choices'];

export async function byAgent(brand: BrandStore): Promise<Map<string, ChoiceRow>> {
  const rows = await brand.all(brand.q.selectFrom('notification_choices').selectAll());
  return new Map(rows.map((row) => [row.agent_id, row]));
}

export function of(brand: BrandStore, agentId: string): Promise<ChoiceRow | undefined> {
  return brand.one(brand.q.selectFrom('notification_choices').selectAll().where('agent_id', '=', agentId));
}

export function set(brand: BrandStore, row: ChoiceRow): Statement {
  const { agent_id: _agent, ...choice } = row;
  return brand.write(brand.q.insertInto('notification_choices').values(row).onConflict((oc) => oc.columns(['agent_id']).doUpdateSet(choice)), { expect: 1 });
}
