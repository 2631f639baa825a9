// Everybody who could be told of what happens in a brand's inbox, with what each may see and how each wants to be told.
import { personOf } from '#identity/person.ts';
import { choiceOf } from '#inbox/notification-choice.ts';
import type { Reader } from '#inbox/notification-occasions.ts';
import * as agentRows from '#store/agents.ts';
import * as choiceRows from '#store/notification-choices.ts';
import type { BrandStore } from '#store/store.ts';
import * as teamRows from '#store/teams.ts';
import type { Parts } from '#server/parts.ts';

export type NotifyParts = Pick<Parts, 'store' | 'keyring' | 'brands' | 'presence' | 'config' | 'mail' | 'now' | 'uptime' | 'log'>;

/** Active, and with a password by now. */
export async function readersOf(brand: BrandStore): Promise<Reader[]> {
  const [agents, teams, members, choices] = await Promise.all([agentRows.everybody(brand), teamRows.all(brand), teamRows.members(brand), choiceRows.byAgent(brand)]);
  const closedTeams = new Set(teams.filter(({ closed }) => closed === 1).map(({ id }) => id));
  return agents.filter((agent) => agent.deactivated_at === null && agent.password_hash !== null).map((agent) => {
    const { id, admin } = personOf(agent);
    const own = new Set(members.filter((row) => row.agent_id === id).map((row) => row.team_id));
    return { id, name: agent.name, sight: { admin, agentId: id, teams: own, closedTeams }, choice: choiceOf(choices.get(id)) };
  });
}
