// The people of the inbox over HTTP: who there is to assign to, in which teams, who is here, and one's own availability.
import { Type } from 'typebox';
import { newId } from '#identity/tokens.ts';
import { listTeams } from '#inbox/teams.ts';
import * as agentRows from '#store/agents.ts';
import * as availabilityRows from '#store/availability.ts';
import { People } from '#server/api/representations.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';

const State = Type.Object({ state: Type.Union([Type.Literal('available'), Type.Literal('away')]) }, { additionalProperties: false });

export function inboxPeopleRoutes(app: App, parts: Parts): void {
  const { brands, presence, store, now } = parts;

  app.get('/api/v1/inbox/people', { config: { door: 'workspace', inFrame: true, scope: 'users:read' }, schema: { summary: 'Whom a conversation can be assigned to, and who is here', answers: { 200: People } } }, async ({ brand }) => {
    const rows = store.brand(brand.id);
    const [agents, states, online, teams] = await Promise.all([agentRows.all(rows), availabilityRows.all(rows), presence.online(brand.id), listTeams(rows)]);
    const stateOf = new Map(states.map(({ agent_id, state }) => [agent_id, state]));
    // Who was invited and has not come yet can answer nobody.
    const people = agents.filter((agent) => agent.deactivated_at === null && agent.password_hash !== null);
    return { people: people.map(({ id, name }) => ({ id, name, availability: stateOf.get(id) ?? 'available', online: online.has(id) })), teams };
  });

  app.put('/api/v1/account/availability', { config: { door: 'workspace', inFrame: true }, schema: { body: State } }, async ({ brand, session, body }) => {
    const rows = store.brand(brand.id);
    const { id } = session.person;
    const { state } = body;
    if ((await availabilityRows.of(rows, id)) === state) return { state };
    const at = now();
    const entry = { id: newId('evt'), at, actor: { kind: 'agent', id }, event: 'availability.changed', entity: { kind: 'agent', id }, facts: { state } } as const;
    await brands.commit([rows.part({ statements: [availabilityRows.set(rows, { agent_id: id, state, changed_at: at })], entries: [entry] })]);
    presence.changed(brand.id);
    return { state };
  });
}
