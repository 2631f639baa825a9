// The few pages that a file's address may answer a person with, where there is no file to give: plain, without script, in the words of the denial.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Denial, denials, sentenceOf } from '#policy/decision.ts';

/** A person opens it in a browser, and would be shown whatever comes. */
export function isVisit({ headers }: FastifyRequest): boolean {
  const mode = headers['sec-fetch-mode'];
  if (mode !== undefined) return mode === 'navigate' && (headers['sec-fetch-dest'] ?? 'document') === 'document';
  return headers.accept?.includes('text/html') === true;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Sends the page; `id` stands in the trail. */
export function sendFilePage(reply: FastifyReply, denial: Denial, id: string): FastifyReply {
  const { status, title } = denials[denial.code];
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><h1>${escaped(title)}</h1><p>${escaped(sentenceOf(denial))}</p><p><small>${escaped(id)}</small></p></html>`;
  return reply.code(status).header('content-type', 'text/html; charset=utf-8').header('cache-control', 'no-store').send(body);
}
