// Teams of agents and who is in them. A closed one keeps its conversations to its members.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';
import { reading } from '#store/template.ts';

const everyTeam = reading((q) => q.selectFrom('teams').selectAll().orderBy('name_key'));
const everyMember = reading((q) => q.selectFrom('team_members').selectAll().orderBy('team_id').orderBy('agent_id'));

export type TeamRow = BrandTables['teams'];
export type MemberRow = BrandTables['team_members'];

export function all(brand: BrandStore): Promise<TeamRow[]> {
  return brand.allOf(everyTeam, {});
}

export function byId(brand: BrandStore, id: string): Promise<TeamRow | undefined> {
  return brand.one(brand.q.selectFrom('teams').selectAll().where('id', '=', id));
}

/** Who is in which team, of one team or of all. */
export function members(brand: BrandStore, teamId?: string): Promise<MemberRow[]> {
  if (teamId === undefined) return brand.allOf(everyMember, {});
  return brand.all(brand.q.selectFrom('team_members').selectAll().orderBy('team_id').orderBy('agent_id').where('team_id', '=', teamId));
}

/** How many conversations, archived ones too, stand with the team. */
export async function conversationsOf(brand: BrandStore, id: string): Promise<number> {
  const row = await brand.one(brand.q.selectFrom('conversations').select((eb) => eb.fn.countAll<number>().as('held')).where('team_id', '=', id));
  return row?.held ?? 0;
}

/** Another of the same name is a conflict `team.name_taken`. */
export function insert(brand: BrandStore, row: TeamRow): Statement {
  return brand.write(brand.q.insertInto('teams').values(row), { expect: 1, otherwise: 'team.name_taken' });
}

/** A conflict `team.name_taken` when another one is called so. */
export function change(brand: BrandStore, id: string, set: Pick<TeamRow, 'name' | 'name_key' | 'closed'>): Statement {
  return brand.write(brand.q.updateTable('teams').set(set).where('id', '=', id), { expect: 1, otherwise: 'team.name_taken' });
}

export function addMember(brand: BrandStore, row: MemberRow): Statement {
  return brand.write(brand.q.insertInto('team_members').values(row), { expect: 1, otherwise: 'team.changed' });
}

export function removeMembers(brand: BrandStore, teamId: string): Statement {
  return brand.write(brand.q.deleteFrom('team_members').where('team_id', '=', teamId));
}

/** After its members. A conversation that is with the team is a conflict `team.in_use`. */
export function remove(brand: BrandStore, id: string): Statement {
  return brand.write(brand.q.deleteFrom('teams').where('id', '=', id), { expect: 1, otherwise: 'team.in_use' });
}
