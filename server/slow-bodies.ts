// How long a body may take: half a minute, but for a file, which may take its time on a slow line.
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** ms. Also the longest that headers may take. */
export const BODY_WITHIN_MS = 30_000;
/** Of every request, files too; a sender who falls silent is cut much earlier (server/doors/upload.ts). */
export const FILE_WITHIN_MS = 900_000;

/** Cuts the connection of a body that has not come to its end in time. */
export function hurry(request: FastifyRequest): void {
  const raw: IncomingMessage = request.raw;
  if (request.method === 'GET' || raw.complete || request.routeOptions.config.body === 'stream') return;
  const cut = setTimeout(() => raw.destroy(), BODY_WITHIN_MS);
  raw.once('close', () => clearTimeout(cut));
}
