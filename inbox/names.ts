// The names that views of the inbox show: read once for a page of rows, not once a row.
import * as agentRows from '#store/agents.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import * as channelRows from '#store/channels.ts';
import type { MessageRow } from '#store/messages.ts';
import type { BrandStore } from '#store/store.ts';
import * as teamRows from '#store/teams.ts';
import type { Named } from '#inbox/shapes.ts';

/** Id to name. */
export interface Names {
  readonly agents: ReadonlyMap<string, string>;
  readonly teams: ReadonlyMap<string, string>;
  readonly channels: ReadonlyMap<string, string>;
}

export async function readNames(brand: BrandStore): Promise<Names> {
  const [agents, teams, channels] = await Promise.all([agentRows.namesById(brand), teamRows.all(brand), channelRows.all(brand)]);
  return { agents, teams: new Map(teams.map((team) => [team.id, team.name])), channels: new Map(channels.map((channel) => [channel.id, channel.name])) };
}

/** With the names of the keys that wrote among these messages, as of agents: a brand may have a million, of which few write here. */
export async function withWriters(brand: BrandStore, names: Names, messages: readonly Pick<MessageRow, 'author_kind' | 'author_id'>[]): Promise<Names> {
  const ids = new Set(messages.flatMap(({ author_kind: kind, author_id: id }) => (kind === 'agent' && id !== null && !names.agents.has(id) ? [id] : [])));
  if (ids.size === 0) return names;
  const keys = await apiKeyRows.namesOf(brand, [...ids]);
  return keys.size === 0 ? names : { ...names, agents: new Map([...names.agents, ...keys]) };
}

/** A name, or the id of something that is not known any more; null for nobody. */
export const named = (names: ReadonlyMap<string, string>, id: string | null): Named | null => (id === null ? null : { id, name: names.get(id) ?? id });
