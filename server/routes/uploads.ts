// Uploads in pieces over HTTP (the words of tus and of IETF resumable uploads): begin, ask how far it came, go on from there, give up.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deny } from '#policy/decision.ts';
import { shownFile } from '#media/file-view.ts';
import { beginUpload, cancelUpload, finishUpload, growUpload, ownUpload } from '#media/uploads.ts';
import * as fileRows from '#store/files.ts';
import type { App } from '#server/app.ts';
import { piecesOf, type Sending, type UploadDoor } from '#server/doors/upload.ts';
import type { Parts } from '#server/parts.ts';
import { watchSender } from '#server/upload-sender.ts';

const Begin = Type.Object({ name: Type.String({ minLength: 1, maxLength: 1_000 }), type: Type.Optional(Type.String({ maxLength: 200 })), length: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }, { additionalProperties: false });
const MISSING = deny('upload.missing', null, {});
const OFFSET = /^(?:0|[1-9][0-9]{0,14})$/;

/** Who sends where: null where it was answered. */
export type From = (request: FastifyRequest, reply: FastifyReply) => Promise<Sending | null>;
/** The answer of work whose session may have ended meanwhile. */
export type Guarded = (request: FastifyRequest, reply: FastifyReply, sending: Sending, work: () => Promise<FastifyReply>) => Promise<FastifyReply>;

/** `at`: where they stand, such as `/api/v1/chat/uploads`; `config`: their door. */
export function uploadRoutes(app: App, parts: Parts, door: UploadDoor, { at, config, from, guarded }: { at: string; config: Readonly<Record<string, unknown>>; from: From; guarded: Guarded }): void {
  const { media } = parts;
  const idOf = (request: FastifyRequest): string => (request.params as { upload: string }).upload;

  async function with_(request: FastifyRequest, reply: FastifyReply, work: (sending: Sending) => Promise<FastifyReply>): Promise<FastifyReply> {
    const sending = await from(request, reply);
    return sending === null ? reply : guarded(request, reply, sending, () => work(sending));
  }

  app.post(at, { config, schema: { body: Begin } }, (request, reply) => with_(request, reply, async (sending) => {
    const stop = door.stop(request, sending);
    if (stop !== null) return door.refuse(request, reply, sending, stop);
    const { name, type, length } = request.body;
    const { brand, actor: _actor, door: way, ...rest } = sending;
    if (way !== 'chat' && way !== 'workspace') return door.refuse(request, reply, sending, MISSING);
    const begun = await beginUpload(media, brand.id, { ...rest, door: way, policy: brand.policyIn(sending.channelId), name, declaredType: type ?? null, length });
    if (!begun.ok) return door.refuse(request, reply, sending, begun.denial);
    const { id, received, expires_at: expiresAt } = begun.upload;
    return reply.code(201).header('upload-offset', '0').send({ upload: { id, offset: received, length, expiresAt } });
  }));

  // GET, and by it HEAD.
  app.get(`${at}/:upload`, { config }, (request, reply) => with_(request, reply, async (sending) => {
    const row = await ownUpload(media, sending.brand.id, idOf(request), sending);
    if (row === undefined) return door.refuse(request, reply, sending, MISSING);
    const { id, received, length, expires_at: expiresAt, file_id: fileId } = row;
    return reply.header('upload-offset', String(received)).header('upload-length', String(length)).header('cache-control', 'no-store').send({ upload: { id, offset: received, length, expiresAt, fileId } });
  }));

  app.patch(`${at}/:upload`, { config: { ...config, body: 'stream' } }, (request, reply) => with_(request, reply, async (sending) => {
    const { brand } = sending;
    const row = await ownUpload(media, brand.id, idOf(request), sending);
    if (row === undefined) return door.refuse(request, reply, sending, MISSING);
    const file = row.file_id === null ? undefined : await fileRows.byId(parts.store.brand(brand.id), row.file_id);
    if (file !== undefined) return reply.code(200).send({ file: shownFile(file) });
    const said = request.headers['upload-offset'];
    if (typeof said !== 'string' || !OFFSET.test(said)) return door.refuse(request, reply, sending, deny('upload.wrong_offset', null, { offset: null }));
    const stop = door.stopPiece(request, sending);
    if (stop !== null) return door.refuse(request, reply, sending, stop);
    return door.during(request, sending, async (waits) => {
      const sender = { ...watchSender(request, reply), waits };
      const grown = await growUpload(media, brand.id, row, Number(said), piecesOf(request.raw));
      if (!grown.ok) return door.refuse(request, reply, sending, grown.denial);
      if (!grown.whole) return reply.code(204).header('upload-offset', String(grown.received)).send();
      const { brand: _brand, actor: _actor, ...incoming } = sending;
      const policy = brand.policyIn(sending.channelId);
      const taken = await finishUpload(media, brand.id, row.id, { ...incoming, ...sender, policy, policyNow: () => brand.policyIn(sending.channelId) });
      if (taken.ok) return reply.code(201).header('upload-offset', String(grown.received)).send({ file: shownFile(taken.file) });
      return door.refuse(request, reply, sending, taken.denial, taken.file === null ? {} : { file: shownFile(taken.file) });
    });
  }));

  app.delete(`${at}/:upload`, { config }, (request, reply) => with_(request, reply, async (sending) => {
    const row = await ownUpload(media, sending.brand.id, idOf(request), sending);
    if (row === undefined) return door.refuse(request, reply, sending, MISSING);
    await cancelUpload(media, sending.brand.id, row);
    return reply.code(204).send();
  }));
}
