// A person's own account over HTTP: second factors, recovery codes, phone number.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Denial, deny } from '#policy/decision.ts';
import { beginTotp, confirmTotp, renewRecoveryCodes } from '#identity/factors.ts';
import { confirmPhone, sendPhoneCode } from '#identity/phone-check.ts';
import { parsePhone } from '#identity/phone.ts';
import * as agentRows from '#store/agents.ts';
import * as recoveryRows from '#store/recovery-codes.ts';
import * as totpRows from '#store/totp-factors.ts';
import type { App } from '#server/app.ts';
import { freshOpen } from '#identity/sessions.ts';
import { insideList } from '#server/doors/workspace.ts';
import type { Parts } from '#server/parts.ts';

const Password = Type.Object({ password: Type.Optional(Type.String({ maxLength: 8_000 })) }, { additionalProperties: false });
const OneCode = Type.Object({ code: Type.String({ maxLength: 100 }) }, { additionalProperties: false });
const Phone = Type.Object({ number: Type.String({ maxLength: 100 }) }, { additionalProperties: false });
const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });

export function accountRoutes(app: App, parts: Parts): void {
  const { brands, problems, sessions, store, keyring, sms, now } = parts;
  const identity = { store, keyring, sessions, sms, commit: brands.commit, now };

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
  const stepUp = deny('step_up.required', null, {});

  app.get('/api/v1/account/factors', { config: { door: 'workspace', whileHeldBack: true } }, async ({ brand, session }) => {
    const rows = store.brand(brand.id);
    const [totp, codes, agent] = await Promise.all([totpRows.verifiedOf(rows, session.person.id), recoveryRows.unusedOf(rows, session.person.id), agentRows.byId(rows, session.person.id)]);
    return {
      totp: totp.map((factor) => ({ id: factor.id, label: factor.label, createdAt: new Date(factor.created_at).toISOString() })),
      recoveryCodesLeft: codes.length,
      phone: agent?.phone == null ? null : { number: agent.phone, verifiedAt: agent.phone_verified_at === null ? null : new Date(agent.phone_verified_at).toISOString() },
      smsConfigured: sms !== null,
    };
  });

  app.post('/api/v1/account/factors/totp', { config: { door: 'workspace', whileHeldBack: true }, schema: { body: Password } }, async (request, reply) => {
    const { brand, session, client } = request;
    const { values } = brand.policy;
    const listed = values['management.allowlist'].state !== 'any';
    const begun = await beginTotp(identity, {
      session,
      brandName: brand.name,
      insideListThatIsOn: listed && insideList(brand, client),
      passwordSuffices: !listed && values['two_factor.mode'] !== 'on',
      fresh: await fresh(request),
      password: request.body.password,
    });
    if (!begun.ok) return refuse(request, reply, begun.denial);
    return reply.code(201).send({ id: begun.id, secret: begun.secret, uri: begun.uri });
  });

  app.post('/api/v1/account/factors/totp/:id/confirm', { config: { door: 'workspace', whileHeldBack: true }, schema: { body: OneCode, params: Id } }, async (request, reply) => {
    const confirmed = await confirmTotp(identity, request.session, request.params.id, request.body.code);
    if (!confirmed.ok) return refuse(request, reply, confirmed.denial);
    return reply.send({ recoveryCodes: confirmed.recoveryCodes });
  });

  app.post('/api/v1/account/recovery-codes', { config: { door: 'workspace' } }, async (request, reply) => {
    if (!(await fresh(request))) return refuse(request, reply, stepUp);
    const recoveryCodes = await renewRecoveryCodes(identity, request.session);
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
    const confirmed = await confirmPhone(identity, request.session, request.body.code);
    if (!confirmed.ok) return refuse(request, reply, confirmed.denial);
    return reply.code(204).send();
  });
}
