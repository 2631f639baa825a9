// Teams, made and changed by an administrator: each change one unit with its row, and everybody's sight follows.
import type { DenialCode } from '#policy/decision.ts';
import { fault, type Fault, shown } from '#policy/fault.ts';
import { lineFaults } from '#identity/brand-name.ts';
import { newId } from '#identity/tokens.ts';
import * as agentRows from '#store/agents.ts';
import * as teamRows from '#store/teams.ts';
import { type BrandStore, type Committed, Conflict, type Entry, type Part, type Statement } from '#store/store.ts';

export interface TeamsParts {
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
}

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly closed: boolean;
  /** Ids of agents. */
  readonly members: readonly string[];
}

/** As given; what is undefined was not given. `members` replaces all that were. */
export interface GivenTeam {
  readonly name?: string | undefined;
  readonly closed?: boolean | undefined;
  readonly members?: readonly string[] | undefined;
}

export type TeamSaved =
  | { readonly ok: true; readonly team: Team }
  | { readonly ok: false; readonly faults: readonly Fault[] }
  | { readonly ok: false; readonly code: Extract<DenialCode, 'team.missing' | 'team.in_use'>; readonly conversations?: number };

export const MAX_TEAM_NAME = 80;
const MISSING = { ok: false, code: 'team.missing' } as const;

/** Two names that read alike are one: compatibility forms and case do not tell them apart (Unicode TR 15, NFKC). */
export const teamKey = (name: string): string => name.normalize('NFKC').toLowerCase().normalize('NFKC');

export async function listTeams(brand: BrandStore): Promise<Team[]> {
  const [teams, members] = await Promise.all([teamRows.all(brand), teamRows.members(brand)]);
  const of = Object.groupBy(members, ({ team_id }) => team_id);
  return teams.map((row) => teamOf(row, of[row.id] ?? []));
}

function teamOf(row: teamRows.TeamRow, members: readonly teamRows.MemberRow[]): Team {
  return { id: row.id, name: row.name, closed: row.closed === 1, members: members.map(({ agent_id }) => agent_id) };
}

const taken = (name: string): Fault => fault('name', 'team.name_taken', 'Name', 'be one that no other team has', shown(name));

async function faultsOf(brand: BrandStore, { name, members }: GivenTeam, before: readonly string[]): Promise<Fault[]> {
  const faults = name === undefined ? [] : lineFaults(name, 'name', 'Name');
  const length = [...(name ?? '')].length;
  if (faults.length === 0 && length > MAX_TEAM_NAME) faults.push({ path: 'name', code: 'text.too_long', message: `Name must have at most ${MAX_TEAM_NAME} characters, not ${length}.` });
  if (members === undefined) return faults;
  const known = new Map((await agentRows.all(brand)).map((agent) => [agent.id, agent]));
  // Who was deactivated since may stay; nobody who is gone is newly put in.
  const wrong = members.filter((id) => !before.includes(id) && known.get(id)?.deactivated_at !== null);
  return [...faults, ...wrong.slice(0, 5).map((id) => fault('members', 'team.member_unknown', 'Members', 'be active people of this workspace', shown(id)))];
}

function entry(actor: string, at: number, event: string, id: string, detail: Pick<Entry, 'before' | 'after' | 'facts'>): Entry {
  return { id: newId('evt'), at, actor: { kind: 'agent', id: actor }, event, entity: { kind: 'team', id }, ...detail };
}

const told = ({ name, closed, members }: Team) => ({ name, closed, members });

/** Commits, and says in the form of the page what a guard found. */
async function save(parts: TeamsParts, brand: BrandStore, statements: Statement[], row: Entry, team: Team): Promise<TeamSaved> {
  try {
    await parts.commit([brand.part({ statements, entries: [row], bumps: ['people'] })]);
    return { ok: true, team };
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    if (error.code === 'team.name_taken') return { ok: false, faults: [taken(team.name)] };
    if (error.code === 'team.in_use') return { ok: false, code: 'team.in_use', conversations: await teamRows.conversationsOf(brand, team.id) };
    throw error;
  }
}

export async function createTeam(parts: TeamsParts, brand: BrandStore, actor: string, given: GivenTeam): Promise<TeamSaved> {
  const team: Team = { id: newId('team'), name: given.name ?? '', closed: given.closed ?? false, members: [...new Set(given.members ?? [])].sort() };
  const faults = await faultsOf(brand, team, []);
  if (faults.length > 0) return { ok: false, faults };
  const now = parts.now();
  const row = { id: team.id, name: team.name, name_key: teamKey(team.name), closed: team.closed ? 1 : 0, created_at: now };
  const joining = team.members.map((agent_id) => teamRows.addMember(brand, { team_id: team.id, agent_id }));
  return save(parts, brand, [teamRows.insert(brand, row), ...joining], entry(actor, now, 'team.created', team.id, { after: told(team), facts: { name: team.name } }), team);
}

export async function changeTeam(parts: TeamsParts, brand: BrandStore, actor: string, id: string, given: GivenTeam): Promise<TeamSaved> {
  const [row, members] = await Promise.all([teamRows.byId(brand, id), teamRows.members(brand, id)]);
  if (row === undefined) return MISSING;
  const before = teamOf(row, members);
  const after: Team = { id, name: given.name ?? before.name, closed: given.closed ?? before.closed, members: given.members === undefined ? before.members : [...new Set(given.members)].sort() };
  const faults = await faultsOf(brand, given, before.members);
  if (faults.length > 0) return { ok: false, faults };
  const change = teamRows.change(brand, id, { name: after.name, name_key: teamKey(after.name), closed: after.closed ? 1 : 0 });
  const replacing = given.members === undefined ? [] : [teamRows.removeMembers(brand, id), ...after.members.map((agent_id) => teamRows.addMember(brand, { team_id: id, agent_id }))];
  return save(parts, brand, [change, ...replacing], entry(actor, parts.now(), 'team.changed', id, { before: told(before), after: told(after), facts: { name: after.name } }), after);
}

/** Refused while a conversation is with the team: where they should go is a person's choice. */
export async function deleteTeam(parts: TeamsParts, brand: BrandStore, actor: string, id: string): Promise<TeamSaved> {
  const [row, members, conversations] = await Promise.all([teamRows.byId(brand, id), teamRows.members(brand, id), teamRows.conversationsOf(brand, id)]);
  if (row === undefined) return MISSING;
  if (conversations > 0) return { ok: false, code: 'team.in_use', conversations };
  const team = teamOf(row, members);
  const statements = [teamRows.removeMembers(brand, id), teamRows.remove(brand, id)];
  return save(parts, brand, statements, entry(actor, parts.now(), 'team.deleted', id, { before: told(team), facts: { name: team.name } }), team);
}
