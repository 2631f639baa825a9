// The OpenAPI 3.1 document of everything that is open to keys, made from the schemas of the routes themselves.
import type { TSchema } from 'typebox';
import { API_SCOPES, type ApiScope, SCOPES } from '#identity/api-scopes.ts';
import { Problem } from '#server/api/shapes.ts';
import type { Plain } from '#server/api/present.ts';

/** A route as it was registered. `url` as Fastify writes it. */
export interface Operation {
  readonly method: string;
  readonly url: string;
  readonly scope: ApiScope;
  /** The body is a file. */
  readonly stream?: boolean;
  readonly schema: { readonly params?: unknown; readonly querystring?: unknown; readonly body?: unknown; readonly answers?: Readonly<Record<number, TSchema>>; readonly summary?: string };
}

/** Of an answer that is no JSON. */
export const binary = (type: string, description: string) => ({ 'x-binary': type, description }) as unknown as TSchema;

const clone = (schema: unknown): Plain => JSON.parse(JSON.stringify(schema ?? {})) as Plain;

/** As programs see it: a moment is a string. */
function told(schema: Plain): Plain {
  if (schema['x-moment'] === true) return { type: 'string', format: 'date-time', description: 'RFC 3339, in UTC.' };
  const each = (of: Readonly<Record<string, Plain>>): Record<string, Plain> => Object.fromEntries(Object.entries(of).map(([name, one]) => [name, told(one)]));
  return {
    ...schema,
    ...(schema.properties === undefined ? {} : { properties: each(schema.properties) }),
    ...(schema.patternProperties === undefined ? {} : { patternProperties: each(schema.patternProperties) }),
    ...(schema.items === undefined ? {} : { items: told(schema.items) }),
    ...(schema.anyOf === undefined ? {} : { anyOf: schema.anyOf.map(told) }),
  };
}

/** `/conversations/:id/tags/*` as `/conversations/{id}/tags/{tag}`: the rest of a path is named by the folder it stands in. */
export function pathOf(url: string): { readonly path: string; readonly names: readonly string[] } {
  const names: string[] = [];
  const path = url.replace(/:(\w+)/g, (_, name: string) => (names.push(name), `{${name}}`)).replace(/(\w+?)s?\/\*$/, (whole, folder: string) => (names.push(folder), whole.replace('*', `{${folder}}`)));
  return { path, names };
}

const wordsOf = (path: string): string[] => path.replace('/api/v1/', '').split(/[/{}_-]+/).filter((word) => word !== '');
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const operationId = (method: string, path: string): string => `${method.toLowerCase()}${wordsOf(path).map(capital).join('')}`;

function parameters({ schema, url }: Operation): Record<string, unknown>[] {
  const params = clone(schema.params).properties ?? {};
  const { names } = pathOf(url);
  const query = clone(schema.querystring);
  return [
    ...names.map((name) => ({ name, in: 'path', required: true, schema: params[name] ?? params['*'] ?? { type: 'string' } })),
    ...Object.entries(query.properties ?? {}).map(([name, one]) => ({ name, in: 'query', required: query.required?.includes(name) === true, schema: one })),
  ];
}

function answer(schema: Plain): Record<string, unknown> {
  const type = schema['x-binary'];
  if (typeof type === 'string') return { description: String(schema['description']), content: { [type]: {} } };
  if (Object.keys(schema).length === 0 || schema.type === 'null') return { description: 'Done.' };
  return { description: 'Done.', content: { 'application/json': { schema: told(schema) } } };
}

