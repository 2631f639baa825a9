// What a message that came by mail said beside its text, over HTTP: the whole of it, its header, and its formatted version in a document that can do nothing.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deny } from '#policy/decision.ts';
import { formattedDocument, formattedPolicy } from '#inbox/mail/formatted.ts';
import { readMarks } from '#inbox/mail/marks.ts';
import type { MailAddress } from '#inbox/mail/read-mail.ts';
import { openTo } from '#inbox/sight.ts';
import * as messageMails from '#store/message-mails.ts';
import type { MessageMailRow } from '#store/message-mails.ts';
import { MessageMail } from '#server/api/representations.ts';
import type { App } from '#server/app.ts';
import { inlineImages } from '#server/inline-images.ts';
import type { Parts } from '#server/parts.ts';
import { headerProfile, wearProfile } from '#server/security-headers.ts';

const Id = Type.String({ maxLength: 60 });
const OfMessage = Type.Object({ id: Id, messageId: Id });
const Images = Type.Object({ images: Type.Optional(Type.Union([Type.Literal('shown'), Type.Literal('held')])) }, { additionalProperties: false });
const LONGEST_RAW = 1_000_000;
const config = { door: 'workspace', inFrame: true, scope: 'conversations:read' } as const;
const MISSING = deny('message.not_found', null, {});

export function messageMailRoutes(app: App, parts: Parts): void {
  const { store, problems, now } = parts;
  const secure = parts.config.publicUrl.protocol === 'https:';
  const profile = (images: boolean, ancestors: string) =>
    headerProfile(secure, { 'content-security-policy': formattedPolicy(images, ancestors), 'x-frame-options': null, 'cross-origin-opener-policy': null });

  async function mailOf(request: FastifyRequest, id: string, messageId: string): Promise<MessageMailRow | undefined> {
    const brand = store.brand(request.brand.id);
    const row = await openTo(brand, request.actor, id, now());
    const mail = row === undefined ? undefined : await messageMails.byMessage(brand, messageId);
    return mail?.conversation_id === id ? mail : undefined;
  }

  app.get('/api/v1/conversations/:id/messages/:messageId/mail', { config, schema: { summary: 'The mail a message came by', params: OfMessage, answers: { 200: MessageMail } } }, async (request, reply): Promise<FastifyReply> => {
    const mail = await mailOf(request as FastifyRequest, request.params.id, request.params.messageId);
    if (mail === undefined) return problems.refuseActor(request as FastifyRequest, reply, MISSING);
    return reply.send({
      from: JSON.parse(mail.sender) as MailAddress, to: JSON.parse(mail.recipients) as MailAddress[], cc: JSON.parse(mail.cc) as MailAddress[], subject: mail.subject, text: mail.body, headers: mail.headers,
      authentication: readMarks(mail.marks).authentication ?? null, formatted: mail.html !== null, raw: mail.raw === null ? null : Buffer.from(mail.raw.subarray(0, LONGEST_RAW)).toString('latin1').replaceAll('\0', '\u2400'),
    });
  });

  app.get('/api/v1/conversations/:id/messages/:messageId/formatted', { config: { door: 'workspace', inFrame: true }, schema: { params: OfMessage, querystring: Images } }, async (request, reply): Promise<FastifyReply> => {
    const mail = await mailOf(request as FastifyRequest, request.params.id, request.params.messageId);
    if (mail?.html == null) return problems.refuseActor(request as FastifyRequest, reply, MISSING);
    const images = request.query.images === 'shown';
    const { state, entries } = request.brand.policy.values['frame.allowed_origins'];
    // Inside the workspace, which may itself stand in a frame of these.
    wearProfile(reply.raw, profile(images, ["'self'", ...(state === 'only' ? entries.map((entry) => entry.value) : [])].join(' ')));
    const inline = await inlineImages(parts, request.brand.id, readMarks(mail.marks).inline ?? {});
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(formattedDocument(mail.html, { images, inline }));
  });
}
