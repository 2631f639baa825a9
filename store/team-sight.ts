// The teams of one person, as sight asks for them.
import type { BrandStore } from '#store/store.ts';
import { reading } from '#store/template.ts';

const teamsOfAgent = reading<{ agentId: string }, { team_id: string }>((q, { agentId }) => q.selectFrom('team_members').select('team_id').where('agent_id', '=', agentId));

/** The ids of the teams a person is in. */
export async function teamsOf(brand: BrandStore, agentId: string): Promise<string[]> {
  const rows = await brand.allOf(teamsOfAgent, { agentId });
  return rows.map((row) => row.team_id);
}
