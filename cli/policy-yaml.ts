// A policy file as YAML: read with hard limits, its faults told by line; and written, with what its comments said kept.
import { Document, isAlias, isMap, isNode, isScalar, LineCounter, parseDocument, type Scalar, visit, type YAMLError } from 'yaml';
import { type Fault, shown } from '#policy/fault.ts';
import { FILE_VERSION } from '#policy/policy-file.ts';

/** 100,000 white-list entries with notes fit. */
export const LONGEST_FILE = 8 * 1024 * 1024;
const SCHEMA_LINE = ' The Privacy & Security policy of a brand. Check it with "portcullis policy check", see what it would change with "portcullis policy plan".';

export interface ReadYaml {
  readonly document: Document;
  readonly value: unknown;
  /** The line a path of the file stands in; of what is not there, the line of what it would stand in. */
  readonly lineOf: (path: string) => number;
}

export type YamlRead = { readonly ok: true; readonly yaml: ReadYaml } | { readonly ok: false; readonly faults: readonly Fault[] };

const refuse = (code: string, message: string, line?: number): YamlRead => ({ ok: false, faults: [{ path: line === undefined ? '' : `line ${line}`, code, message }] });

/** What a person is told; of most faults the reader's own words, without the place, which stands before them. */
function ownWords({ code, message, pos: [from] }: YAMLError, text: string): string {
  if (code === 'DUPLICATE_KEY') return `${shown(text.slice(from, from + 200).split(/[:\r\n]/)[0]?.trim())} stands there twice: a policy file must name each thing once, for which of the two would hold?`;
  if (code === 'MULTIPLE_DOCS') return 'A policy file must be one document, and another begins here.';
  return (message.split('\n')[0] as string).replace(/ at line \d+, column \d+:$/, '');
}

/** Plain YAML 1.2: no anchors, aliases, tags or doubled keys, one document. What two readers could read differently is refused. */
export function readYaml(text: string): YamlRead {
  if (text.length > LONGEST_FILE) return refuse('file.too_long', `The file must have at most ${LONGEST_FILE / 1024 / 1024} MiB, not ${Math.ceil(text.length / 1024 / 1024)}.`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true, schema: 'core', version: '1.2', merge: false });
  const [error] = document.errors;
  if (error !== undefined) return refuse(`file.${error.code.toLowerCase()}`, ownWords(error, text), lines.linePos(error.pos[0]).line);
  let odd: { readonly what: string; readonly at: number } | undefined;
  visit(document, {
    Node(_key, node) {
      const at = node.range?.[0] ?? 0;
      if (isAlias(node)) odd = { what: 'an alias (*name)', at };
      else if (node.anchor !== undefined) odd = { what: 'an anchor (&name)', at };
      else if (node.tag !== undefined) odd = { what: 'a tag (!name)', at };
      return odd === undefined ? undefined : visit.BREAK;
    },
  });
  if (odd !== undefined) return refuse('file.anchor', `A policy file must have no anchors, aliases or tags, and it has ${odd.what}: write the value where it belongs.`, lines.linePos(odd.at).line);
  const lineOf = (path: string): number => {
    const parts = path.split('/').filter((part) => part !== '');
    for (let length = parts.length; length > 0; length -= 1) {
      const node = document.getIn(parts.slice(0, length).map((part) => (/^\d+$/.test(part) ? Number(part) : part)), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  return { ok: true, yaml: { document, value: document.toJS({ maxAliasCount: 0 }) as unknown, lineOf } };
}

export interface Written {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly channels: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly locked: readonly string[];
  readonly pinned: readonly string[];
}

/** Puts values into a file that is there: its comments, its order and its tests stay; or makes a new one. `labels`: the words for each key. */
export function writeYaml(values: Written, labels: (key: string) => string, into?: Document): string {
  const document = into ?? new Document({ portcullis: FILE_VERSION });
  if (into === undefined) document.commentBefore = SCHEMA_LINE;
  const put = (path: readonly string[], value: unknown): void => {
    const before = document.getIn(path, true);
    if (isScalar(before) && (value === null || typeof value !== 'object')) before.value = value;
    else document.setIn(path, document.createNode(value));
  };
  for (const [key, value] of Object.entries(values.settings)) {
    const fresh = !document.hasIn(['settings', key]);
    put(['settings', key], value);
    if (fresh) label(document, ['settings'], key, labels(key));
  }
  for (const [name, own] of Object.entries(values.channels)) for (const [key, value] of Object.entries(own)) put(['channels', name, key], value);
  for (const part of ['locked', 'pinned'] as const) if (values[part].length > 0 || document.has(part)) put([part], [...values[part]]);
  return document.toString({ lineWidth: 0 });
}

/** A new value stands below the label that the page shows. */
function label(document: Document, path: readonly string[], key: string, text: string): void {
  const map = document.getIn(path, true);
  if (!isMap(map)) return;
  for (const item of map.items) {
    if ((isScalar(item.key) ? item.key.value : item.key) !== key) continue;
    const named = document.createNode(key) as Scalar<string>;
    named.commentBefore = ` ${text}`;
    item.key = named;
  }
}
