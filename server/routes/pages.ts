// The pages: one built document for every path of the workspace, its assets, and the health of the server.
import { existsSync, readFileSync } from 'node:fs';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import type { App } from '#server/app.ts';
import { UNCONFIRMED_MS } from '#server/brands.ts';
import type { Parts } from '#server/parts.ts';

const DIST = new URL('../../web/dist/', import.meta.url);
const NOT_BUILT = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Not built</title><h1>The workspace is not built</h1><p>Start the server with <code>npm start</code>, which builds it.</p></html>';

/** Paths that the workspace draws itself; the server knows no more of them. */
const SHELLS = ['/', '/setup', '/b/:brand', '/b/:brand/*'];

export function pageRoutes(app: App, parts: Parts): void {
  const index = new URL('index.html', DIST);
  const document = existsSync(index) ? readFileSync(index) : Buffer.from(NOT_BUILT);

  void app.register(fastifyStatic, { root: DIST, serve: false, index: false, dotfiles: 'deny' });
  // File names of assets carry a hash of their content, so they may be kept for ever.
  app.get('/assets/*', { config: { door: 'public' } }, (request, reply: FastifyReply) =>
    reply.header('cache-control', 'public, max-age=31536000, immutable').sendFile(`assets/${(request.params as { '*': string })['*']}`, { cacheControl: false }),
  );
  for (const url of SHELLS) {
    app.get(url, { config: { door: 'public' } }, (_request, reply) => reply.header('content-type', 'text/html; charset=utf-8').header('cache-control', 'no-cache').send(document));
  }
  // Asks no database: whoever watches, even too often, costs nothing. Says no while the node could not reach its store.
  app.get('/healthz', { config: { door: 'health' } }, (_request, reply) => {
    const reached = parts.uptime() - parts.brands.lastConfirmedAt() <= UNCONFIRMED_MS;
    return reply.code(reached ? 200 : 503).send({ status: reached ? 'ok' : 'store_unreachable' });
  });
}
