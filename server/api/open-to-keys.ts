// What a route that is open to keys gets beside its door: it is described, a program is answered as the description says, and what comes twice is done once.
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { ApiScope } from '#identity/api-scopes.ts';
import type { Operation } from '#server/api/openapi.ts';
import { presenter } from '#server/api/present.ts';
import { openIdempotency } from '#server/idempotency.ts';
import type { Parts } from '#server/parts.ts';

export interface OpenToKeys {
  /** Every route that was taken in, as the API describes itself. */
  readonly operations: readonly Operation[];
  /** Once its door stands. */
  take(route: RouteOptions): void;
}

export function openToKeys(parts: Parts): OpenToKeys {
  const idempotency = openIdempotency(parts);
  const operations: Operation[] = [];
  const once = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => ((await idempotency.begin(request, reply)) ? undefined : reply);
  return {
    operations,
    take(route) {
      // A route may also give its answers to Fastify's serializer.
      const answers = route.schema?.answers ?? (route.schema?.response as Operation['schema']['answers']);
      // Else a program would be promised nothing, and be given whatever a page gets.
      if (answers === undefined || Object.keys(answers).length === 0) throw new Error(`${[route.method].flat().join(', ')} ${route.url} names a scope and must say what it answers: schema.answers.`);
      const schema: Operation['schema'] = { ...route.schema, answers };
      const present = new Map(Object.entries(schema.answers ?? {}).map(([status, answer]) => [Number(status), presenter(answer)]));
      for (const method of [route.method].flat()) if (method !== 'HEAD') operations.push({ method, url: route.url, scope: route.config?.scope as ApiScope, schema, stream: route.config?.body === 'stream' });
      route.preSerialization = (request, reply, payload, done) => done(null, request.apiKey === undefined ? payload : (present.get(reply.statusCode)?.(payload) ?? payload));
      if (route.method === 'GET') return;
      route.preHandler = [route.preHandler ?? [], once].flat() as never;
      route.onSend = async (request, reply, payload) => {
        await idempotency.end(request, reply, payload);
        return payload;
      };
    },
  };
}
