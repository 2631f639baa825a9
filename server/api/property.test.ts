// Every operation of the OpenAPI document, driven with input that fits its schemas and input that does not: never a 500, and every answer as described.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { TSchema } from 'typebox';
import { Check, Errors } from 'typebox/value';
import { SCOPES } from '#identity/api-scopes.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { INSIDE, only } from '#test/people.ts';
import { openDesk } from '#test/live-inbox.ts';
import { addApiKey, addChannel, bearer } from '#test/tickets.ts';

interface Schema { readonly [more: string]: any }
interface Operation { readonly method: string; readonly path: string; readonly parameters?: any[]; readonly requestBody?: any; readonly responses: Record<string, any> }

/** Runs an operation; many more by `API_RUNS=500 node portcullis.mjs test server/api/property.test.ts`. */
const RUNS = Number(process.env['API_RUNS'] ?? 6);

let house: TestHouse;
let admin: Admin;
let key: string;
let document: any;
let operations: Operation[];
/** Operations that were done, and not only refused. */
const done = new Set<string>();
/** Ids that are there, for paths and bodies that would else name nothing. */
let known: string[];

before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  const cookie = await house.signIn(admin);
  const desk = await openDesk(house);
  const sent = await (await desk.customer('Ada'))('Where is my parcel?');
  const brand = house.building.parts.store.brand(desk.brandId);
  const channel = await addChannel(brand, 'Desk');
  await brand.note([brand.write(brand.q.updateTable('channels').set({ kind: 'api' }).where('id', '=', channel))]);
  const made = await addApiKey(house, admin, cookie, [...SCOPES], { allowlist: only(INSIDE), expiresAt: house.clock.now + 86_400_000 });
  key = made.text;
  document = (await house.call('GET', '/api/v1/openapi.json')).body;
  operations = Object.entries(document.paths as Record<string, Record<string, any>>).flatMap(([path, methods]) => Object.entries(methods).map(([method, one]) => ({ method: method.toUpperCase(), path, ...one })));
  const card = await house.call('GET', `/api/v1/conversations/${sent.conversationId}`, { headers: bearer(key) });
  assert.equal(card.status, 200, card.text);
  const users = await house.call('GET', '/api/v1/users', { headers: bearer(key) });
  known = [sent.conversationId, sent.messageId, card.body.customer.id, channel, desk.channelId, made.id, users.body.users[0].id];
});
after(() => house.close());

const json = fc.jsonValue({ maxDepth: 3 });
/** What breaks parsers and databases. */
const hostile = fc.constantFrom<unknown>('', ' ', '\u0000', '\ud800', '__proto__', 'constructor', '../..', "'; --", '💥'.repeat(30), 'a'.repeat(9_000), -1, 0, 1.5, 1e308, 9_007_199_254_740_991, true, null, [], {}, [[[[]]]], JSON.parse('{"__proto__":{"admin":true},"constructor":1}'));

function valid(schema: Schema): fc.Arbitrary<unknown> {
  if (schema['const'] !== undefined) return fc.constant(schema['const']);
  if (schema['enum'] !== undefined) return fc.constantFrom(...schema['enum']);
  if (schema['anyOf'] !== undefined) return fc.oneof(...schema['anyOf'].map(valid));
  switch (schema['type']) {
    case 'string': {
      const text = schema['pattern'] === undefined ? fc.string({ unit: 'grapheme', minLength: schema['minLength'] ?? 0, maxLength: Math.min(schema['maxLength'] ?? 60, 60) }) : fc.stringMatching(new RegExp(schema['pattern']));
      return schema['pattern'] === undefined ? fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known) }, { weight: 2, arbitrary: text }) : text;
    }
    case 'integer': return fc.integer({ min: schema['minimum'] ?? -10, max: Math.min(schema['maximum'] ?? 4e12, Number.MAX_SAFE_INTEGER) });
    case 'number': return fc.double({ noNaN: true });
    case 'boolean': return fc.boolean();
    case 'null': return fc.constant(null);
    case 'array': return fc.array(valid(schema['items'] ?? {}), { minLength: schema['minItems'] ?? 0, maxLength: Math.min(schema['maxItems'] ?? 3, 3) });
    case 'object': {
      const [record] = Object.values((schema['patternProperties'] ?? {}) as Record<string, Schema>);
      if (record !== undefined) return fc.dictionary(fc.string({ maxLength: 20 }), valid(record), { maxKeys: 3 });
      return fc.record(Object.fromEntries(Object.entries((schema['properties'] ?? {}) as Record<string, Schema>).map(([name, one]) => [name, valid(one)])), { requiredKeys: schema['required'] ?? [] });
    }
    default: return json;
  }
}
/** Mostly what fits, with a part of it replaced by what does not. */
const spoiled = (schema: Schema): fc.Arbitrary<unknown> => fc.oneof(hostile, json, fc.tuple(valid(schema), fc.string({ maxLength: 12 }), hostile).map(([fits, name, bad]) => {
  if (typeof fits !== 'object' || fits === null) return bad;
  const names = Object.keys(fits);
  return { ...fits, [names[name.length % Math.max(names.length, 1)] ?? name]: bad };
}));

