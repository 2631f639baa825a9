// JSON as a signed thing may carry it: one object, each key once, no key that JavaScript reads as something else.
import { isRecord } from '#policy/fault.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** A string, or a sign that opens, closes or separates. Run over text that is valid JSON already. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;
const NEVER = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The object these bytes hold; undefined for anything else: not UTF-8, a byte order mark, not JSON, no object, a key twice in one object
 * (RFC 8259 §4: readers then disagree about its value), or a key of JavaScript's own.
 */
export function strictObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const text = UTF8.decode(bytes);
    const value: unknown = JSON.parse(text);
    return isRecord(value) && keysAreHonest(text) ? value : undefined;
  } catch {
    return undefined;
  }
}

function keysAreHonest(text: string): boolean {
  // A set of keys for each object that is open, null for each list.
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const key = JSON.parse(last) as string;
      const keys = open.at(-1);
      if (keys == null || keys.has(key) || NEVER.has(key)) return false;
      keys.add(key);
    }
    last = token;
  }
  return true;
}
