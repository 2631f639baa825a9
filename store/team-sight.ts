// The teams of one person, as sight asks for them.
import type { BrandStore } from '#store/store.ts';

/** The ids of the teams a person is in. */
export async function teamsOf(brand: BrandStore, agentId: string): Promise<string[]> {
  const rows = await brand.all(brand.q.selectFrom('team_members').select('team_id').where('agent_id', '=', agentId));
  return rows.map((row) => row.team_id);
}
