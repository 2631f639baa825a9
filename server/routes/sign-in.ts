// Sign-in over HTTP: password, factor, passkey alone, break-glass link, and signing out.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { networkOf } from '#policy/network.ts';
import { type Denial, deny } from '#policy/decision.ts';
import { DEVICE_COOKIE_SECONDS, deviceToken } from '#identity/devices.ts';
import { siteOf } from '#identity/factor-check.ts';
import { factorOptions } from '#identity/factor-options.ts';
import type { Begun } from '#identity/sessions.ts';
import { type Caller, type Knocked, signIn, type SignInResult } from '#identity/sign-in.ts';
import { aloneOptions, codeStep, judgeOptions, pendingSignIn, signInWithFactor, signInWithPasskey } from '#identity/sign-in-factor.ts';
import { redeemUnlock } from '#identity/unlock.ts';
import { Conflict } from '#store/store.ts';
import type { App } from '#server/app.ts';
import type { Brand } from '#server/brands.ts';
import { clearCookie, DEVICE_COOKIE, readCookie, SESSION_COOKIE, setCookie, setLastingCookie, SIGN_IN_COOKIE } from '#server/cookies.ts';
import { mailsKept } from '#server/outside.ts';
import type { Parts } from '#server/parts.ts';
import { Ceremony, Chosen, Credential, PasskeyAnswer, TypedCode } from '#server/routes/factor-body.ts';

const BrandName = Type.String({ maxLength: 200 });
const SignIn = Type.Object({ brand: BrandName, email: Type.String({ maxLength: 1_000 }), password: Type.String({ maxLength: 8_000 }) }, { additionalProperties: false });
/** Trust this browser: the next sign-in from it needs no code, for as long as the setting says. */
const trust = Type.Optional(Type.Boolean());
const SignInFactor = Type.Union([Type.Object({ ...TypedCode, trust }, { additionalProperties: false }), Type.Object({ ...PasskeyAnswer, trust }, { additionalProperties: false })]);
const OfBrand = Type.Object({ brand: BrandName }, { additionalProperties: false });
const Passkey = Type.Object({ brand: BrandName, credential: Credential, ceremony: Ceremony }, { additionalProperties: false });
const Unlock = Type.Object({ token: Type.String({ minLength: 1, maxLength: 200 }) }, { additionalProperties: false });
const PENDING = /^(b[0-9a-z]{12})\.([A-Za-z0-9_-]{43})$/;
const ANONYMOUS = Object.freeze({ kind: 'anonymous', id: null } as const);

export function callerOf(request: FastifyRequest): Caller {
  const { address, text } = request.client;
  const device = deviceToken(readCookie(request.headers.cookie, DEVICE_COOKIE));
  return { address, addressText: text, network: networkOf(address), userAgent: String(request.headers['user-agent'] ?? ''), device };
}

/** The cookie that makes this browser a known device. */
export const deviceCookie = (token: string): string => setLastingCookie(DEVICE_COOKIE, token, DEVICE_COOKIE_SECONDS);

