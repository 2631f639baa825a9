// A person's own account over HTTP: second factors, recovery codes, phone number.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { firstFactorNeeds } from '#policy/decide/enrolment.ts';
import { type Denial, deny } from '#policy/decision.ts';
import { EITHER } from '#policy/session-judgement.ts';
import { siteOf } from '#identity/ceremonies.ts';
import type { Changing } from '#identity/factor-change.ts';
import { type Removable, removeFactor, renameFactor } from '#identity/factor-removal.ts';
import { beginTotp, confirmTotp, type Enrolling, renewRecoveryCodes } from '#identity/factors.ts';
import { beginPasskey, enrolPasskey, labelOf, MAX_LABEL } from '#identity/passkey-enrolment.ts';
import { transportsOf } from '#identity/passkeys.ts';
import { confirmPhone, sendPhoneCode } from '#identity/phone-check.ts';
import { parsePhone } from '#identity/phone.ts';
import { freshOpen } from '#identity/sessions.ts';
import * as agentRows from '#store/agents.ts';
import * as passkeyRows from '#store/passkeys.ts';
import * as recoveryRows from '#store/recovery-codes.ts';
import * as totpRows from '#store/totp-factors.ts';
import type { App } from '#server/app.ts';
import { notificationRoutes } from '#server/routes/notifications.ts';
import type { Parts } from '#server/parts.ts';
import { personChanged } from '#server/person-changed.ts';
import { Ceremony, Credential } from '#server/routes/factor-body.ts';
import { answerRotated } from '#server/session-cookie.ts';