const fill = (text: unknown): string => encodeURIComponent(typeof text === 'string' ? text.toWellFormed() : JSON.stringify(text) ?? '');

async function drive({ method, path, parameters = [], requestBody, responses }: Operation, values: Record<string, unknown>, body: unknown): Promise<void> {
  const own = parameters.filter((one) => one.name !== undefined);
  const url = path.replace(/\{(\w+)\}/g, (_, name: string) => fill(values[`path ${name}`]).replace(/^\.+$/, 'dots') || 'none');
  const query = own.filter((one) => one.in === 'query' && values[`query ${one.name}`] !== undefined).map((one) => `${one.name}=${fill(values[`query ${one.name}`])}`).join('&');
  const answer = await house.call(method, query === '' ? url : `${url}?${query}`, { headers: { ...bearer(key), ...(path.endsWith('/policy') && method === 'PATCH' ? { 'if-match': '"v0"' } : {}) }, ...(requestBody === undefined ? {} : { body }) });
  const told = `${method} ${url}?${query} ${JSON.stringify(body)?.slice(0, 500)} answered ${answer.status} ${answer.text.slice(0, 600)}`;
  assert.ok(answer.status < 500, told);
  if (answer.status < 300) done.add(`${method} ${path}`);
  const described = answer.status < 300 ? responses[String(answer.status)] : responses['4XX'] && document.components.responses.Problem;
  assert.ok(described !== undefined, `not described: ${told}`);
  const content = described.content as Record<string, { schema?: TSchema }> | undefined;
  if (content === undefined) return assert.equal(answer.text, '', told);
  const type = String(answer.headers['content-type']).split(';')[0] as string;
  assert.ok(Object.hasOwn(content, type), `${type}: ${told}`);
  const { schema } = content[type]!;
  if (schema !== undefined) assert.ok(Check(schema, answer.body), `${JSON.stringify([...Errors(schema, answer.body)].slice(0, 3))}\n${told}`);
}

test('the document names every operation', () => assert.ok(operations.length >= 25, `${operations.length} operations`));

test('no operation breaks, and every answer is as described', async () => {
  for (const operation of operations) {
    const { parameters = [], requestBody } = operation;
    const own = parameters.filter((one) => one.name !== undefined && one.in !== 'header');
    const values = (of: (schema: Schema) => fc.Arbitrary<unknown>) => fc.record(Object.fromEntries(own.map((one) => [`${one.in} ${one.name}`, of(one.schema)])), { requiredKeys: own.filter((one) => one.required).map((one) => `${one.in} ${one.name}`) }) as fc.Arbitrary<Record<string, unknown>>;
    const schema = requestBody?.content['application/json']?.schema ?? {};
    const input = fc.oneof(fc.tuple(values(valid), valid(schema)), fc.tuple(values(valid), spoiled(schema)), fc.tuple(values(spoiled), valid(schema)));
    await fc.assert(fc.asyncProperty(input, ([given, body]) => drive(operation, given, body)), { numRuns: RUNS });
  }
  // Most of what is asked at random is refused; that some is done shows that the door was open.
  assert.ok(done.size >= 6, `done: ${[...done].join(', ')}`);
});

test('bodies that are no JSON, deep, huge, doubled, or of another type', async () => {
  const bodies: readonly [string, string, number][] = [
    ['application/json', '{', 400], ['application/json', '', 400], ['application/json', '['.repeat(30_000), 400], ['application/json', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`, 422], ['application/json', `{"a":"${'x'.repeat(70_000)}"}`, 413],
    ['application/json', '{"__proto__":{"text":"x"}}', 400], ['application/json', '{"constructor":{"prototype":{}}}', 400], ['application/json', '"text"', 422], ['text/plain', 'x', 415], ['application/xml', '<a/>', 415], ['application/json;charset=utf-16', '{}', 422],
  ];
  for (const [type, raw, status] of bodies) {
    const answer = await house.call('POST', `/api/v1/conversations/${known[0]}/tags`, { raw, headers: { ...bearer(key), 'content-type': type } });
    assert.equal(answer.status, status, `${type} ${raw.slice(0, 40)} ${answer.text}`);
    assert.equal(answer.headers['content-type'], 'application/problem+json');
  }
});
