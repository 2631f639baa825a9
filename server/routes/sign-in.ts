// Sign-in over HTTP: password, code, break-glass link, and signing out.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { networkOf } from '#policy/network.ts';
import { deny } from '#policy/decision.ts';
import { type Caller, type Knocked, signIn, type SignInResult, signInWithCode } from '#identity/sign-in.ts';
import type { Begun } from '#identity/sessions.ts';
import { redeemUnlock } from '#identity/unlock.ts';
import { Conflict } from '#store/store.ts';
import type { App } from '#server/app.ts';
import type { Brand } from '#server/brands.ts';
import { clearCookie, readCookie, SESSION_COOKIE, setCookie, SIGN_IN_COOKIE } from '#server/cookies.ts';
import type { Parts } from '#server/parts.ts';

const SignIn = Type.Object(
  { brand: Type.String({ maxLength: 200 }), email: Type.String({ maxLength: 1_000 }), password: Type.String({ maxLength: 8_000 }) },
  { additionalProperties: false },
);
export const Code = Type.Object(
  { code: Type.String({ maxLength: 100 }), method: Type.Union([Type.Literal('totp'), Type.Literal('recovery')]) },
  { additionalProperties: false },
);
const Unlock = Type.Object({ token: Type.String({ minLength: 1, maxLength: 200 }) }, { additionalProperties: false });
const PENDING = /^(b[0-9a-z]{12})\.([A-Za-z0-9_-]{43})$/;

export function callerOf(request: FastifyRequest): Caller {
  const { address, text } = request.client;
  return { address, addressText: text, network: networkOf(address), userAgent: String(request.headers['user-agent'] ?? '') };
}

export function signInRoutes(app: App, parts: Parts): void {
  const { brands, problems, sessions, store, keyring, now } = parts;
  const identity = { store, keyring, sessions, commit: brands.commit, now };

  function knockedAt(brand: Brand): Knocked {
    return { brand: store.brand(brand.id), policy: brand.policy };
  }

  /** A session that the browser held before does not live on beside the new one (ASVS 5.0 7.2.4). */
  async function endOld(request: FastifyRequest): Promise<void> {
    const cookie = readCookie(request.headers.cookie, SESSION_COOKIE);
    if (cookie === undefined) return;
    const old = sessions.peek(cookie) ?? (await sessions.load(cookie));
    if (old === null || old === undefined || old.endedBy !== null) return;
    const ending = sessions.ending(old, 'signed_out', { kind: 'agent', id: old.person.id }, now());
    await brands.commit([store.brand(old.brandId).part({ statements: [ending.statement], entries: [ending.entry], bumps: ['people'] })]).catch((error: unknown) => {
      // Somebody else ended it at the same moment: that is what was wanted.
      if (!(error instanceof Conflict)) throw error;
    });
    sessions.markEnded(old, 'signed_out');
    parts.live.judgeBrand(old.brandId);
  }

  async function admit(request: FastifyRequest, reply: FastifyReply, begun: Begun): Promise<FastifyReply> {
    await endOld(request);
    return reply.header('set-cookie', [setCookie(SESSION_COOKIE, begun.cookie), clearCookie(SIGN_IN_COOKIE)]).send({ next: 'workspace' });
  }

  async function answer(request: FastifyRequest, reply: FastifyReply, brand: Brand | null, result: SignInResult): Promise<FastifyReply> {
    switch (result.kind) {
      case 'signed_in':
        return admit(request, reply, result.begun);
      case 'code':
        return reply.header('set-cookie', setCookie(SIGN_IN_COOKIE, result.pending)).send({ next: 'code', methods: result.methods });
      case 'denied': {
        const actor = result.agentId === null ? ({ kind: 'anonymous', id: null } as const) : ({ kind: 'agent', id: result.agentId } as const);
        return problems.refuse(request, reply, result.told, { door: 'workspace', brand, actor, because: result.denial });
      }
    }
  }

  app.post('/api/v1/sign-in', { config: { door: 'entrance' }, schema: { body: SignIn } }, async (request, reply) => {
    const { brand: slug, email, password } = request.body;
    const brand = await brands.bySlug(slug);
    const result = await signIn(identity, slug, brand === null ? null : knockedAt(brand), { email, password }, callerOf(request));
    return answer(request, reply, brand, result);
  });

  app.post('/api/v1/sign-in/code', { config: { door: 'entrance' }, schema: { body: Code } }, async (request, reply) => {
    const pending = PENDING.exec(readCookie(request.headers.cookie, SIGN_IN_COOKIE) ?? '');
    const brand = pending === null ? null : await brands.byId(pending[1] as string);
    if (pending === null || brand === null) {
      return problems.refuse(request, reply, deny('session.missing', null, {}), { door: 'workspace', brand: null, actor: { kind: 'anonymous', id: null } });
    }
    const result = await signInWithCode(identity, knockedAt(brand), pending[2] as string, request.body, callerOf(request));
    return answer(request, reply, brand, result);
  });

  app.post('/api/v1/unlock', { config: { door: 'entrance' }, schema: { body: Unlock } }, async (request, reply) => {
    const caller = callerOf(request);
    const begun = await redeemUnlock(identity, request.body.token, caller);
    const brand = begun === null ? null : await brands.byId(begun.session.brandId);
    if (begun === null || brand === null) {
      return problems.refuse(request, reply, deny('link.invalid', null, { link: 'unlock' }), { door: 'workspace', brand: null, actor: { kind: 'anonymous', id: null } });
    }
    await endOld(request);
    return reply.header('set-cookie', [setCookie(SESSION_COOKIE, begun.cookie), clearCookie(SIGN_IN_COOKIE)]).send({ next: 'workspace', brand: brand.slug });
  });

  /** Works for every session that still exists, wherever it is: leaving is never refused. */
  app.post('/api/v1/sign-out', { config: { door: 'entrance' } }, async (request, reply) => {
    await endOld(request);
    return reply.code(204).header('set-cookie', [clearCookie(SESSION_COOKIE), clearCookie(SIGN_IN_COOKIE)]).header('clear-site-data', '"cache"').send();
  });
}
