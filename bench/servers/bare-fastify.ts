// Fastify with the trivial routes and nothing before it: what the guard is measured against.
import Fastify from 'fastify';
import { onStop, sayReady } from './ready.ts';
import { TRIVIAL, TRIVIAL_API_PATH, TRIVIAL_PATH } from './trivial.ts';

const app = Fastify({ logger: false });
for (const path of [TRIVIAL_PATH, TRIVIAL_API_PATH]) {
  app.get(path, (_request, reply) => {
    void reply.send(TRIVIAL);
  });
}
await app.listen({ port: 0, host: '127.0.0.1' });
onStop(() => app.close());
sayReady(app.server);
