// A person's own sessions over HTTP: where they are signed in, and the end of one or of all others.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Denial } from '#policy/decision.ts';
import { EITHER } from '#policy/session-judgement.ts';
import { judgePasswordAgain } from '#identity/password-again.ts';
import { endSessions, sessionsOf } from '#identity/session-list.ts';
import { Conflict } from '#store/store.ts';
import type { App } from '#server/app.ts';
import { judgeStepUp } from '#server/doors/workspace.ts';
import type { Parts } from '#server/parts.ts';
import { personChanged } from '#server/person-changed.ts';

const Again = Type.Object({ password: Type.Optional(Type.String({ maxLength: 8_000 })) }, { additionalProperties: false });
const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });

export function ownSessionRoutes(app: App, parts: Parts): void {
  const { brands, problems, sessions, store, now } = parts;

  /** Having authenticated again (ASVS 5.0 7.5.2): with a code, or by the password where there is no factor to ask for. */
  async function judgeAgain({ session, brand, client }: FastifyRequest, password: string | undefined): Promise<Denial | null> {
    if (!session.person.hasFactor) return judgePasswordAgain(parts, session, password);
    if (judgeStepUp(session, brand, client, now()).allowed) return null;
    // The code may have been given at another node.
    await sessions.refresh(session);
    const judged = judgeStepUp(session, brand, client, now());
    return judged.allowed ? null : judged;
  }

  async function end(request: FastifyRequest, reply: FastifyReply, which: { only: string } | { except: string }, password: string | undefined): Promise<FastifyReply> {
    const { session, brand } = request;
    const actor = { kind: 'agent', id: session.person.id } as const;
    const denial = await judgeAgain(request, password);
    if (denial !== null) return problems.refuse(request, reply, denial, { door: 'workspace', brand, actor });
    const rows = store.brand(brand.id);
    const ending = await endSessions({ brand: rows, now: now() }, { agentId: actor.id, actor, reason: 'elsewhere', ...which });
    // What has ended already is as it was asked to be.
    if (ending === null) return reply.send({ ended: 0 });
    try {
      await brands.commit([rows.part({ statements: [...ending.statements], entries: [...ending.entries], bumps: [...ending.bumps] })]);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
    await personChanged(parts, brand.id, actor.id);
    return reply.send({ ended: ending.ids.length });
  }

  app.get('/api/v1/account/sessions', { config: { door: 'workspace', whileHeldBack: EITHER } }, async ({ brand, session }) => {
    const theirs = [...sessions.each()].filter((one) => one.brandId === brand.id && one.person.id === session.person.id);
    const shown = await sessionsOf(store.brand(brand.id), session.person.id, { policy: brand.policyFor(session.person.id), now: now() }, theirs);
    return { sessions: shown.map((one) => ({ ...one, current: one.id === session.id })), askedFor: session.person.hasFactor ? 'code' : 'password' };
  });

  app.delete('/api/v1/account/sessions/:id', { config: { door: 'workspace', whileHeldBack: EITHER }, schema: { params: Id, body: Again } }, (request, reply) =>
    end(request, reply, { only: request.params.id }, request.body.password));

  app.post('/api/v1/account/sessions/end-others', { config: { door: 'workspace', whileHeldBack: EITHER }, schema: { body: Again } }, (request, reply) =>
    end(request, reply, { except: request.session.id }, request.body.password));
}
