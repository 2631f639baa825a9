// Settings → Users over HTTP: the list, invitations, changes, and what ends, renews or restores somebody's access.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deny } from '#policy/decision.ts';
import { freshOpen } from '#identity/sessions.ts';
import { endSessions, sessionsOf } from '#identity/session-list.ts';
import * as access from '#identity/user-access.ts';
import { listUsers, readUser } from '#identity/user-list.ts';
import type { Admin, Done, UsersParts } from '#identity/user-unit.ts';
import * as users from '#identity/users.ts';
import * as agentRows from '#store/agents.ts';
import { Conflict } from '#store/store.ts';
import { User, Users } from '#server/api/representations.ts';
import type { App } from '#server/app.ts';
import { judgeStepUp } from '#server/doors/workspace.ts';
import type { Parts } from '#server/parts.ts';
import { personChanged } from '#server/person-changed.ts';

const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });
const Text = Type.String({ maxLength: 400 });
const Rights = Type.Array(Type.String({ maxLength: 100 }), { maxItems: 20 });
const Phone = Type.Union([Text, Type.Null()]);
const Invite = Type.Object({ email: Type.Optional(Text), name: Type.Optional(Text), role: Type.Optional(Text), capabilities: Type.Optional(Rights), phone: Type.Optional(Phone) }, { additionalProperties: false });
const Renewal = Type.Object({ requireChange: Type.Optional(Type.Boolean()) }, { additionalProperties: false });
const Reset = Type.Object({ sendLink: Type.Optional(Type.Boolean()) }, { additionalProperties: false });
const End = Type.Object({ id: Type.Optional(Type.String({ maxLength: 100 })) }, { additionalProperties: false });
const Ids = Type.Object({ ids: Type.Array(Type.String({ maxLength: 100 }), { minItems: 1, maxItems: 1_000 }) }, { additionalProperties: false });
const Filter = Type.Object({
  q: Type.Optional(Type.String({ maxLength: 200 })),
  state: Type.Optional(Type.Union([Type.Literal('invited'), Type.Literal('active'), Type.Literal('deactivated')])),
  role: Type.Optional(Type.Union([Type.Literal('admin'), Type.Literal('agent')])),
  factor: Type.Optional(Type.Union([Type.Literal('none'), Type.Literal('some')])),
  locked: Type.Optional(Type.Literal('1')),
}, { additionalProperties: false });

const config = { door: 'workspace', adminOnly: true } as const;
const reading = { ...config, scope: 'users:read' } as const;
const STEP_UP = deny('step_up.required', null, {});
const MISSING = deny('users.missing', null, {});

/** What every route of this page needs of its request, and how it answers. */
export function usersDesk(parts: Parts) {
  const { brands, problems, sessions, store, keyring, now } = parts;
  const identity: UsersParts = { store, keyring, sessions, commit: brands.commit, now, origin: parts.config.publicUrl.origin };

  const refuse = problems.refuseActor;

  /** Credentials ask each time. Another node may have taken the code: that is read before anybody is asked again. */
  async function fresh({ session, client }: FastifyRequest): Promise<boolean> {
    const facts = { address: client.text, now: now() };
    if (freshOpen(session, facts)) return true;
    await sessions.refresh(session);
    return freshOpen(session, facts);
  }
  /** The window of an hour, as for settings. */
  async function windowOpen({ session, brand, client }: FastifyRequest): Promise<boolean> {
    if (judgeStepUp(session, brand, client, now()).allowed) return true;
    await sessions.refresh(session);
    return judgeStepUp(session, brand, client, now()).allowed;
  }
  async function adminOf({ session, brand }: FastifyRequest): Promise<Admin> {
    const self = await agentRows.byId(store.brand(brand.id), session.person.id);
    return { session, name: self?.name ?? 'An administrator', brand: { id: brand.id, slug: brand.slug, name: brand.name }, policy: brand.policy };
  }
  const someone = ({ brand }: FastifyRequest, id: string): Promise<agentRows.KnownAgent | undefined> => agentRows.byId(store.brand(brand.id), id);
  const looking = () => ({ store, keyring, now: now() });

  return { identity, refuse, fresh, windowOpen, adminOf, someone, looking };
}

