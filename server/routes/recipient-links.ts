// Links for one recipient over HTTP: look, ask for a code, give it, download; and for agents the list of a file's links, and their end.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Denial, deny } from '#policy/decision.ts';
import { PROVEN_MS } from '#policy/decide/recipient-link.ts';
import { networkOf } from '#policy/network.ts';
import { NOT_FOUND } from '#inbox/agent-message.ts';
import { agentMayKnow, isThere } from '#inbox/file-sight.ts';
import { readNames } from '#inbox/names.ts';
import { sightOf } from '#inbox/sight.ts';
import {
  brandOfProof, brandOfRecipientToken, type Found, type LookedAt, lookAtRecipientLink, maskedAddress, openRecipientFile, proveRecipient, type RecipientLinkParts, recipientOf, revokeRecipientLink,
  sendRecipientCode, shownRecipientLink,
} from '#media/recipient-links.ts';
import { openableFile } from '#store/openable-files.ts';
import * as linkRows from '#store/recipient-links.ts';
import { Conflict } from '#store/store.ts';
import type { App } from '#server/app.ts';
import type { Brand } from '#server/brands.ts';
import { readCookie, setCookie } from '#server/cookies.ts';
import { mediaTypeOf, openFileAnswers } from '#server/file-answer.ts';
import { mailsKept } from '#server/outside.ts';
import type { Parts } from '#server/parts.ts';

const Token = Type.Object({ token: Type.String({ maxLength: 100 }) }, { additionalProperties: false });
const Code = Type.Object({ token: Type.String({ maxLength: 100 }), code: Type.String({ maxLength: 20 }) }, { additionalProperties: false });
const Id = Type.Object({ id: Type.String({ maxLength: 60 }) });
/** What a browser is given for the right code. No other site's page can have it sent (SameSite=Strict). */
const FILE_COOKIE = '__Host-file';
const INVALID = deny('link.invalid', null, {});
const NOBODY = Object.freeze({ kind: 'anonymous', id: null } as const);

