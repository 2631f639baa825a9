// Exceptions from the list of transfer addresses over HTTP: an agent asks, an administrator with a fresh code allows or refuses, and takes back at once.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deny } from '#policy/decision.ts';
import { freshOpen, useUpFresh } from '#identity/sessions.ts';
import { askException, decideException, type Kept, withdrawException } from '#inbox/forward/exceptions.ts';
import { exceptionViews } from '#inbox/forward/view.ts';
import { isKept, maySee, openTo, sightOf } from '#inbox/sight.ts';
import * as conversationRows from '#store/conversations.ts';
import * as exceptionRows from '#store/forward-exceptions.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';

const Key = Type.String({ maxLength: 60 });
const Id = Type.Object({ id: Key });
const Ask = Type.Object({ address: Type.String({ maxLength: 400 }), reason: Type.String({ maxLength: 4_000 }) }, { additionalProperties: false });
const Decide = Type.Object({ until: Type.Union([Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), Type.Null()], { description: 'ms since 1970; null refuses.' }) }, { additionalProperties: false });
const Nothing = Type.Object({}, { additionalProperties: false });
const Exception = Type.Object({
  id: Type.String(), conversationId: Type.String(), address: Type.String(), reason: Type.String(), askedByName: Type.String(), askedAt: Type.Integer(), state: Type.String(),
  decidedByName: Type.Union([Type.String(), Type.Null()]), until: Type.Union([Type.Integer(), Type.Null()]),
});
const One = Type.Object({ exception: Exception });
const MOST = 200;
const NOT_FOUND = deny('conversation.not_found', null, {});
const MISSING = deny('exception.missing', null, {});
const STEP_UP = deny('step_up.required', null, {});

export function forwardExceptionRoutes(app: App, parts: Parts): void {
  const { store, problems, brands, sessions, now } = parts;
  const desk = { store, commit: brands.commit, now };
  const refuse = problems.refuseActor;

  async function answer(request: FastifyRequest, reply: FastifyReply, kept: Kept, code = 200): Promise<FastifyReply> {
    if ('faults' in kept) return problems.invalid(reply, kept.faults);
    if (!kept.ok) return refuse(request, reply, kept.denial);
    const [exception] = await exceptionViews(store.brand(request.brand.id), [kept.exception], now());
    return reply.code(code).send({ exception: exception! });
  }

  app.post('/api/v1/conversations/:id/exceptions', { config: { door: 'workspace', inFrame: true, capability: 'forward' }, schema: { params: Id, body: Ask, response: { 201: One } } }, async (request, reply) => {
    const row = await openTo(store.brand(request.brand.id), request.actor, request.params.id, now());
    if (row === undefined) return refuse(request, reply, NOT_FOUND);
    return answer(request, reply, await askException(desk, request.brand.id, request.actor, row, request.body), 201);
  });

  /** With its conversation, where the administrator may see that. */
  async function found({ brand, actor }: FastifyRequest, id: string) {
    const rows = store.brand(brand.id);
    const row = await exceptionRows.byId(rows, id);
    const conversation = row === undefined ? undefined : await openTo(rows, actor, row.conversation_id, now());
    return row === undefined || conversation === undefined ? undefined : { row, conversation };
  }

  app.get('/api/v1/exceptions', { config: { door: 'workspace', adminOnly: true }, schema: { response: { 200: Type.Object({ exceptions: Type.Array(Type.Intersect([Exception, Type.Object({ number: Type.Integer() })])) }) } } }, async (request, reply) => {
    const { brand, actor } = request;
    const rows = store.brand(brand.id);
    const [open, sight] = await Promise.all([exceptionRows.open(rows, MOST), sightOf(rows, actor)]);
    const conversations = new Map((await conversationRows.byIds(rows, [...new Set(open.map((one) => one.conversation_id))])).map((row) => [row.id, row]));
    const at = now();
    const seen = open.filter((one) => {
      const row = conversations.get(one.conversation_id);
      return row !== undefined && maySee(sight, row) && isKept(brand.policyIn, row, at);
    });
    const views = await exceptionViews(rows, seen, at);
    return reply.send({ exceptions: views.map((view) => ({ ...view, number: conversations.get(view.conversationId)?.number ?? 0 })) });
  });

  app.post('/api/v1/exceptions/:id/decision', { config: { door: 'workspace', adminOnly: true }, schema: { params: Id, body: Decide, response: { 200: One } } }, async (request, reply) => {
    const one = await found(request, request.params.id);
    if (one === undefined) return refuse(request, reply, MISSING);
    const { session, client, brand, actor } = request;
    const { until } = request.body;
    // To refuse needs no code: it opens nothing.
    if (until === null) return answer(request, reply, await decideException(desk, brand.id, actor, one.conversation, one.row, null, []));
    if (!freshOpen(session, { address: client.text, now: now() })) {
      await sessions.refresh(session);
      if (!freshOpen(session, { address: client.text, now: now() })) return refuse(request, reply, STEP_UP);
    }
    const kept = await decideException(desk, brand.id, actor, one.conversation, one.row, until, [sessions.usingFresh(session, now())]);
    if (kept.ok) useUpFresh(session);
    return answer(request, reply, kept);
  });

  app.post('/api/v1/exceptions/:id/withdraw', { config: { door: 'workspace', adminOnly: true }, schema: { params: Id, body: Nothing, response: { 200: One } } }, async (request, reply) => {
    const one = await found(request, request.params.id);
    if (one === undefined) return refuse(request, reply, MISSING);
    return answer(request, reply, await withdrawException(desk, request.brand.id, request.actor, one.conversation, one.row));
  });
}
