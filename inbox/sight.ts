// What one person may see of the inbox: judged per conversation by the decision, and said to queries so that they read no more than needed.
import { decideConversationAccess } from '#policy/decide/conversation-access.ts';
import { decideRetention, retentionEnds } from '#policy/decide/retention.ts';
import type { Actor, PolicyIn } from '#identity/actor.ts';
import * as conversationRows from '#store/conversations.ts';
import type { ConversationRow, Looked } from '#store/conversations.ts';
import type { BrandStore } from '#store/store.ts';
import { teamsOf } from '#store/team-sight.ts';
import * as teamRows from '#store/teams.ts';

export type { PolicyIn };

/** What decides over a person's sight; frozen for as long as people and teams stay as they are. */
export interface Sight {
  readonly admin: boolean;
  readonly agentId: string;
  /** The teams the person is a member of. */
  readonly teams: ReadonlySet<string>;
  readonly closedTeams: ReadonlySet<string>;
}

export async function sightOf(brand: BrandStore, actor: Pick<Actor, 'id' | 'admin'>): Promise<Sight> {
  const [every, own] = await Promise.all([teamRows.all(brand), teamsOf(brand, actor.id)]);
  return { admin: actor.admin, agentId: actor.id, teams: new Set(own), closedTeams: new Set(every.filter((team) => team.closed === 1).map((team) => team.id)) };
}

export function maySee(sight: Sight, { team_id: team, assignee_id: assignee }: Pick<ConversationRow, 'team_id' | 'assignee_id'>): boolean {
  return decideConversationAccess({
    admin: sight.admin, assigned: assignee === sight.agentId, teamClosed: team !== null && sight.closedTeams.has(team), member: team !== null && sight.teams.has(team),
  }).allowed;
}

/** What a query leaves out; `maySee` judges what it gives. */
export function hiddenFrom(sight: Sight): Looked['hidden'] {
  return { teams: sight.admin ? [] : [...sight.closedTeams].filter((team) => !sight.teams.has(team)), exceptAssignee: sight.agentId };
}


/** Is it kept still? What is due is not shown, even before the sweep came. */
export function isKept(policyIn: PolicyIn, row: Pick<ConversationRow, 'channel_id' | 'status' | 'last_message_at' | 'status_at' | 'hold_at'>, now: number): boolean {
  return decideRetention(policyIn(row.channel_id), { status: row.status, lastMessageAt: row.last_message_at, statusAt: row.status_at, held: row.hold_at !== null, now }).allowed;
}

/** What retention leaves out of a query: channels with the same days stand together. */
export function dueIn(policyIn: PolicyIn, channelIds: readonly string[], now: number): Looked['due'] {
  const groups = new Map<string, { channels: string[]; ends: ReturnType<typeof retentionEnds> }>();
  for (const id of channelIds) {
    const ends = retentionEnds(policyIn(id), now);
    const key = `${ends.open} ${ends.solved} ${ends.archived}`;
    const group = groups.get(key) ?? { channels: [], ends };
    group.channels.push(id);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** One conversation as a person may open it; undefined when it is not there, is due, or is not open to them. */
export async function openTo(brand: BrandStore, actor: Pick<Actor, 'id' | 'admin' | 'policyIn'>, id: string, now: number): Promise<ConversationRow | undefined> {
  const [row, sight] = await Promise.all([conversationRows.byId(brand, id), sightOf(brand, actor)]);
  return row !== undefined && maySee(sight, row) && isKept(actor.policyIn, row, now) ? row : undefined;
}
