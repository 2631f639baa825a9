// Bodies of JSON: read by the framework's own strict parser, and refused where a key stands twice in one object: two readers could take two values.

import type { App } from '#server/app.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const COMMA = 44;
const COLON = 58;

/**
 * The first key that an object of this text has twice; undefined when there is none. The text must be valid JSON (it was parsed before).
 * RFC 8259 §4: names should be unique; what is not is read differently by different readers.
 */
export function doubledKey(text: string): string | undefined {
  /** Of each container that is open: the keys of an object, null for a list. */
  const open: (Set<string> | null)[] = [];
  let keyExpected = false;
  for (let n = 0; n < text.length; n += 1) {
    const code = text.charCodeAt(n);
    if (code === QUOTE) {
      const from = n;
      let escaped = false;
      for (n += 1; text.charCodeAt(n) !== QUOTE; n += 1) {
        if (text.charCodeAt(n) !== BACKSLASH) continue;
        escaped = true;
        n += 1;
      }
      const keys = keyExpected ? open.at(-1) : null;
      if (keys !== null && keys !== undefined) {
        const key = escaped ? (JSON.parse(text.slice(from, n + 1)) as string) : text.slice(from + 1, n);
        if (keys.has(key)) return key;
        keys.add(key);
        keyExpected = false;
      }
    } else if (code === OPEN) {
      open.push(new Set());
      keyExpected = true;
    } else if (code === OPEN_LIST) {
      open.push(null);
      keyExpected = false;
    } else if (code === CLOSE || code === CLOSE_LIST) {
      open.pop();
      keyExpected = false;
    } else if (code === COMMA) {
      keyExpected = open.at(-1) !== null && open.length > 0;
    } else if (code === COLON) {
      keyExpected = false;
    }
  }
  return undefined;
}

/** What the parser throws; problems.ts puts it into words. */
export interface DoubledKey extends Error {
  readonly statusCode: 400;
  readonly code: 'DOUBLED_KEY';
  readonly key: string;
}

/** From here on every JSON body is parsed and looked through. */
export function readJsonStrictly(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    void parse(request, body, (error, value) => {
      const key = error === null ? doubledKey(body) : undefined;
      if (key === undefined) return done(error, value);
      done(Object.assign(new Error('a key stands twice'), { statusCode: 400, code: 'DOUBLED_KEY', key } as const) satisfies DoubledKey);
    });
  });
}