function operation(one: Operation): Record<string, unknown> {
  const { method, schema, scope, url } = one;
  const { path } = pathOf(url);
  const problem = { $ref: '#/components/responses/Problem' };
  const changes = method !== 'GET';
  const all = [...parameters(one), ...(changes ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []), ...(method === 'PATCH' && path.endsWith('/policy') ? [{ $ref: '#/components/parameters/IfMatch' }] : [])];
  return {
    operationId: operationId(method, path),
    summary: schema.summary ?? `${method} ${path.replace('/api/v1', '')}`,
    description: `Needs the scope \`${scope}\`: ${API_SCOPES[scope].help}`,
    tags: [wordsOf(path)[0]],
    security: [{ key: [] }, { exchange: [scope] }, { query: [] }],
    ...(all.length === 0 ? {} : { parameters: all }),
    ...(one.stream === true ? { requestBody: { required: true, content: { 'application/octet-stream': {}, 'multipart/form-data': {} } } } : {}),
    ...(schema.body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: clone(schema.body) } } } }),
    responses: { ...Object.fromEntries(Object.entries(schema.answers ?? { 200: {} as TSchema }).map(([status, of]) => [status, answer(clone(of))])), '4XX': problem, '5XX': problem },
  };
}

/** What stands under each first word of a path. */
const TAGS: Readonly<Record<string, string>> = {
  api: 'The keys themselves: names, scopes and last use.',
  audit: 'The audit trail: what happened, by whom, under which version of the settings.',
  auth: 'Tickets: who a customer is, as your own site knows it.',
  channels: 'The ways by which customers write.',
  conversations: 'Conversations with their messages, notes, files and forwards.',
  customers: 'The people who write.',
  files: 'Files of conversations.',
  inbox: 'Lists of conversations, search, and who answers.',
  policy: 'The Privacy & Security settings: read, changed, explained.',
  presets: 'Standards that the settings are held against, with evidence.',
  teams: 'Who works together.',
  users: 'Who works here.',
  webhooks: 'What is told to your servers, and how that went.',
};

const INTRODUCTION = `What a program may do with an API key. Keys are made under Settings → API keys. Times are RFC 3339 in UTC. Lists come in pages: give \`next\` back as \`cursor\`.
A request with an \`Idempotency-Key\` may be sent again for a day: it is done once, and the same answer comes back. Everything that is refused is a problem (RFC 9457) with a stable \`code\`.`;

/** `origin`: where this server is reached, or a placeholder for the document in the repository. */
export function openApiOf(operations: readonly Operation[], { version, origin }: { readonly version: string; readonly origin: string }): Record<string, unknown> {
  const sorted = operations.map((one) => ({ ...one, path: pathOf(one.url).path })).toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.method < b.method ? -1 : 1));
  const paths: Record<string, Record<string, unknown>> = {};
  for (const one of sorted) (paths[one.path] ??= {})[one.method.toLowerCase()] = operation(one);
  return {
    openapi: '3.1.0',
    info: { title: 'Portcullis API', version, description: INTRODUCTION, license: { name: 'See the repository', identifier: 'LicenseRef-Portcullis' } },
    servers: [{ url: origin }],
    tags: [...new Set(sorted.map(({ path }) => wordsOf(path)[0] as string))].map((name) => ({ name, ...(TAGS[name] === undefined ? {} : { description: TAGS[name] }) })),
    paths,
    components: {
      parameters: {
        IdempotencyKey: { name: 'Idempotency-Key', in: 'header', required: false, description: '8 to 200 characters of your own, such as a UUID.', schema: { type: 'string', minLength: 8, maxLength: 200 } },
        IfMatch: { name: 'If-Match', in: 'header', required: true, description: 'The ETag of the settings the change was made from.', schema: { type: 'string' } },
      },
      responses: { Problem: { description: 'Refused, wrong, or broken.', content: { 'application/problem+json': { schema: told(clone(Problem)) } } } },
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'The key itself (modes header and header_or_query), or the access token it bought (mode exchange).' },
        exchange: { type: 'oauth2', description: 'Mode exchange.', flows: { clientCredentials: { tokenUrl: '/api/v1/oauth/token', scopes: Object.fromEntries(SCOPES.map((scope) => [scope, API_SCOPES[scope].label])) } } },
        query: { type: 'apiKey', in: 'query', name: 'access_token', description: 'Modes query and header_or_query, for old integrations (deprecated by RFC 6750).' },
      },
    },
  };
}
