// The present session over HTTP: who am I, real input, a code given in place, step-up.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EITHER, type HeldBack, heldBackBy } from '#policy/session-judgement.ts';
import { judgeSession } from '#server/doors/workspace.ts';
import { type Presented, siteOf } from '#identity/factor-check.ts';
import { giveCode, optionsOf, type Purpose } from '#identity/step-up.ts';
import { SAVE_INPUT_MS } from '#identity/sessions.ts';
import { timeOn } from '#identity/steady-clock.ts';
import type { App } from '#server/app.ts';
import { type Card, cardOf } from '#server/cards.ts';
import { readCookie, SESSION_COOKIE } from '#server/cookies.ts';
import { mailsKept } from '#server/outside.ts';
import type { Parts } from '#server/parts.ts';
import { answerRotated } from '#server/session-cookie.ts';
import { Chosen, Factor } from '#server/routes/factor-body.ts';

/** `idleSeconds`: how long ago the person last touched the page. */
const Input = Type.Object({ idleSeconds: Type.Number({ minimum: 0, maximum: 86_400 }) }, { additionalProperties: false });
const HOUR = 3_600_000;
const MINUTE = 60_000;

export function sessionRoutes(app: App, parts: Parts): void {
  const { brands, problems, sessions, store, keyring, sms, now } = parts;
  const identity = { store, keyring, sessions, sms, site: siteOf(parts.config.publicUrl), commit: brands.commit, now };

  function idleOf(request: FastifyRequest): { timeoutMinutes: number; expiresAt: number | null } {
    const timeoutMinutes = request.brand.policyFor(request.session.person.id).values['session.idle_timeout_minutes'];
    return { timeoutMinutes, expiresAt: timeoutMinutes === 0 ? null : request.session.lastInputAt + timeoutMinutes * MINUTE };
  }

  function heldBackNow({ brand, session, client }: FastifyRequest): HeldBack | null {
    return heldBackBy(judgeSession(brand, session, client, now(), parts.uptime()));
  }

  function show(request: FastifyRequest, card: Card) {
    const { session, brand, client } = request;
    const { person } = session;
    const at = timeOn(session.course, now(), parts.uptime());
    return {
      agent: {
        id: person.id,
        name: card.name,
        email: card.email,
        role: person.admin ? 'admin' : 'agent',
        capabilities: person.capabilities,
        phone: card.phone,
        hasFactor: card.methods.length > 0,
        methods: card.methods,
        recoveryCodesLeft: card.recoveryCodesLeft,
      },
      brand: { id: brand.id, slug: brand.slug, name: brand.name },
      address: client.text,
      /** No mail server is set: what is sent by mail reaches nobody. */
      mailsKept: mailsKept(parts.config),
      proven: session.proven,
      /** What must be done before anything else opens: `password.change_required` or `factor.enrol_required`. */
      heldBack: heldBackNow(request),
      stepUpUntil: session.given !== null && session.given.stepUpUntil > at ? session.given.stepUpUntil : null,
      exemptUntil: session.exemptUntil > at ? session.exemptUntil : null,
      idle: idleOf(request),
      absoluteExpiresAt: session.createdAt + brand.policyFor(person.id).values['session.absolute_hours'] * HOUR,
      inputReport: 10,
      serverTime: at,
      version: parts.version,
    };
  }

  app.get('/api/v1/session', { config: { door: 'workspace', whileHeldBack: EITHER, inFrame: true } }, (request, reply) => {
    const card = cardOf(parts, request.brand, request.session);
    if (!(card instanceof Promise)) return void reply.send(show(request, card));
    card.then((read) => reply.send(show(request, read)), (error: unknown) => reply.send(error));
  });

  app.post('/api/v1/session/input', { config: { door: 'workspace', whileHeldBack: EITHER, inFrame: true }, schema: { body: Input } }, async (request) => {
    const at = timeOn(request.session.course, now(), parts.uptime());
    await sessions.reportInput(request.session, at - Math.round(request.body.idleSeconds * 1000), at);
    return { idle: idleOf(request), savedEvery: SAVE_INPUT_MS / 1000 };
  });

  async function give(request: FastifyRequest, purpose: Purpose, presented: Presented) {
    const given = await giveCode(identity, request.session, purpose, presented, { address: request.client.text, brandName: request.brand.name });
    if (!given.ok && request.session.endedBy !== null) parts.live.judgeBrand(request.brand.id);
    return given;
  }

  async function offer(request: FastifyRequest, reply: FastifyReply, purpose: Purpose, method: 'sms' | 'passkey'): Promise<FastifyReply> {
    const offered = await optionsOf(identity, request.session, purpose, request.brand.name, method);
    if (offered.ok) return reply.send(offered.options);
    return problems.refuse(request, reply, offered.denial, { door: 'workspace', brand: request.brand, actor: { kind: 'agent', id: request.session.person.id } });
  }

  app.post('/api/v1/step-up', { config: { door: 'workspace', whileHeldBack: EITHER }, schema: { body: Factor } }, async (request, reply) => {
    const given = await give(request, 'step_up', request.body);
    const actor = { kind: 'agent', id: request.session.person.id } as const;
    if (!given.ok) return problems.refuse(request, reply, given.denial, { door: 'workspace', brand: request.brand, actor });
    return answerRotated(sessions, reply, request.session, given.rotation).send({ stepUpUntil: request.session.given?.stepUpUntil ?? null });
  });

  app.post('/api/v1/step-up/options', { config: { door: 'workspace', whileHeldBack: EITHER }, schema: { body: Chosen } }, (request, reply) => offer(request, reply, 'step_up', request.body.method));

  /**
   * A password-only session that moved outside proves itself here, in place. It stands behind the entrance, since the
   * workspace door would refuse the very request that mends it; everything else that door asks is asked here. True: it may.
   */
  async function inPlace(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const cookie = readCookie(request.headers.cookie, SESSION_COOKIE);
    const session = cookie === undefined ? null : (sessions.peek(cookie) ?? (await sessions.load(cookie)));
    const brand = session === null ? null : await brands.byId(session.brandId);
    // In a frame nobody gives a code: its session is handed over anew by a sign-in window.
    if (session === null || brand === null || session.framedBy !== null) {
      const missing = { allowed: false, code: 'session.missing', setting: null, facts: {} } as const;
      // The cookie stays: another tab may just have been given the token that follows this one.
      await problems.refuse(request, reply, missing, { door: 'workspace', brand: null, actor: { kind: 'anonymous', id: null } });
      return false;
    }
    request.session = session;
    request.brand = brand;
    const judged = judgeSession(brand, session, request.client, now(), parts.uptime());
    if (judged.allowed || judged.code === 'second_factor.required' || heldBackBy(judged) !== null) return true;
    await problems.refuse(request, reply, judged, { door: 'workspace', brand, actor: { kind: 'agent', id: session.person.id } });
    return false;
  }

  app.post('/api/v1/session/code', { config: { door: 'entrance' }, schema: { body: Factor } }, async (request, reply) => {
    if (!(await inPlace(request, reply))) return reply;
    const given = await give(request, 'second_factor', request.body);
    if (given.ok) return answerRotated(sessions, reply, request.session, given.rotation).code(204).send();
    return problems.refuse(request, reply, given.denial, { door: 'workspace', brand: request.brand, actor: { kind: 'agent', id: request.session.person.id } });
  });

  /** Which methods may be asked for: the session itself cannot be shown to a page that has not given one. */
  app.get('/api/v1/session/code', { config: { door: 'entrance' } }, async (request, reply) => {
    if (!(await inPlace(request, reply))) return reply;
    return reply.send({ methods: (await cardOf(parts, request.brand, request.session)).methods });
  });

  app.post('/api/v1/session/code/options', { config: { door: 'entrance' }, schema: { body: Chosen } }, async (request, reply) => {
    if (!(await inPlace(request, reply))) return reply;
    return offer(request, reply, 'second_factor', request.body.method);
  });
}