export function signInRoutes(app: App, parts: Parts): void {
  const { brands, problems, sessions, store, keyring, sms, now } = parts;
  const identity = { store, keyring, sessions, sms, site: siteOf(parts.config.publicUrl), commit: brands.commit, now };

  function knockedAt(brand: Brand): Knocked {
    return { brand: store.brand(brand.id), policyFor: brand.policyFor, slug: brand.slug, name: brand.name };
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

  async function admit(request: FastifyRequest, reply: FastifyReply, begun: Begun, device: string): Promise<FastifyReply> {
    await endOld(request);
    return reply.header('set-cookie', [setCookie(SESSION_COOKIE, begun.cookie), clearCookie(SIGN_IN_COOKIE), deviceCookie(device)]).send({ next: 'workspace' });
  }

  async function answer(request: FastifyRequest, reply: FastifyReply, brand: Brand | null, result: SignInResult): Promise<FastifyReply> {
    switch (result.kind) {
      case 'signed_in':
        return admit(request, reply, result.begun, result.device);
      case 'code':
        return reply.header('set-cookie', setCookie(SIGN_IN_COOKIE, result.pending)).send({ next: 'code', methods: result.methods, trustDays: result.trustDays });
      case 'denied': {
        const actor = result.agentId === null ? ANONYMOUS : ({ kind: 'agent', id: result.agentId } as const);
        // A lock is mailed. The same for everybody, and for nobody.
        const told = result.told.code === 'sign_in.locked' ? { mailsKept: mailsKept(parts.config) } : {};
        return problems.refuse(request, reply, result.told, { door: 'workspace', brand, actor, because: result.denial, told });
      }
    }
  }

  /** The pending sign-in that the browser's cookie names; null when there is none (any more). */
  async function pendingOf(request: FastifyRequest) {
    const [, brandId = '', token = ''] = PENDING.exec(readCookie(request.headers.cookie, SIGN_IN_COOKIE) ?? '') ?? [];
    const brand = token === '' ? null : await brands.byId(brandId);
    const row = brand === null ? undefined : await pendingSignIn(store.brand(brand.id), token, now());
    return brand === null || row === undefined ? null : { brand, row, token };
  }

  const refuse = (request: FastifyRequest, reply: FastifyReply, denial: Denial, brand: Brand | null, agentId: string | null): Promise<FastifyReply> =>
    problems.refuse(request, reply, denial, { door: 'workspace', brand, actor: agentId === null ? ANONYMOUS : { kind: 'agent', id: agentId } });

  app.post('/api/v1/sign-in', { config: { door: 'entrance' }, schema: { body: SignIn } }, async (request, reply) => {
    const { brand: slug, email, password } = request.body;
    const brand = await brands.bySlug(slug);
    const result = await signIn(identity, slug, brand === null ? null : knockedAt(brand), { email, password }, callerOf(request));
    return answer(request, reply, brand, result);
  });

  /** What the sign-in page may offer: of the code step while one is open in this browser. The same for every brand and none. */
  app.get('/api/v1/sign-in/options', { config: { door: 'entrance' } }, async (request) => {
    const pending = await pendingOf(request);
    const step = pending === null ? { methods: [], trustDays: 0 } : await codeStep(identity, knockedAt(pending.brand), pending.row);
    return { ...step, passkeys: identity.site.rpId !== null };
  });

  app.post('/api/v1/sign-in/options', { config: { door: 'entrance' }, schema: { body: Chosen } }, async (request, reply) => {
    const pending = await pendingOf(request);
    if (pending === null) return refuse(request, reply, deny('session.missing', null, { at: 'code' }), null, null);
    const { brand, row } = pending;
    const refused = await judgeOptions(identity, knockedAt(brand), row, request.body.method, callerOf(request));
    if (refused !== null) return answer(request, reply, brand, refused);
    const asking = { brand: store.brand(brand.id), agentId: row.agent_id, brandName: brand.name, boundTo: row.id, purpose: 'sign_in' } as const;
    const offered = await factorOptions(identity, asking, request.body.method);
    return offered.ok ? reply.send(offered.options) : refuse(request, reply, offered.denial, brand, row.agent_id);
  });

  app.post('/api/v1/sign-in/code', { config: { door: 'entrance' }, schema: { body: SignInFactor } }, async (request, reply) => {
    const pending = await pendingOf(request);
    if (pending === null) return refuse(request, reply, deny('session.missing', null, { at: 'code' }), null, null);
    const { trust: trusting = false, ...presented } = request.body;
    return answer(request, reply, pending.brand, await signInWithFactor(identity, knockedAt(pending.brand), pending.token, presented, trusting, callerOf(request)));
  });

  app.post('/api/v1/sign-in/passkey/options', { config: { door: 'entrance' }, schema: { body: OfBrand } }, async (request, reply) => {
    const brand = await brands.bySlug(request.body.brand);
    if (identity.site.rpId === null) return refuse(request, reply, deny('passkey.unavailable', null, {}), brand, null);
    return reply.send(await aloneOptions(identity, brand === null ? null : knockedAt(brand)));
  });

  app.post('/api/v1/sign-in/passkey', { config: { door: 'entrance' }, schema: { body: Passkey } }, async (request, reply) => {
    const { brand: slug, credential, ceremony } = request.body;
    const brand = await brands.bySlug(slug);
    return answer(request, reply, brand, await signInWithPasskey(identity, brand === null ? null : knockedAt(brand), { credential, ceremony }, callerOf(request)));
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
