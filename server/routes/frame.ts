// The workspace in a frame over HTTP: its documents, the sign-in window, the code that window hands over, and the framed session it buys.
import { existsSync, readFileSync } from 'node:fs';
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { brandOfFrameCode, issueFrameCode, redeemFrameCode } from '#identity/frame-sign-in.ts';
import { newestOfCustomer } from '#inbox/customer-newest.ts';
import { deny } from '#policy/decision.ts';
import { Conflict } from '#store/store.ts';
import type { App } from '#server/app.ts';
import { FRAME_COOKIE, readCookie, setFrameCookie } from '#server/cookies.ts';
import type { Parts } from '#server/parts.ts';

const DIST = new URL('../../web/dist/', import.meta.url);
const NOT_BUILT = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Not built</title><h1>The workspace is not built</h1><p>Start the server with <code>npm start</code>, which builds it.</p></html>';
/** Where the document for frames is told who may present it: it speaks with those pages alone. */
const PLACE = 'data-framers=""';

/** Origins as browsers write them; more pages around a frame than this are nobody's. */
const Origins = Type.Array(Type.String({ minLength: 1, maxLength: 300 }), { maxItems: 10 });
/** base64url of a SHA-256. */
const Challenge = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });
const Asked = Type.Object({ challenge: Challenge, framedBy: Origins }, { additionalProperties: false });
const Given = Type.Object({ code: Type.String({ maxLength: 200 }), verifier: Type.String({ pattern: '^[A-Za-z0-9._~-]{43,128}$' }), framedBy: Origins }, { additionalProperties: false });

const Wanted = Type.Object({ customer: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })), externalId: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })) }, { additionalProperties: false, minProperties: 1, maxProperties: 1 });

const document = (name: string): string => {
  const file = new URL(name, DIST);
  return existsSync(file) ? readFileSync(file, 'utf8') : NOT_BUILT;
};

export function frameRoutes(app: App, parts: Parts): void {
  const { brands, problems, sessions, store, now } = parts;
  const identity = { store, sessions, commit: brands.commit, now };
  const [embed, window] = [document('embed.html'), document('frame-sign-in.html')];
  app.decorateRequest('framers');

  const html = (reply: FastifyReply, body: string): FastifyReply => reply.header('content-type', 'text/html; charset=utf-8').header('cache-control', 'no-store').send(body);
  const present = (request: FastifyRequest, reply: FastifyReply): FastifyReply => html(reply, embed.replace(PLACE, () => `data-framers="${request.framers.join(' ')}"`));

  app.get('/b/:brand/embed', { config: { door: 'frame', frame: 'document' } }, present);
  app.get('/b/:brand/embed/conversations/:id', { config: { door: 'frame', frame: 'document' } }, present);
  app.get('/b/:brand/embed/sign-in', { config: { door: 'frame', frame: 'window' } }, (_request, reply) => html(reply, window));

  /** A site in whose frame we stand names a customer: the newest of their conversations that this person may open. */
  app.get('/api/v1/frame/customer', { config: { door: 'workspace', inFrame: true }, schema: { querystring: Wanted } }, async (request, reply) => {
    const row = await newestOfCustomer(store.brand(request.brand.id), request.actor, request.query, now());
    return reply.send({ conversation: row === undefined ? null : { id: row.id, number: row.number } });
  });

  /** Asked by the sign-in window, whose person is signed in as anywhere else. */
  app.post('/api/v1/frame/code', { config: { door: 'workspace' }, schema: { body: Asked } }, async (request, reply) => {
    const { brand, session, client, body } = request;
    const issued = await issueFrameCode(identity, brand.policy, session, body, client.text);
    if (!issued.ok) return problems.refuse(request, reply, issued.denial, { door: 'frame', brand, actor: { kind: 'agent', id: session.person.id } });
    return reply.code(201).send({ code: issued.code });
  });

  /** Asked by the frame. What it says of the pages around it must be what the window said: neither is believed alone. */
  app.post('/api/v1/frame/session', { config: { door: 'frame', frame: 'own' }, schema: { body: Given } }, async (request, reply) => {
    const { code, verifier, framedBy } = request.body;
    const brandId = brandOfFrameCode(code);
    const brand = brandId === null ? null : await brands.byId(brandId);
    if (brand === null) return problems.refuse(request, reply, deny('frame.code_invalid', null, { why: 'unknown' }), { door: 'frame', brand: null, actor: { kind: 'anonymous', id: null } });
    const given = { code, verifier, framedBy, address: request.client.text, userAgent: String(request.headers['user-agent'] ?? '') };
    const redeemed = await redeemFrameCode(identity, store.brand(brand.id), brand.policy, given);
    if (redeemed.ok) return reply.code(201).header('set-cookie', setFrameCookie(redeemed.begun.cookie)).send({ next: 'workspace' });
    const actor = redeemed.agentId === null ? ({ kind: 'anonymous', id: null } as const) : ({ kind: 'agent', id: redeemed.agentId } as const);
    return problems.refuse(request, reply, redeemed.denial, { door: 'frame', brand, actor });
  });

  /** Leaving is never refused. The session of the person's own window stays as it is. */
  app.delete('/api/v1/frame/session', { config: { door: 'frame', frame: 'own' } }, async (request, reply) => {
    const cookie = readCookie(request.headers.cookie, FRAME_COOKIE);
    const session = cookie === undefined ? null : (sessions.peek(cookie) ?? (await sessions.load(cookie)));
    if (session !== null && session.endedBy === null && session.framedBy !== null) {
      const ending = sessions.ending(session, 'signed_out', { kind: 'agent', id: session.person.id }, now());
      await brands.commit([store.brand(session.brandId).part({ statements: [ending.statement], entries: [ending.entry], bumps: ['people'] })]).catch((error: unknown) => {
        // Somebody else ended it at the same moment: that is what was wanted.
        if (!(error instanceof Conflict)) throw error;
      });
      sessions.markEnded(session, 'signed_out');
      parts.live.judgeBrand(session.brandId);
    }
    return reply.code(204).header('set-cookie', setFrameCookie('')).send();
  });
}
