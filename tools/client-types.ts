// The types of the API's client, written from the OpenAPI document: an operation is named by its method and path.
interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

const WORDS: Readonly<Record<string, string>> = { string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null' };
const name = (text: string): string => (/^[A-Za-z_$][\w$]*$/.test(text) ? text : JSON.stringify(text));

export function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' | ');
  if (schema.type === 'array') return `readonly (${typeOf(schema.items ?? {})})[]`;
  const [record] = Object.values(schema.patternProperties ?? {});
  if (record !== undefined) return `Readonly<Record<string, ${typeOf(record)}>>`;
  if (schema.type === 'object') {
    const members = Object.entries(schema.properties ?? {}).map(([key, one]) => `readonly ${name(key)}${schema.required?.includes(key) === true ? '' : '?'}: ${typeOf(one)}`);
    if (schema.additionalProperties === true) members.push('readonly [more: string]: unknown');
    return members.length === 0 ? 'Record<string, never>' : `{ ${members.join('; ')} }`;
  }
  return WORDS[schema.type ?? ''] ?? 'unknown';
}

interface Parameter { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema: Schema; readonly $ref?: string }
interface Operation {
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>>;
}

function members(parameters: readonly Parameter[], where: string): string {
  const found = parameters.filter((one) => one.in === where);
  if (found.length === 0) return 'undefined';
  return typeOf({ type: 'object', properties: Object.fromEntries(found.map((one) => [one.name, one.schema])), required: found.filter((one) => one.required === true).map((one) => one.name) });
}

function answerOf({ responses }: Operation): string {
  const types = Object.entries(responses).filter(([status]) => status.startsWith('2')).map(([, { content }]) => {
    if (content === undefined) return 'undefined';
    const json = content['application/json']?.schema;
    return json === undefined ? 'Uint8Array' : typeOf(json);
  });
  return [...new Set(types)].join(' | ');
}

/** The text of the file. */
export function clientTypes(document: Record<string, unknown>): string {
  const paths = document['paths'] as Record<string, Record<string, Operation>>;
  const lines = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, one]) => {
    const parameters = (one.parameters ?? []).filter(({ $ref }) => $ref === undefined);
    const body = one.requestBody?.content['application/json']?.schema;
    return `  /** ${one.summary} */\n  '${method.toUpperCase()} ${path}': { path: ${members(parameters, 'path')}; query: ${members(parameters, 'query')}; body: ${body === undefined ? 'undefined' : typeOf(body)}; answer: ${answerOf(one)} };`;
  }));
  return `// What each operation of the API takes and answers. Written by tools/client-types.ts from the OpenAPI document; change the routes' schemas instead.\n/* oxlint-disable */\n\nexport interface Operations {\n${lines.join('\n')}\n}\n`;
}
