// Asks a range look-up whether a password is among those of known breaches, telling it five characters of a hash and nothing else (k-anonymity).
import { hash } from 'node:crypto';
import { isLoopback } from '#outside/loopback.ts';
import type { Opened } from '#outside/outcome.ts';

/** The range look-up that everybody uses; another one of the same interface may be set. */
export const BREACH_URL = 'https://api.pwnedpasswords.com/range/';
/** Whoever chooses a password waits no longer than this for it (ms). */
export const BREACH_LIMIT_MS = 3_000;
/** A range has about 1,500 lines of at most 50 characters; an answer far beyond is none. */
const LONGEST_ANSWER = 1_000_000;

export interface Breach {
  /** Never throws: no answer, or one that cannot be understood, is `failed`. */
  look(password: string): Promise<'clean' | 'breached' | 'failed'>;
}

export function breachUrlFrom(text: string): Opened<URL> {
  const url = URL.parse(text);
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url === null || !secure || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    return { ok: false, faults: ['BREACH_URL must be an https:// address without a name, a query or a fragment, such as https://api.pwnedpasswords.com/range/.'] };
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return { ok: true, adapter: url };
}

/** The answer, cut off when it grows without end. */
async function textOf(answer: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of answer.body ?? []) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > LONGEST_ANSWER) throw new Error('The answer is too long.');
  }
  return text;
}

/** `SUFFIX:COUNT` a line. Padding has the count 0 and is nobody's password. Null when a line is something else, or there is none. */
function countOf(text: string, suffix: string): number | null {
  const lines = text.trim().split(/\r?\n/).map((line) => /^([0-9A-F]{35}):(\d{1,12})$/i.exec(line.trim()));
  if (lines.some((line) => line === null)) return null;
  return Number(lines.find((line) => line?.[1]?.toUpperCase() === suffix)?.[2] ?? 0);
}

/**
 * The interface of Have I Been Pwned's Pwned Passwords v3: SHA-1 of the password in UTF-8 (NFC), five hexadecimal characters of it sent, answers
 * padded so that their size tells nothing.
 * @param limitMs shorter in tests only
 */
export function rangeBreach(url: URL, limitMs: number = BREACH_LIMIT_MS): Breach {
  return Object.freeze<Breach>({
    async look(password) {
      const digest = hash('sha1', password.normalize('NFC'), 'hex').toUpperCase();
      try {
        const answer = await fetch(new URL(digest.slice(0, 5), url), { headers: { 'add-padding': 'true', 'user-agent': 'Portcullis' }, redirect: 'error', signal: AbortSignal.timeout(limitMs) });
        if (answer.status !== 200) {
          void answer.body?.cancel().catch(() => undefined);
          return 'failed';
        }
        const count = countOf(await textOf(answer), digest.slice(5));
        if (count === null) return 'failed';
        return count > 0 ? 'breached' : 'clean';
      } catch {
        // The reason names the address at most; what counts is said by whoever asked: the look-up was not made.
        return 'failed';
      }
    },
  });
}
