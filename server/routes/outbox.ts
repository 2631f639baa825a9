// Settings → Mail over HTTP: what waits to be sent, what could not be, what lies as files; an administrator sends again or drops.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deny } from '#policy/decision.ts';
import { newId } from '#identity/tokens.ts';
import * as mailRows from '#store/mails.ts';
import { type BrandStore, Conflict, type Statement } from '#store/store.ts';
import type { App } from '#server/app.ts';
import { onlySent, openedOutcomes, sealedOutcomes } from '#server/mail-outcomes.ts';
import { lineOf, mailOf } from '#server/outbox-views.ts';
import { outboxOf } from '#server/outside.ts';
import type { Parts } from '#server/parts.ts';

const nullable = <T extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Integer>>(type: T) => Type.Union([type, Type.Null()]);
const Recipient = Type.Object({ address: Type.String(), state: Type.Union([Type.Literal('sent'), Type.Literal('waiting'), Type.Literal('refused'), Type.Literal('unknown')]), why: nullable(Type.String()) });
const Line = {
  id: Type.String(), kind: Type.String(), letter: nullable(Type.String()),
  state: Type.Union([Type.Literal('waiting'), Type.Literal('failed'), Type.Literal('unconfirmed'), Type.Literal('bounced'), Type.Literal('file')]),
  createdAt: Type.Integer(), failedAt: nullable(Type.Integer()), nextAt: nullable(Type.Integer()), attempts: Type.Integer(), subject: nullable(Type.String()), recipients: Type.Array(Recipient),
  why: nullable(Type.String()), code: nullable(Type.String()), conversationId: nullable(Type.String()), file: nullable(Type.String()), canResend: Type.Boolean(),
};
const Mail = Type.Object({ ...Line, from: nullable(Type.String()), replyTo: nullable(Type.String()), messageId: Type.String(), text: nullable(Type.String()), html: nullable(Type.String()), files: Type.Array(Type.String()) });
const Outbox = Type.Object({
  sending: Type.Object({ kind: Type.Union([Type.Literal('smtp'), Type.Literal('folder')]), description: Type.String(), folder: nullable(Type.String()) }),
  mails: Type.Array(Type.Object(Line)), next: nullable(Type.String()),
});
const Id = Type.Object({ id: Type.String({ pattern: '^mail_', maxLength: 60 }) });
const Which = Type.Object({ list: Type.Union([Type.Literal('failed'), Type.Literal('waiting'), Type.Literal('files')]), after: Type.Optional(Type.String({ pattern: '^[0-9]{1,16}\\.mail_[0-9a-z]{26}$' })) }, { additionalProperties: false });

const PAGE = 50;
const config = { door: 'workspace', adminOnly: true } as const;
const MISSING = deny('mail.missing', null, {});

export function outboxRoutes(app: App, parts: Parts): void {
  const { store, keyring, problems, brands, mail: server, now } = parts;
  const refuse = problems.refuseActor;
  const sending = () => ({ kind: server.kind, description: server.description, folder: server.kind === 'folder' ? outboxOf(parts.config) : null });

  async function listed(brand: BrandStore, list: 'failed' | 'waiting' | 'files', after: string | undefined) {
    const [at, id] = after?.split('.') ?? [];
    const page = { most: PAGE + 1, before: at === undefined || id === undefined ? undefined : { at: Number(at), id } };
    const rows = await (list === 'failed' ? mailRows.givenUp(brand, page) : list === 'files' ? mailRows.inFolder(brand, page) : mailRows.waiting(brand, PAGE));
    const last = rows.length > PAGE ? rows[PAGE - 1] : undefined;
    return { mails: rows.slice(0, PAGE).map((row) => lineOf(keyring, row)), next: last === undefined ? null : `${list === 'failed' ? last.given_up_at : last.created_at}.${last.id}` };
  }

  app.get('/api/v1/outbox', { config, schema: { querystring: Which, response: { 200: Outbox } } }, async ({ brand, query }) => ({ sending: sending(), ...(await listed(store.brand(brand.id), query.list, query.after)) }));

  app.get('/api/v1/outbox/:id', { config, schema: { params: Id, response: { 200: Mail } } }, async (request, reply) => {
    const row = await mailRows.byId(store.brand(request.brand.id), request.params.id);
    return row === undefined ? refuse(request, reply, MISSING) : reply.send(mailOf(keyring, row, server.sender));
  });

  /** One act on a mail that was given up, with its row. Somebody else was first: it is not there any more. */
  async function act(request: FastifyRequest, reply: FastifyReply, id: string, event: 'mail.resent' | 'mail.dropped', change: (brand: BrandStore, row: mailRows.MailRow) => Statement): Promise<FastifyReply> {
    const brand = store.brand(request.brand.id);
    const row = await mailRows.byId(brand, id);
    if (row === undefined) return refuse(request, reply, MISSING);
    const entry = { id: newId('evt'), at: now(), actor: { kind: 'agent', id: request.session.person.id }, event, entity: { kind: 'mail', id }, facts: { mail: row.letter ?? row.kind, why: row.code } } as const;
    try {
      await brands.commit([brand.part({ statements: [change(brand, row)], entries: [entry] })]);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      return refuse(request, reply, MISSING);
    }
    if (event === 'mail.resent') brands.ring(request.brand.id);
    return reply.code(204).send();
  }

  // No fresh code: it is the very mail to the very recipients, and the mail door judges it again.
  app.post('/api/v1/outbox/:id/resend', { config, schema: { params: Id } }, (request, reply) =>
    act(request, reply, request.params.id, 'mail.resent', (brand, row) => mailRows.resend(brand, row.id, now(), sealedOutcomes(keyring, row.id, onlySent(openedOutcomes(keyring, row))))));
  app.post('/api/v1/outbox/:id/drop', { config, schema: { params: Id } }, (request, reply) => act(request, reply, request.params.id, 'mail.dropped', (brand, row) => mailRows.drop(brand, row.id, now())));
}
