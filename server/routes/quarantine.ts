// What antivirus held back, for administrators: listed, released or removed with a fresh code; and the receipt of any file.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { stripsMetadata } from '#policy/decide/upload.ts';
import { type Denial, deny } from '#policy/decision.ts';
import { freshOpen, useUpFresh } from '#identity/sessions.ts';
import { shownFile } from '#media/file-view.ts';
import { type Decided, type Deciding, destroyFile, releaseFile } from '#media/quarantine.ts';
import { readReceipt } from '#media/receipt.ts';
import { openTo } from '#inbox/sight.ts';
import * as fileRows from '#store/files.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';

const Id = Type.Object({ id: Type.String({ maxLength: 60 }) });
const config = { door: 'workspace', adminOnly: true } as const;
const MOST = 200;
const MISSING = deny('file.missing', null, {});

export function quarantineRoutes(app: App, parts: Parts): void {
  const { problems, sessions, store, media, now } = parts;

  const refuse = (request: FastifyRequest, reply: FastifyReply, denial: Denial): Promise<FastifyReply> =>
    problems.refuse(request, reply, denial, { door: 'workspace', brand: request.brand, actor: { kind: 'agent', id: request.session.person.id } });

  /** Another node may have taken the code: that is read before anybody is asked again. */
  async function fresh({ session, client }: FastifyRequest): Promise<boolean> {
    if (freshOpen(session, { address: client.text, now: now() })) return true;
    await sessions.refresh(session);
    return freshOpen(session, { address: client.text, now: now() });
  }

  async function decide(request: FastifyRequest, reply: FastifyReply, id: string, act: (...given: Parameters<typeof releaseFile>) => Promise<Decided>): Promise<FastifyReply> {
    const { brand, session } = request;
    const row = await fileRows.byId(store.brand(brand.id), id);
    if (row === undefined) return refuse(request, reply, MISSING);
    if (row.state !== 'quarantined') return refuse(request, reply, deny('file.not_quarantined', null, { file: id }));
    if (!(await fresh(request))) return refuse(request, reply, deny('step_up.required', null, {}));
    const deciding: Deciding = { agentId: session.person.id, using: [sessions.usingFresh(session, now())], strips: stripsMetadata(brand.policyIn(row.channel_id)) };
    const decided = await act(media, brand.id, id, deciding);
    if (!decided.ok) return refuse(request, reply, decided.denial);
    useUpFresh(session);
    return reply.send({ file: shownFile(decided.file) });
  }

  app.get('/api/v1/quarantine', { config }, async ({ brand }, reply) => {
    const rows = await fileRows.quarantined(store.brand(brand.id), MOST);
    const files = rows.map((row) => ({
      ...shownFile(row), channelId: row.channel_id, conversationId: row.conversation_id, side: row.side, door: row.door, at: row.created_at, carried: row.message_id !== null,
      found: readReceipt(row.receipt)?.judged.findLast(({ step }) => step === 'antivirus')?.facts?.['found'] ?? null,
    }));
    return reply.send({ files, antivirus: media.antivirus?.description ?? null });
  });

  app.post('/api/v1/quarantine/:id/release', { config, schema: { params: Id } }, (request, reply) => decide(request as FastifyRequest, reply, request.params.id, releaseFile));
  app.post('/api/v1/quarantine/:id/remove', { config, schema: { params: Id } }, (request, reply) => decide(request as FastifyRequest, reply, request.params.id, destroyFile));

  app.get('/api/v1/files/:id/receipt', { config, schema: { params: Id } }, async (request, reply) => {
    const { brand, actor } = request;
    const rows = store.brand(brand.id);
    const row = await fileRows.byId(rows, request.params.id);
    // An administrator sees every conversation that is kept; what is due is shown to nobody.
    const kept = row !== undefined && (row.conversation_id === null || (await openTo(rows, actor, row.conversation_id, now())) !== undefined);
    const receipt = row === undefined || !kept ? null : readReceipt(row.receipt);
    if (row === undefined || receipt === null) return refuse(request as FastifyRequest, reply, MISSING);
    const { policyVersion, at, judged } = receipt;
    return reply.send({ file: shownFile(row), receipt: { policyVersion, at, judged } });
  });
}
