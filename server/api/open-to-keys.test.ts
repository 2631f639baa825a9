// A route that is open to keys says what it answers, or the server does not start.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { openToKeys } from '#server/api/open-to-keys.ts';
import type { Parts } from '#server/parts.ts';

const route = (schema: object) => ({ method: 'GET', url: '/api/v1/planted', config: { door: 'api', scope: 'policy:read' }, schema, handler: () => undefined }) as never;
const open = () => openToKeys({ now: () => 0 } as unknown as Parts);

test('a route that names a scope and no answers is refused by its name', () => {
  for (const schema of [{}, { answers: {} }]) assert.throws(() => open().take(route(schema)), /GET \/api\/v1\/planted names a scope and must say what it answers/);
});

test('one with its answers is described', () => {
  const keys = open();
  keys.take(route({ answers: { 200: Type.Object({}) } }));
  assert.deepEqual(keys.operations.map(({ url }) => url), ['/api/v1/planted']);
});
