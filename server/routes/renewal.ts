// "Forgot password" over HTTP: ask for the mail, look at its link, prove who you are, choose the new password.
import { Type } from 'typebox';
import { siteOf } from '#identity/factor-check.ts';
import { askRenewal } from '#identity/renewal.ts';
import { completeRenewal, openRenewal, renewalOptions } from '#identity/renewal-link.ts';
import type { App } from '#server/app.ts';
import { mailsKept } from '#server/outside.ts';
import type { Parts } from '#server/parts.ts';
import { Factor } from '#server/routes/factor-body.ts';
import { answerUse, linkCaller, linkParts, refuseLink } from '#server/routes/link-answers.ts';

const Token = Type.String({ minLength: 1, maxLength: 200 });
const Ask = Type.Object({ brand: Type.String({ maxLength: 200 }), email: Type.String({ maxLength: 1_000 }) }, { additionalProperties: false });
const Open = Type.Object({ token: Token }, { additionalProperties: false });
const Options = Type.Object({ token: Token, method: Type.Union([Type.Literal('sms'), Type.Literal('passkey')]) }, { additionalProperties: false });
const Complete = Type.Object({ token: Token, password: Type.String({ maxLength: 8_000 }), factor: Type.Optional(Factor) }, { additionalProperties: false });

export function renewalRoutes(app: App, parts: Parts): void {
  const { brands, config, sms } = parts;
  /** What everybody is told, whatever was asked and by whom: also where no mail server is set, which is true of all of them. */
  const asked = Object.freeze({ next: 'mail', mailsKept: mailsKept(config) });
  const using = { ...linkParts(parts), sms, site: siteOf(config.publicUrl) };

  app.post('/api/v1/renewal', { config: { door: 'entrance' }, schema: { body: Ask } }, async (request, reply) => {
    const { brand: slug, email } = request.body;
    await askRenewal(using, { slug, email }, await brands.bySlug(slug), linkCaller(request));
    return reply.code(202).send(asked);
  });

  // There is no GET with an effect: a scanner that opens the page uses nothing up, nor does looking at the link.
  app.post('/api/v1/renewal/open', { config: { door: 'entrance' }, schema: { body: Open } }, async (request, reply) => {
    const opened = await openRenewal(using, request.body.token, linkCaller(request));
    if ('ok' in opened) return refuseLink(parts, request, reply, opened);
    return reply.send(opened);
  });

  app.post('/api/v1/renewal/options', { config: { door: 'entrance' }, schema: { body: Options } }, async (request, reply) => {
    const offered = await renewalOptions(using, request.body.token, request.body.method, linkCaller(request));
    if (!offered.ok) return refuseLink(parts, request, reply, { brandId: null, agentId: null, ...offered });
    return reply.send(offered.options);
  });

  app.post('/api/v1/renewal/complete', { config: { door: 'entrance' }, schema: { body: Complete } }, async (request, reply) => {
    const used = await completeRenewal(using, request.body, linkCaller(request));
    return answerUse(parts, request, reply, used, (breachLookup) => reply.send({ next: 'sign_in', breachLookup }));
  });
}
