// Who has a page open: one row a person and node, written again and again while it is. A node that is gone stops writing.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type PresenceRow = BrandTables['presence'];

export function seen(brand: BrandStore, { agent_id, node, seen_at }: PresenceRow): Statement {
  return brand.write(
    brand.q.insertInto('presence').values({ agent_id, node, seen_at }).onConflict((oc) => oc.columns(['agent_id', 'node']).doUpdateSet({ seen_at })),
    { expect: 1 },
  );
}

/** The active agents seen at `since` or later on any node, each once. */
export async function online(brand: BrandStore, since: number): Promise<Set<string>> {
  const rows = await brand.all(
    brand.q.selectFrom('presence').innerJoin('agents', 'agents.id', 'presence.agent_id').select('presence.agent_id')
      .where('presence.seen_at', '>=', since).where('agents.deactivated_at', 'is', null),
  );
  return new Set(rows.map((row) => row.agent_id));
}

export function gone(brand: BrandStore, agentId: string, node: string): Statement {
  return brand.write(brand.q.deleteFrom('presence').where('agent_id', '=', agentId).where('node', '=', node));
}

/** What nodes left behind that were killed. */
export function sweep(brand: BrandStore, before: number): Statement {
  return brand.write(brand.q.deleteFrom('presence').where('seen_at', '<', before));
}
