// Files over HTTP, on their way out: the file, its thumbnail, and the file by a link. The door has judged; here they are handed out.
import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Denial, deny } from '#policy/decision.ts';
import { may } from '#identity/person.ts';
import { newId } from '#identity/tokens.ts';
import { readNames } from '#inbox/names.ts';
import { agentMayKnow } from '#inbox/file-sight.ts';
import { sightOf } from '#inbox/sight.ts';
import { fileLinkPath } from '#media/file-links.ts';
import { openingsOf } from '#media/opening-list.ts';
import { readReceipt } from '#media/receipt.ts';
import { shownFile } from '#media/file-view.ts';
import * as fileRows from '#store/files.ts';
import { type OpenableFile, openableFile, renewLinks } from '#store/openable-files.ts';
import { binary } from '#server/api/openapi.ts';
import type { App } from '#server/app.ts';
import { type Handed, mediaTypeOf, openFileAnswers } from '#server/file-answer.ts';
import type { Parts } from '#server/parts.ts';
import { recipientLinkRoutes } from '#server/routes/recipient-links.ts';

const Id = Type.Object({ id: Type.String({ maxLength: 60 }) });
const Link = Type.Object({ link: Type.String({ maxLength: 200 }) });
/** `save=1`: to be saved, also what a browser could show. */
const How = Type.Object({ save: Type.Optional(Type.Literal('1')) }, { additionalProperties: false });
/** Seconds after which a picture that was not made yet is asked for again. */
const PICTURE_LATER_S = 2;
const MISSING = deny('media.not_found', null, {});

