// The OpenAPI document as integrators get it: a linter of theirs finds nothing, and every route that a key may call says what it answers.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { apiDocument } from '#tools/api-document.ts';

interface Described { readonly responses: Record<string, { readonly description?: string; readonly content?: Record<string, unknown> }> }

let document: { readonly paths: Record<string, Record<string, Described>>; readonly tags: readonly { readonly name: string }[] };
before(async () => {
  document = (await apiDocument()) as never;
});

async function faultsOf(source: unknown): Promise<string[]> {
  const found = await lintFromString({ source: JSON.stringify(source), absoluteRef: 'openapi.json', config: await createConfig({ extends: ['recommended'] }) });
  return found.map(({ ruleId, message, location }) => `${ruleId} at ${location[0]?.pointer ?? ''}: ${message}`);
}

test('the recommended rules of the linter find nothing, not even to warn of', async () => {
  assert.deepEqual(await faultsOf(document), []);
});

test('the linter is seen to find what is wrong', async () => {
  const [first, ...tags] = document.tags;
  const faults = await faultsOf({ ...document, tags: [{ name: first!.name }, ...tags], paths: { ...document.paths, '/api/v1/planted/{id}': { get: { responses: {} } } } });
  for (const rule of ['tag-description', 'operation-operationId', 'security-defined', 'path-parameters-defined', 'operation-4xx-response']) assert.ok(faults.some((fault) => fault.startsWith(rule)), `${rule} in ${faults.join('\n')}`);
});
