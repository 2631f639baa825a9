// The OpenAPI document as a page that a person reads: plain HTML, everything as text, no script.
interface Schema { readonly type?: string; readonly enum?: readonly unknown[]; readonly const?: unknown; readonly properties?: Readonly<Record<string, Schema>>; readonly required?: readonly string[]; readonly items?: Schema; readonly anyOf?: readonly Schema[]; readonly format?: string; readonly patternProperties?: Readonly<Record<string, Schema>> }
interface Parameter { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema: Schema; readonly $ref?: string }
interface Operation { readonly operationId: string; readonly summary: string; readonly description: string; readonly tags: readonly string[]; readonly parameters?: readonly Parameter[]; readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }; readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>> }

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
const ticked = (text: string): string => escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>');

/** A schema as an example in outline: what stands where, and of what kind. */
function outline(schema: Schema, indent = ''): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map((one) => outline(one, indent)))].join(' | ');
  if (schema.type === 'array') return `[ ${outline(schema.items ?? {}, indent)} ]`;
  const [record] = Object.values(schema.patternProperties ?? {});
  if (record !== undefined) return `{ name: ${outline(record, indent)} }`;
  if (schema.type === 'object' && schema.properties !== undefined) {
    const inner = `${indent}  `;
    return `{\n${Object.entries(schema.properties).map(([name, one]) => `${inner}${name}${schema.required?.includes(name) === true ? '' : '?'}: ${outline(one, inner)}`).join('\n')}\n${indent}}`;
  }
  return schema.format === 'date-time' ? 'time' : (schema.type ?? 'anything');
}

function shown(path: string, method: string, one: Operation): string {
  const parameters = (one.parameters ?? []).filter(({ $ref }) => $ref === undefined);
  const rows = parameters.map((parameter) => `<tr><td><code>${escaped(parameter.name)}</code></td><td>${escaped(parameter.in)}${parameter.required === true ? ', required' : ''}</td><td>${escaped(outline(parameter.schema))}</td></tr>`).join('');
  const body = one.requestBody?.content['application/json']?.schema;
  const answers = Object.entries(one.responses).filter(([status]) => status.startsWith('2')).map(([status, { content }]) => {
    const [type, media] = Object.entries(content ?? {})[0] ?? [];
    const what = media?.schema === undefined ? (type ?? 'nothing') : outline(media.schema);
    return `<details><summary>Answers ${escaped(status)}</summary><pre tabindex="0">${escaped(what)}</pre></details>`;
  }).join('');
  return `<section class="op" id="${escaped(one.operationId)}"><h3><span class="verb">${escaped(method.toUpperCase())}</span> <code>${escaped(path)}</code></h3><p>${escaped(one.summary)}</p><p class="soft">${ticked(one.description)}</p>${rows === '' ? '' : `<table><thead><tr><th>Name</th><th>Where</th><th>What</th></tr></thead><tbody>${rows}</tbody></table>`}${body === undefined ? '' : `<details><summary>Body</summary><pre tabindex="0">${escaped(outline(body))}</pre></details>`}${answers}</section>`;
}

export function apiPage(document: Readonly<Record<string, unknown>>): string {
  const info = document['info'] as { title: string; version: string; description: string };
  const [server] = document['servers'] as { url: string }[];
  const all = Object.entries(document['paths'] as Record<string, Record<string, Operation>>).flatMap(([path, methods]) => Object.entries(methods).map(([method, one]) => ({ path, method, one, tag: one.tags[0] ?? '' })));
  const groups = [...Map.groupBy(all, ({ tag }) => tag)];
  const links = groups.map(([tag, of]) => `<h2>${escaped(tag)}</h2><ul>${of.map(({ path, method, one }) => `<li><a href="#${escaped(one.operationId)}">${escaped(method.toUpperCase())} ${escaped(path.replace('/api/v1', ''))}</a></li>`).join('')}</ul>`).join('');
  const sections = groups.map(([tag, of]) => `<h2>${escaped(tag)}</h2>${of.map(({ path, method, one }) => shown(path, method, one)).join('')}`).join('');
  const curl = `curl -H "Authorization: Bearer $PORTCULLIS_KEY" ${server?.url ?? ''}/api/v1/inbox`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(info.title)}</title><link rel="stylesheet" href="/api/v1/docs.css"></head><body><div class="frame"><nav aria-label="Operations"><div class="all">${links}</div></nav><main><h1>${escaped(info.title)} <span class="soft">${escaped(info.version)}</span></h1><p class="lead">${ticked(info.description)}</p><pre tabindex="0">${escaped(curl)}</pre><p><a href="/api/v1/openapi.json">The OpenAPI document</a></p>${sections}</main></div></body></html>`;
}