export function mediaRoutes(app: App, parts: Parts): void {
  const { store, problems, now, keyring, config, brands, openings, thumbnails } = parts;
  app.decorateRequest('openable');
  recipientLinkRoutes(app, parts);
  const answers = openFileAnswers({ secure: config.publicUrl.protocol === 'https:', blobs: parts.media.blobs, transfers: parts.transfers, problems });

  /** Writes the opening. Whom it kept waiting is judged once more: what was judged before may hold no longer. */
  async function noteOpening({ openable: { brand, opening, again } }: FastifyRequest): Promise<Denial | null> {
    const row = openings.note(store.brand(brand.id), opening);
    if (row === undefined) return null;
    await row;
    return again();
  }
  const stop = (request: FastifyRequest, reply: FastifyReply, denial: Denial): Promise<FastifyReply> => problems.refuse(request, reply, denial, { door: 'media', brand: request.openable.brand, actor: request.openable.opening.actor });

  async function hand(request: FastifyRequest, reply: FastifyReply, save: boolean): Promise<FastifyReply> {
    const { brand, file, opening, viewer, again, refused } = request.openable;
    const denial = await noteOpening(request);
    if (denial !== null) return stop(request, reply, denial);
    const handed: Handed = { mediaType: mediaTypeOf(file.type_id), name: file.name, bytes: file.bytes as number, etag: `"${file.id}"`, save };
    return answers.blob(request, reply, handed, file.blob_key as string, { viewer, again, refused }, { door: 'media', brand, actor: opening.actor });
  }

  app.get('/api/v1/files/:id/content', { config: { door: 'media', media: 'file', scope: 'media:read' }, schema: { summary: 'The bytes of a file, or a range of them', params: Id, querystring: How, answers: { 200: binary('*/*', 'The file.'), 206: binary('*/*', 'The range that was asked for.') } } }, (request, reply) => hand(request, reply, (request.query as { save?: '1' }).save === '1'));
  app.get('/f/:link', { config: { door: 'media', media: 'link' }, schema: { params: Link, querystring: How } }, (request, reply) => hand(request, reply, (request.query as { save?: '1' }).save === '1'));

  const thumbnailAnswers = { 200: binary('image/webp', 'The picture.'), 202: Type.Null(), 204: Type.Null() };
  app.get('/api/v1/files/:id/thumbnail', { config: { door: 'media', media: 'thumbnail', scope: 'media:read' }, schema: { summary: 'A small picture of a file; 202 with Retry-After while it is made', params: Id, answers: thumbnailAnswers } }, async (request, reply) => {
    const { brand, file, opening, again } = request.openable;
    const author = `${file.author_kind} ${file.author_id ?? file.conversation_id ?? file.channel_id}`;
    const made = await thumbnails.of(store.brand(brand.id), { key: file.blob_key as string, bytes: file.bytes as number, typeId: file.type_id }, { author, viewer: opening.actor.kind });
    // It may have taken a while: nothing is sent on what was judged before it.
    const denial = await again();
    if (denial !== null) return stop(request, reply, denial);
    // There is none to show, or not yet: nothing was opened.
    if (made === null) return reply.code(204).send();
    if (made === 'later') return reply.code(202).header('retry-after', PICTURE_LATER_S).header('cache-control', 'no-store').send();
    const since = await noteOpening(request);
    if (since !== null) return stop(request, reply, since);
    return answers.whole(request, reply, { mediaType: 'image/webp', name: `${file.id}.webp`, etag: `"${file.id}.t"`, save: false }, made);
  });

  /** What a signed-in agent may see of a file, also one that was refused or removed; what is hidden answers as what is not there. */
  async function seen({ session, brand }: FastifyRequest, id: string): Promise<OpenableFile | undefined> {
    const rows = store.brand(brand.id);
    const [file, sight] = await Promise.all([openableFile(rows, id), sightOf(rows, session.person)]);
    return file !== undefined && agentMayKnow(sight, file, (channelId) => brand.policyIn(channelId), now()) ? file : undefined;
  }
  const refuse = (request: FastifyRequest, reply: FastifyReply, denial = MISSING): Promise<FastifyReply> =>
    problems.refuse(request, reply, denial, { door: 'workspace', brand: request.brand, actor: { kind: 'agent', id: request.session.person.id } });

  app.get('/api/v1/files/:id', { config: { door: 'workspace' }, schema: { params: Id } }, async (request, reply) => {
    const { brand, session } = request;
    const file = await seen(request, request.params.id);
    const row = file === undefined ? undefined : await fileRows.byId(store.brand(brand.id), file.id);
    if (file === undefined || row === undefined) return refuse(request, reply);
    const enforced = brand.policyIn(file.channel_id).values['media.enforce_access'];
    const link = fileLinkPath(keyring, { kind: 'workspace', brandId: brand.id, fileId: file.id }, file.link_salt);
    return reply.send({
      file: shownFile(row), conversationId: file.conversation_id, createdAt: file.created_at, enforced,
      link: `${config.publicUrl.origin}${link}`, mayRenew: session.person.admin, mayAudit: may(session.person, 'see_audit'), receipt: session.person.admin ? readReceipt(row.receipt) : null,
    });
  });

  app.delete('/api/v1/files/:id/links', { config: { door: 'workspace', adminOnly: true }, schema: { params: Id } }, async (request, reply) => {
    const { brand, session } = request;
    const file = await seen(request, request.params.id);
    if (file === undefined) return refuse(request, reply);
    const rows = store.brand(brand.id);
    const entry = { id: newId('evt'), at: now(), actor: { kind: 'agent', id: session.person.id }, event: 'file.links_withdrawn', entity: { kind: 'file', id: file.id }, facts: { conversation: file.conversation_id } } as const;
    await brands.commit([rows.part({ statements: [renewLinks(rows, file.id, randomBytes(16))], entries: [entry] })]);
    return reply.code(204).send();
  });

  app.get('/api/v1/files/:id/openings', { config: { door: 'workspace', capability: 'see_audit' }, schema: { params: Id } }, async (request, reply) => {
    const file = await seen(request, request.params.id);
    if (file === undefined) return refuse(request, reply);
    const rows = store.brand(request.brand.id);
    return reply.send({ openings: await openingsOf(rows, file.id, (await readNames(rows)).agents) });
  });
}
