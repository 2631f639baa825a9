// Canonical JSON: one text for one value (RFC 8785, JSON Canonicalization Scheme).
import { Conflict, StoreFault } from '#store/faults.ts';

/**
 * The canonical text of a JSON value. Members that are undefined are left out, as JSON.stringify does; what JSON cannot hold (functions,
 * bigints, NaN, bytes) is a StoreFault, text with lone surrogates (RFC 8785 §3.2.2.2) a Conflict `text.unstorable`.
 */
export function canonical(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return canonicalText(value);
    case 'number':
      // ECMAScript prints numbers as RFC 8785 §3.2.2.3 asks.
      return Number.isFinite(value) ? (Object.is(value, -0) ? '0' : String(value)) : refuse(String(value));
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? list(value) : record(value as Record<string, unknown>);
    default:
      return refuse(typeof value);
  }
}

/** A text in canonical JSON, quotes included. */
export function canonicalText(text: string): string {
  if (!text.isWellFormed()) throw new Conflict('text.unstorable');
  return JSON.stringify(text);
}

function list(values: readonly unknown[]): string {
  let text = '[';
  for (let at = 0; at < values.length; at += 1) text += (at === 0 ? '' : ',') + canonical(values[at] ?? null);
  return `${text}]`;
}

function record(value: Record<string, unknown>): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) refuse('an object of a class');
  // The default order of sort() is by UTF-16 code units, as RFC 8785 §3.2.3 asks.
  const names = Object.keys(value).sort();
  let text = '';
  for (const name of names) {
    const member = value[name];
    if (member !== undefined) text += `${text === '' ? '' : ','}${canonicalText(name)}:${canonical(member)}`;
  }
  return `{${text}}`;
}

function refuse(what: string): never {
  throw new StoreFault('store.misuse', `An audit row cannot hold ${what}: give it plain JSON.`);
}