export function recipientLinkRoutes(app: App, parts: Parts): void {
  const { brands, store, problems, now, keyring, config, openings, transfers } = parts;
  const answers = openFileAnswers({ secure: config.publicUrl.protocol === 'https:', blobs: parts.media.blobs, transfers, problems });
  const links: RecipientLinkParts = {
    keyring, commit: brands.commit, now,
    there: (brandId, file) => {
      const brand = brands.peek(brandId);
      return brand !== undefined && isThere(file, (channelId) => brand.policyIn(channelId), now());
    },
  };
  const outside = { door: 'media', media: 'recipient' } as const;

  const refuse = (request: FastifyRequest, reply: FastifyReply, denial: Denial, brand: Brand | null): Promise<FastifyReply> => problems.refuse(request, reply, denial, { door: 'media', brand, actor: NOBODY });
  const given = ({ file }: LookedAt, until: number) => ({ name: file.name, type: file.type_id, bytes: file.bytes, until });
  const brandOf = (token: string): Promise<Brand | null> => {
    const id = brandOfRecipientToken(token);
    return id === null ? Promise.resolve(null) : brands.byId(id);
  };

  /** The file of the proof that this browser holds. */
  async function proven(request: FastifyRequest): Promise<{ readonly brand: Brand; readonly found: Found<LookedAt> } | null> {
    const proof = readCookie(request.headers.cookie, FILE_COOKIE);
    const id = proof === undefined ? null : brandOfProof(proof);
    const brand = id === null ? null : await brands.byId(id);
    return brand === null || proof === undefined ? null : { brand, found: await openRecipientFile(links, store.brand(brand.id), proof) };
  }

  app.post('/api/v1/recipient-links/open', { config: outside, schema: { body: Token } }, async (request, reply) => {
    const brand = await brandOf(request.body.token);
    if (brand === null) return refuse(request, reply, INVALID, null);
    const found = await lookAtRecipientLink(links, store.brand(brand.id), request.body.token);
    if (!found.ok) return refuse(request, reply, found.denial, brand);
    const { row } = found.value;
    const present = await proven(request);
    const same = present !== null && present.found.ok && present.found.value.row.id === row.id ? present.found.value : null;
    return reply.send({ brand: { name: brand.name }, recipient: maskedAddress(recipientOf(keyring, row)), mailsKept: mailsKept(parts.config), expiresAt: row.expires_at, file: same === null ? null : given(same, same.row.proven_until ?? 0) });
  });

  app.post('/api/v1/recipient-links/code', { config: outside, schema: { body: Token } }, async (request, reply) => {
    const brand = await brandOf(request.body.token);
    if (brand === null) return refuse(request, reply, INVALID, null);
    const sent = await sendRecipientCode(links, store.brand(brand.id), brand.name, request.body.token);
    return sent.ok ? reply.code(202).send(sent.value) : refuse(request, reply, sent.denial, brand);
  });

  app.post('/api/v1/recipient-links/prove', { config: outside, schema: { body: Code } }, async (request, reply) => {
    const { token, code } = request.body;
    const brand = await brandOf(token);
    if (brand === null) return refuse(request, reply, INVALID, null);
    const done = await proveRecipient(links, store.brand(brand.id), token, code);
    if (!done.ok) return refuse(request, reply, done.denial, brand);
    const cookie = `${setCookie(FILE_COOKIE, done.value.proof).replace('SameSite=Lax', 'SameSite=Strict')}; Max-Age=${PROVEN_MS / 1_000}`;
    return reply.header('set-cookie', cookie).send({ file: given(done.value, done.value.until) });
  });

  app.get('/api/v1/recipient-links/file', { config: outside }, async (request, reply) => {
    const present = await proven(request);
    if (present === null) return refuse(request, reply, deny('recipient_link.code_required', null, {}), null);
    const { brand, found } = present;
    if (!found.ok) return refuse(request, reply, found.denial.code === 'link.invalid' ? deny('recipient_link.code_required', null, {}) : found.denial, brand);
    const { row, file } = found.value;
    const viewer = `recipient ${row.id}`;
    const noted = openings.note(store.brand(brand.id), { actor: NOBODY, viewer, fileId: file.id, conversationId: file.conversation_id, what: 'file', by: 'recipient', address: request.client.text, link: row.id });
    const again = async (): Promise<Denial | null> => {
      const still = await proven(request);
      return still === null ? INVALID : still.found.ok ? null : still.found.denial;
    };
    // Whom the row of it kept waiting is judged once more.
    await noted;
    const since = noted === undefined ? null : await again();
    if (since !== null) return refuse(request, reply, since, brand);
    const refused = (denial: Denial): void => void problems.record(request, denial, { door: 'media', brand, actor: NOBODY }).catch((error: unknown) => parts.log.error({ err: error }, 'the row of a file that was cut off could not be written'));
    const handed = { mediaType: mediaTypeOf(file.type_id), name: file.name, bytes: file.bytes as number, etag: `"${file.id}"`, save: true };
    return answers.blob(request, reply, handed, file.blob_key as string, { viewer: `${viewer} ${networkOf(request.client.address)}`, again, refused }, { door: 'media', brand, actor: NOBODY });
  });

  const workspace = { door: 'workspace' } as const;
  /** A file whose conversation is open to this person. */
  async function seen({ session, brand }: FastifyRequest, fileId: string): Promise<boolean> {
    const rows = store.brand(brand.id);
    const [file, sight] = await Promise.all([openableFile(rows, fileId), sightOf(rows, session.person)]);
    return file !== undefined && agentMayKnow(sight, file, (channelId) => brand.policyIn(channelId), now());
  }
  const hide = (request: FastifyRequest, reply: FastifyReply, denial: Denial = NOT_FOUND): Promise<FastifyReply> =>
    problems.refuse(request, reply, denial, { door: 'workspace', brand: request.brand, actor: { kind: 'agent', id: request.session.person.id } });

  app.get('/api/v1/files/:id/recipient-links', { config: workspace, schema: { params: Id } }, async (request, reply) => {
    if (!(await seen(request, request.params.id))) return hide(request, reply, deny('media.not_found', null, {}));
    const rows = store.brand(request.brand.id);
    const [found, names] = await Promise.all([linkRows.ofFile(rows, request.params.id), readNames(rows)]);
    return reply.send({ links: found.map((row) => shownRecipientLink(keyring, row, (id) => names.agents.get(id) ?? (id.startsWith('key_') ? 'A program' : id), now())) });
  });

  app.post('/api/v1/recipient-links/:id/revoke', { config: { door: 'workspace', capability: 'forward' }, schema: { params: Id } }, async (request, reply) => {
    const rows = store.brand(request.brand.id);
    const row = await linkRows.byId(rows, request.params.id);
    if (row === undefined || !(await seen(request, row.file_id))) return hide(request, reply, INVALID);
    try {
      await brands.commit([rows.part(revokeRecipientLink(rows, row, request.session.person.id, now()))]);
    } catch (error) {
      // Somebody was first: it is withdrawn, which was asked for.
      if (!(error instanceof Conflict) || error.code !== 'recipient_link.revoked') throw error;
    }
    return reply.code(204).send();
  });
}