export function usersRoutes(app: App, parts: Parts): void {
  const { problems, store, sessions, now } = parts;
  const { identity, refuse, fresh, windowOpen, adminOf, someone, looking } = usersDesk(parts);

  /** Does one thing to one person with a fresh code, and answers with the person as they are then. */
  async function change(request: FastifyRequest, reply: FastifyReply, id: string, work: (admin: Admin, agent: agentRows.KnownAgent) => Promise<users.Saved>): Promise<FastifyReply> {
    const agent = await someone(request, id);
    if (agent === undefined) return refuse(request, reply, MISSING);
    if (!(await fresh(request))) return refuse(request, reply, STEP_UP);
    return answer(request, reply, id, await work(await adminOf(request), agent));
  }
  async function answer(request: FastifyRequest, reply: FastifyReply, id: string, saved: users.Saved): Promise<FastifyReply> {
    if ('faults' in saved) return problems.invalid(reply, saved.faults);
    if (!saved.ok) return refuse(request, reply, saved.denial);
    await personChanged(parts, request.brand.id, id);
    return reply.send(await readUser(looking(), request.brand.id, id));
  }

  app.get('/api/v1/users', { config: reading, schema: { summary: 'People who work here', querystring: Filter, answers: { 200: Users } } }, async ({ brand, query }) => {
    const { q, state, role, factor, locked } = query;
    return listUsers(looking(), brand.id, { text: q, state, role, factor, locked: locked === '1' });
  });

  app.get('/api/v1/users/:id', { config: reading, schema: { summary: 'One person', params: Id, answers: { 200: User } } }, async (request, reply) => {
    const user = await readUser(looking(), request.brand.id, request.params.id);
    return user === null ? refuse(request, reply, MISSING) : reply.send(user);
  });

  app.post('/api/v1/users', { config, schema: { body: Invite } }, async (request, reply) => {
    const admin = await adminOf(request);
    // The faults first: nobody gives a code for what cannot be taken.
    const { fields, faults } = await users.judgeInvite(identity, admin, request.body);
    if (fields === null) return problems.invalid(reply, faults);
    if (!(await fresh(request))) return refuse(request, reply, STEP_UP);
    const invited = await users.invite(identity, admin, fields);
    if ('faults' in invited) return problems.invalid(reply, invited.faults);
    if (!invited.ok) return refuse(request, reply, invited.denial);
    return reply.code(201).send(await readUser(looking(), request.brand.id, invited.id));
  });

  app.patch('/api/v1/users/:id', { config, schema: { params: Id, body: Invite } }, async (request, reply) => {
    const agent = await someone(request, request.params.id);
    if (agent === undefined) return refuse(request, reply, MISSING);
    const admin = await adminOf(request);
    const { fields, faults } = await users.judgeChange(identity, admin, agent, request.body);
    if (faults.length > 0) return problems.invalid(reply, faults);
    if (!(await fresh(request))) return refuse(request, reply, STEP_UP);
    return answer(request, reply, agent.id, await users.changeUser(identity, admin, agent, fields));
  });

  const acts: Readonly<Record<string, (admin: Admin, agent: agentRows.KnownAgent) => Promise<Done>>> = {
    'invitation': (admin, agent) => users.inviteAgain(identity, admin, agent),
    'invitation/withdraw': (admin, agent) => users.withdraw(identity, admin, agent),
    'deactivate': (admin, agent) => access.deactivate(identity, admin, agent),
    'reactivate': (admin, agent) => access.reactivate(identity, admin, agent),
    'locks/lift': (admin, agent) => access.liftLocks(identity, admin, agent),
  };
  for (const [path, act] of Object.entries(acts)) {
    app.post(`/api/v1/users/:id/${path}`, { config, schema: { params: Id } }, (request, reply) => change(request, reply, request.params.id, act));
  }

  app.post('/api/v1/users/:id/renewal', { config, schema: { params: Id, body: Renewal } }, (request, reply) =>
    change(request, reply, request.params.id, (admin, agent) => access.renewPassword(identity, admin, agent, request.body.requireChange === true)));

  app.post('/api/v1/users/:id/factors/reset', { config, schema: { params: Id, body: Reset } }, (request, reply) =>
    change(request, reply, request.params.id, (admin, agent) => access.resetFactors(identity, admin, agent, request.body.sendLink === true)));

  app.post('/api/v1/users/enrolment-links', { config, schema: { body: Ids } }, async (request, reply) => {
    if (!(await windowOpen(request))) return refuse(request, reply, STEP_UP);
    const sent = await access.sendEnrolmentLinks(identity, await adminOf(request), request.body.ids);
    return 'ok' in sent ? refuse(request, reply, sent.denial) : reply.send(sent);
  });

  app.get('/api/v1/users/:id/sessions', { config, schema: { params: Id } }, async (request, reply) => {
    const agent = await someone(request, request.params.id);
    if (agent === undefined) return refuse(request, reply, MISSING);
    return reply.send({ sessions: await sessionsOf(store.brand(request.brand.id), agent.id, { policy: request.brand.policyFor(agent.id), now: now() }, sessions.each()) });
  });

  app.post('/api/v1/users/:id/sessions/end', { config, schema: { params: Id, body: End } }, async (request, reply) => {
    const { brand, session, params, body } = request;
    if ((await someone(request, params.id)) === undefined) return refuse(request, reply, MISSING);
    if (!(await windowOpen(request))) return refuse(request, reply, STEP_UP);
    const rows = store.brand(brand.id);
    const ending = await endSessions({ brand: rows, now: now() }, { agentId: params.id, actor: { kind: 'agent', id: session.person.id }, reason: 'by_admin', ...(body.id === undefined ? {} : { only: body.id }) });
    if (ending === null) return reply.send({ ended: 0 });
    try {
      await parts.brands.commit([rows.part(ending)]);
    } catch (error) {
      // Somebody else was first: ended is ended, and its row is there.
      if (!(error instanceof Conflict) || error.code !== 'session.ended') throw error;
    }
    await personChanged(parts, brand.id, params.id);
    return reply.send({ ended: ending.ids.length });
  });
}