/** Whether the person's other sessions end with the change (ASVS 7.4.3); they do unless the page says no. */
const endOthers = Type.Optional(Type.Boolean());
const Password = Type.Object({ password: Type.Optional(Type.String({ maxLength: 8_000 })) }, { additionalProperties: false });
const OneCode = Type.Object({ code: Type.String({ maxLength: 100 }), endOthers }, { additionalProperties: false });
const Phone = Type.Object({ number: Type.String({ maxLength: 100 }) }, { additionalProperties: false });
const Passkey = Type.Object({ credential: Credential, ceremony: Ceremony, label: Type.Optional(Type.String({ maxLength: 400 })), endOthers }, { additionalProperties: false });
const Removal = Type.Object({ endOthers }, { additionalProperties: false });
const Label = Type.Object({ label: Type.String({ maxLength: 400 }) }, { additionalProperties: false });
const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });
const OfOne = Type.Object({ kind: Type.Union([Type.Literal('passkeys'), Type.Literal('totp')]), id: Type.String({ maxLength: 100 }) });
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export function accountRoutes(app: App, parts: Parts): void {
  notificationRoutes(app, parts);
  const { brands, problems, sessions, store, keyring, sms, now } = parts;
  const site = siteOf(parts.config.publicUrl);
  const identity = { store, keyring, sessions, sms, smsConfigured: sms !== null, site, commit: brands.commit, now };
  const stepUp = deny('step_up.required', null, {});

  function refuse(request: FastifyRequest, reply: FastifyReply, denial: Denial): Promise<FastifyReply> {
    return problems.refuse(request, reply, denial, { door: 'workspace', brand: request.brand, actor: { kind: 'agent', id: request.session.person.id } });
  }
  /** Credentials ask each time. Another node may have taken the code: that is read before anybody is asked again. */
  async function fresh({ session, client }: FastifyRequest): Promise<boolean> {
    const facts = { address: client.text, now: now() };
    if (freshOpen(session, facts)) return true;
    await sessions.refresh(session);
    return freshOpen(session, facts);
  }
  async function enrolling(request: FastifyRequest, password: string | undefined): Promise<Enrolling> {
    const { brand, session, client } = request;
    return { session, brandName: brand.name, firstNeeds: firstFactorNeeds(brand.policyFor(session.person.id), client.address), fresh: await fresh(request), password };
  }
  const changing = ({ session, brand }: FastifyRequest, body: { readonly endOthers?: boolean }): Changing => ({ session, brandName: brand.name, endOthers: body.endOthers ?? true });
  const changed = ({ brand, session }: FastifyRequest): Promise<void> => personChanged(parts, brand.id, session.person.id);

  app.get('/api/v1/account/factors', { config: { door: 'workspace', whileHeldBack: EITHER } }, async ({ brand, session }) => {
    const rows = store.brand(brand.id);
    const { id } = session.person;
    const [totp, passkeys, codes, agent] = await Promise.all([totpRows.verifiedOf(rows, id), passkeyRows.ofAgent(rows, id), recoveryRows.unusedOf(rows, id), agentRows.byId(rows, id)]);
    return {
      totp: totp.map((factor) => ({
        id: factor.id,
        label: factor.label,
        createdAt: iso(factor.created_at),
        // The step of the last code, which is no later than 30 s before it was given.
        lastUsedAt: factor.last_step === 0 ? null : iso(Math.max(factor.created_at, factor.last_step * 30_000)),
      })),
      passkeys: passkeys.map((row) => ({ id: row.id, label: row.label, createdAt: iso(row.created_at), lastUsedAt: iso(row.last_used_at), backedUp: row.backed_up === 1, transports: transportsOf(row) })),
      recoveryCodesLeft: codes.length,
      phone: agent?.phone == null ? null : { number: agent.phone, verifiedAt: iso(agent.phone_verified_at) },
      smsConfigured: sms !== null,
      passkeysPossible: site.rpId !== null,
    };
  });

  app.post('/api/v1/account/factors/totp', { config: { door: 'workspace', whileHeldBack: ['factor.enrol_required'] }, schema: { body: Password } }, async (request, reply) => {
    const begun = await beginTotp(identity, await enrolling(request, request.body.password));
    if (!begun.ok) return refuse(request, reply, begun.denial);
    return reply.code(201).send({ id: begun.id, secret: begun.secret, uri: begun.uri });
  });

  app.post('/api/v1/account/factors/totp/:id/confirm', { config: { door: 'workspace', whileHeldBack: ['factor.enrol_required'] }, schema: { body: OneCode, params: Id } }, async (request, reply) => {
    const confirmed = await confirmTotp(identity, changing(request, request.body), request.params.id, request.body.code);
    if (!confirmed.ok) return refuse(request, reply, confirmed.denial);
    answerRotated(sessions, reply, request.session, confirmed.rotation);
    await changed(request);
    return reply.send({ recoveryCodes: confirmed.recoveryCodes });
  });

  app.post('/api/v1/account/factors/passkeys/options', { config: { door: 'workspace', whileHeldBack: ['factor.enrol_required'] }, schema: { body: Password } }, async (request, reply) => {
    const begun = await beginPasskey(identity, await enrolling(request, request.body.password));
    if (!begun.ok) return refuse(request, reply, begun.denial);
    return reply.send({ options: begun.options, ceremony: begun.ceremony });
  });

  app.post('/api/v1/account/factors/passkeys', { config: { door: 'workspace', whileHeldBack: ['factor.enrol_required'] }, schema: { body: Passkey } }, async (request, reply) => {
    const { credential, ceremony, label } = request.body;
    const enrolled = await enrolPasskey(identity, changing(request, request.body), { credential, ceremony, label });
    if (!enrolled.ok) return refuse(request, reply, enrolled.denial);
    answerRotated(sessions, reply, request.session, enrolled.rotation);
    await changed(request);
    return reply.code(201).send({ recoveryCodes: enrolled.recoveryCodes });
  });

  async function remove(request: FastifyRequest, reply: FastifyReply, what: Removable, body: { readonly endOthers?: boolean }): Promise<FastifyReply> {
    if (!(await fresh(request))) return refuse(request, reply, stepUp);
    const removed = await removeFactor(identity, changing(request, body), request.brand.policyFor(request.session.person.id), what);
    if (!removed.ok) return refuse(request, reply, removed.denial);
    await changed(request);
    return reply.code(204).send();
  }
  const methodOf = (kind: 'passkeys' | 'totp') => (kind === 'totp' ? 'totp' : 'passkey');

  app.delete('/api/v1/account/factors/:kind/:id', { config: { door: 'workspace' }, schema: { body: Removal, params: OfOne } }, (request, reply) =>
    remove(request as FastifyRequest, reply, { method: methodOf(request.params.kind), id: request.params.id }, request.body));

  app.patch('/api/v1/account/factors/:kind/:id', { config: { door: 'workspace' }, schema: { body: Label, params: OfOne } }, async (request, reply) => {
    const { kind, id } = request.params;
    const label = labelOf(request.body.label, '');
    if (label === '') return problems.invalid(reply, [{ path: 'label', code: 'label.missing', message: `Name must have 1 to ${MAX_LABEL} characters, not none.` }]);
    const renamed = await renameFactor(identity, request.session, { method: methodOf(kind), id }, label);
    return renamed.ok ? reply.code(204).send() : refuse(request, reply, renamed.denial);
  });

  app.delete('/api/v1/account/phone', { config: { door: 'workspace' }, schema: { body: Removal } }, (request, reply) => remove(request, reply, { method: 'sms' }, request.body));

  app.post('/api/v1/account/recovery-codes', { config: { door: 'workspace' } }, async (request, reply) => {
    if (!(await fresh(request))) return refuse(request, reply, stepUp);
    const recoveryCodes = await renewRecoveryCodes(identity, request.session, request.brand.name);
    if (recoveryCodes === null) return refuse(request, reply, deny('sign_in.busy', null, {}));
    return reply.code(201).send({ recoveryCodes });
  });

  app.post('/api/v1/account/phone', { config: { door: 'workspace' }, schema: { body: Phone } }, async (request, reply) => {
    // The number first: nobody gives a code for one that cannot be taken.
    const phone = parsePhone(request.body.number);
    if (!phone.ok) return problems.invalid(reply, [{ path: 'number', code: 'phone.invalid', message: phone.sentence }]);
    if (!(await fresh(request))) return refuse(request, reply, stepUp);
    const sent = await sendPhoneCode(identity, request.session, phone.value, request.brand.name);
    if (!sent.ok) return refuse(request, reply, sent.denial);
    return reply.code(202).send({ sentTo: phone.value, expiresAt: sent.expiresAt });
  });

  app.post('/api/v1/account/phone/confirm', { config: { door: 'workspace' }, schema: { body: OneCode } }, async (request, reply) => {
    const confirmed = await confirmPhone(identity, changing(request, request.body), request.body.code);
    if (!confirmed.ok) return refuse(request, reply, confirmed.denial);
    await changed(request);
    return reply.code(204).send();
  });
}
