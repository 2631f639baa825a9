// Schemas of routes: every one compiles, and one that is compiled when it is asked judges as one that was compiled before.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { buildApp } from '#server/app.ts';
import { compilersAtOnce, compilersWhenAsked } from '#server/route-schemas.ts';
import { openHouse } from '#test/house.ts';

test('every schema of every route can be made into code', async (context) => {
  const house = await openHouse();
  context.after(() => house.close());
  const app = buildApp(house.building.parts, compilersAtOnce);
  await app.ready();
  await app.close();
});

test('a body is refused or taken, and an answer cut to its schema, the first time and later', async () => {
  const told: unknown[] = [];
  for (const compilersFactory of [compilersAtOnce, compilersWhenAsked]) {
    const app = Fastify({ schemaController: { compilersFactory } });
    const schema = { body: { type: 'object', required: ['a'], properties: { a: { type: 'integer' } } }, response: { 200: { type: 'object', properties: { a: { type: 'integer' } } } } };
    app.post('/', { schema }, async (request) => ({ ...request.body as object, secret: 1 }));
    const answers = [];
    for (const payload of [{ a: 'x' }, {}, { a: 3 }, { a: 'x' }, { a: 4 }]) {
      const { statusCode, body } = await app.inject({ method: 'POST', url: '/', payload });
      answers.push([statusCode, body]);
    }
    told.push(answers);
    await app.close();
  }
  assert.deepEqual(told[1], told[0]);
  assert.deepEqual((told[1] as [number, string][]).map(([status]) => status), [400, 400, 200, 400, 200]);
  assert.equal((told[1] as [number, string][])[2]![1], '{"a":3}');
});
