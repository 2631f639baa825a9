// The present session over HTTP: who am I, real input, a code given in place, step-up.
import { Type } from 'typebox';
import type { FastifyRequest } from 'fastify';
import { judgeSession } from '#server/doors/workspace.ts';
import { giveCode, type Purpose } from '#identity/step-up.ts';
import { SAVE_INPUT_MS } from '#identity/sessions.ts';
import type { App } from '#server/app.ts';
import { type Card, cardOf } from '#server/cards.ts';
import { clearCookie, readCookie, SESSION_COOKIE } from '#server/cookies.ts';
import type { Parts } from '#server/parts.ts';
import { Code } from '#server/routes/sign-in.ts';

/** `idleSeconds`: how long ago the person last touched the page. */
const Input = Type.Object({ idleSeconds: Type.Number({ minimum: 0, maximum: 86_400 }) }, { additionalProperties: false });
const HOUR = 3_600_000;
const MINUTE = 60_000;

export function sessionRoutes(app: App, parts: Parts): void {
  const { brands, problems, sessions, store, keyring, now } = parts;
  const identity = { store, keyring, sessions, commit: brands.commit, now };

  function idleOf(request: FastifyRequest): { timeoutMinutes: number; expiresAt: number | null } {
    const timeoutMinutes = request.brand.policy.values['session.idle_timeout_minutes'];
    return { timeoutMinutes, expiresAt: timeoutMinutes === 0 ? null : request.session.lastInputAt + timeoutMinutes * MINUTE };
  }

  function show(request: FastifyRequest, card: Card) {
    const { session, brand, client } = request;
    const { person } = session;
    const at = now();
    return {
      agent: {
        id: person.id,
        name: card.name,
        email: card.email,
        role: person.admin ? 'admin' : 'agent',
        capabilities: person.capabilities,
        phone: card.phone,
        hasFactor: card.methods.length > 0,
        recoveryCodesLeft: card.recoveryCodesLeft,
      },
      brand: { id: brand.id, slug: brand.slug, name: brand.name },
      address: client.text,
      proven: session.proven,
      stepUpUntil: session.given !== null && session.given.stepUpUntil > at ? session.given.stepUpUntil : null,
      exemptUntil: session.exemptUntil > at ? session.exemptUntil : null,
      idle: idleOf(request),
      absoluteExpiresAt: session.createdAt + brand.policy.values['session.absolute_hours'] * HOUR,
      inputReport: 10,
      serverTime: at,
      version: parts.version,
    };
  }

  app.get('/api/v1/session', { config: { door: 'workspace', whileHeldBack: true } }, (request, reply) => {
    const card = cardOf(store, request.brand, request.session);
    if (!(card instanceof Promise)) return void reply.send(show(request, card));
    card.then((read) => reply.send(show(request, read)), (error: unknown) => reply.send(error));
  });

  app.post('/api/v1/session/input', { config: { door: 'workspace', whileHeldBack: true }, schema: { body: Input } }, async (request) => {
    const at = now();
    await sessions.reportInput(request.session, at - Math.round(request.body.idleSeconds * 1000), at);
    return { idle: idleOf(request), savedEvery: SAVE_INPUT_MS / 1000 };
  });

  async function give(request: FastifyRequest, purpose: Purpose, presented: { method: 'totp' | 'recovery'; code: string }) {
    const given = await giveCode(identity, request.session, purpose, presented, request.client.text);
    if (!given.ok && request.session.endedBy !== null) parts.live.judgeBrand(request.brand.id);
    return given;
  }

  app.post('/api/v1/step-up', { config: { door: 'workspace', whileHeldBack: true }, schema: { body: Code } }, async (request, reply) => {
    const given = await give(request, 'step_up', request.body);
    const actor = { kind: 'agent', id: request.session.person.id } as const;
    if (!given.ok) return problems.refuse(request, reply, given.denial, { door: 'workspace', brand: request.brand, actor });
    return reply.send({ stepUpUntil: request.session.given?.stepUpUntil ?? null });
  });

  /**
   * A password-only session that moved outside proves itself here, in place. It stands behind the entrance, since the
   * workspace door would refuse the very request that mends it; everything else that door asks is asked here.
   */
  app.post('/api/v1/session/code', { config: { door: 'entrance' }, schema: { body: Code } }, async (request, reply) => {
    const cookie = readCookie(request.headers.cookie, SESSION_COOKIE);
    const session = cookie === undefined ? null : (sessions.peek(cookie) ?? (await sessions.load(cookie)));
    const brand = session === null ? null : await brands.byId(session.brandId);
    if (session === null || brand === null) {
      const missing = { allowed: false, code: 'session.missing', setting: null, facts: {} } as const;
      return problems.refuse(request, reply.header('set-cookie', clearCookie(SESSION_COOKIE)), missing, { door: 'workspace', brand: null, actor: { kind: 'anonymous', id: null } });
    }
    request.session = session;
    request.brand = brand;
    const actor = { kind: 'agent', id: session.person.id } as const;
    const judged = judgeSession(brand, session, request.client, now(), parts.uptime());
    if (!judged.allowed && judged.code !== 'second_factor.required') return problems.refuse(request, reply, judged, { door: 'workspace', brand, actor });
    const given = await give(request, 'second_factor', request.body);
    if (!given.ok) return problems.refuse(request, reply, given.denial, { door: 'workspace', brand, actor });
    return reply.code(204).send();
  });
}
