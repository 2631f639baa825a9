// Settings → Teams over HTTP: an administrator makes, changes and deletes them.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deny } from '#policy/decision.ts';
import { changeTeam, createTeam, deleteTeam, listTeams, type TeamSaved } from '#inbox/teams.ts';
import { Teams } from '#server/api/representations.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';

const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });
const Fields = {
  closed: Type.Optional(Type.Boolean()),
  members: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 1_000 })),
};
const Made = Type.Object({ name: Type.String({ maxLength: 400 }), ...Fields }, { additionalProperties: false });
const Changed = Type.Object({ name: Type.Optional(Type.String({ maxLength: 400 })), ...Fields }, { additionalProperties: false });

const config = { door: 'workspace', adminOnly: true } as const;

export function teamRoutes(app: App, parts: Parts): void {
  const { brands, problems, store, live, now } = parts;
  const teams = { commit: brands.commit, now };

  async function answer(request: FastifyRequest, reply: FastifyReply, status: number, saved: TeamSaved): Promise<FastifyReply> {
    if (saved.ok) {
      // What each person sees has changed with it.
      live.tellPeople(request.brand.id);
      return status === 204 ? reply.code(204).send() : reply.code(status).send(saved.team);
    }
    if ('faults' in saved) return problems.invalid(reply, saved.faults);
    const denial = deny(saved.code, null, saved.conversations === undefined ? {} : { conversations: saved.conversations });
    return problems.refuse(request, reply, denial, { door: 'workspace', brand: request.brand, actor: { kind: 'agent', id: request.session.person.id } });
  }
  const of = ({ brand, session }: FastifyRequest) => [teams, store.brand(brand.id), session.person.id] as const;

  app.get('/api/v1/teams', { config: { ...config, scope: 'users:read' }, schema: { summary: 'Teams', answers: { 200: Teams } } }, async ({ brand }) => ({ teams: await listTeams(store.brand(brand.id)) }));

  app.post('/api/v1/teams', { config, schema: { body: Made } }, async (request, reply) => answer(request, reply, 201, await createTeam(...of(request), request.body)));

  app.patch('/api/v1/teams/:id', { config, schema: { params: Id, body: Changed } }, async (request, reply) => answer(request, reply, 200, await changeTeam(...of(request), request.params.id, request.body)));

  app.delete('/api/v1/teams/:id', { config, schema: { params: Id } }, async (request, reply) => answer(request, reply, 204, await deleteTeam(...of(request), request.params.id)));
}
