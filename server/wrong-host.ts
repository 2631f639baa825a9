// The answer to whoever asks at another address than the configured one (PUBLIC_URL): 421, with the right one.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { newId } from '#identity/tokens.ts';
import { problemOf, send } from '#server/problems.ts';

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** 421 (RFC 9110 15.5.20): a page naming the right address for people, a problem for programs. */
export function wrongHost(request: FastifyRequest, reply: FastifyReply, publicUrl: URL): FastifyReply {
  const right = publicUrl.origin;
  // RFC 9112 3.2: a request of HTTP/1.1 without a Host is malformed.
  if (request.headers.host === undefined) return send(reply, problemOf(400, 'request.malformed', 'The request must name its Host.', newId('req')));
  if (request.method === 'GET' && request.headers.accept?.includes('text/html') === true) {
    const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Portcullis is at ${escapeHtml(right)}</title><h1>This is not the address of this workspace</h1><p>Portcullis answers only at <a href="${escapeHtml(right)}">${escapeHtml(right)}</a>.</p><p>If you run this server and that address is wrong, set PUBLIC_URL and start it again.</p></html>`;
    return reply.code(421).header('content-type', 'text/html; charset=utf-8').send(page);
  }
  return send(reply, problemOf(421, 'request.wrong_host', `This server answers only at ${right}.`, newId('req')));
}
