// Accepting an invitation over HTTP: look at its link, then join.
import { Type } from 'typebox';
import { completeInvitation, openInvitation } from '#identity/invitation.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';
import { answerUse, linkCaller, linkParts, refuseLink } from '#server/routes/link-answers.ts';

const Token = Type.String({ minLength: 1, maxLength: 200 });
const Open = Type.Object({ token: Token }, { additionalProperties: false });
const Complete = Type.Object(
  { token: Token, name: Type.String({ maxLength: 4_000 }), password: Type.String({ maxLength: 8_000 }), code: Type.Optional(Type.String({ maxLength: 100 })) },
  { additionalProperties: false },
);

export function invitationRoutes(app: App, parts: Parts): void {
  const using = linkParts(parts);

  app.post('/api/v1/invitation/open', { config: { door: 'entrance' }, schema: { body: Open } }, async (request, reply) => {
    const opened = await openInvitation(using, request.body.token, linkCaller(request));
    if ('ok' in opened) return refuseLink(parts, request, reply, opened);
    return reply.send(opened);
  });

  app.post('/api/v1/invitation/complete', { config: { door: 'entrance' }, schema: { body: Complete } }, async (request, reply) => {
    const used = await completeInvitation(using, request.body, linkCaller(request));
    return answerUse(parts, request, reply, used, (joined) => reply.code(201).send({ next: 'sign_in', ...joined }));
  });
}
