// What each agent of a brand may see and what they are called, read once for everybody, and again as soon as people or teams changed.
import type { Person } from '#identity/person.ts';
import type { Names } from '#inbox/names.ts';
import type { Sight } from '#inbox/sight.ts';
import * as agentRows from '#store/agents.ts';
import type { BrandStore } from '#store/store.ts';
import * as teamRows from '#store/teams.ts';
import type { Brand } from '#server/brands.ts';

type Who = Pick<Person, 'id' | 'admin'>;

/** As it was at one version of the brand's people. */
export interface Known {
  readonly version: number;
  /** Of agents and teams; channels are not people's. */
  readonly names: Names;
  sightOf(person: Who): Sight;
  /** Alike for whoever sees the same, apart from what is assigned to them. */
  textOf(person: Who): string;
}

export interface Sights {
  /** What is known, while nothing has changed since it was read; else null. */
  present(): Known | null;
  /** Present when it resolves. */
  load(): Promise<Known>;
}

async function read(brand: BrandStore, version: number): Promise<Known> {
  const [agents, teams, members] = await Promise.all([agentRows.namesById(brand), teamRows.all(brand), teamRows.members(brand)]);
  const closedTeams: ReadonlySet<string> = new Set(teams.filter(({ closed }) => closed === 1).map(({ id }) => id));
  const none: ReadonlySet<string> = new Set();
  const teamsOf = new Map<string, Set<string>>();
  for (const { agent_id, team_id } of members) teamsOf.set(agent_id, (teamsOf.get(agent_id) ?? new Set()).add(team_id));
  // By the person as they are now: whose rights change is another object.
  const kept = new WeakMap<Who, Sight>();
  const hidden = (id: string): string[] => [...closedTeams].filter((team) => !(teamsOf.get(id) ?? none).has(team)).sort();
  return {
    version,
    textOf: ({ id, admin }) => (admin ? 'all' : hidden(id).join()),
    names: { agents, teams: new Map(teams.map(({ id, name }) => [id, name])), channels: new Map() },
    sightOf(person) {
      const present = kept.get(person);
      if (present !== undefined) return present;
      const { id, admin } = person;
      const sight: Sight = Object.freeze({ admin, agentId: id, teams: teamsOf.get(id) ?? none, closedTeams });
      kept.set(person, sight);
      return sight;
    },
  };
}

export function openSights(brand: Brand, store: BrandStore): Sights {
  let known: Known | null = null;
  let loading: Promise<Known> | null = null;

  // The version counts every change of people and teams, own ones and other nodes' (server/brands.ts).
  const present = (): Known | null => (known?.version === brand.peopleVersion ? known : null);

  async function anew(): Promise<Known> {
    for (;;) {
      const { peopleVersion } = brand;
      const found = await read(store, peopleVersion);
      if (peopleVersion !== brand.peopleVersion) continue;
      known = found;
      return found;
    }
  }

  return {
    present,
    async load() {
      for (;;) {
        const now = present();
        if (now !== null) return now;
        loading ??= anew().finally(() => (loading = null));
        await loading;
      }
    },
  };
}
