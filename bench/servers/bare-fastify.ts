// Fastify with one route and nothing before it: what the guard is measured against.
import Fastify from 'fastify';
import { onStop, sayReady } from './ready.ts';
import { TRIVIAL, TRIVIAL_PATH } from './trivial.ts';

const app = Fastify({ logger: false });
app.get(TRIVIAL_PATH, (_request, reply) => {
  void reply.send(TRIVIAL);
});
await app.listen({ port: 0, host: '127.0.0.1' });
onStop(() => app.close());
sayReady(app.server);
