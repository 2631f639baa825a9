// Passwords at rest: argon2id through a bounded queue, off the event loop, and the same work for a name nobody has.
import { randomBytes } from 'node:crypto';
import { hash, hashRaw, parseOptions, verify } from '@node-rs/argon2';
import { PASSWORD_MAX_LENGTH } from '#policy/decide/password.ts';
import { type Busy, hashesAtOnce, hashQueue } from '#identity/hash-queue.ts';

/**
 * argon2id (RFC 9106) with the OWASP Password Storage Cheat Sheet's parameters (ASVS 11.4.2): 19 MiB, two passes, one lane.
 * `memoryCost` in KiB, `outputLen` and the salt in bytes. Raise them here: older hashes are renewed at the next sign-in.
 */
export const ARGON2 = Object.freeze({ memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 });
const SALT_BYTES = 16;
const ARGON2ID = 2;
const VERSION_19 = 1;

/** Longest password in characters (code points after NFC): what `decidePassword` judges too. */
export const LONGEST_PASSWORD = PASSWORD_MAX_LENGTH;

const CAPACITY = 256;
// At about 10 ms a hash the last of these waits a little over a second on two cores: slow, and still an answer.
const queue = hashQueue({ concurrency: hashesAtOnce(), capacity: CAPACITY });

export type Verdict = 'match' | 'mismatch' | 'busy';

/** Whether the next hash would be answered with Busy. */
export const hashesAreFull = (): boolean => queue.depth().waiting >= CAPACITY;

/** How many hashes run and wait now, for the operator. */
export const hashLoad = queue.depth;

/**
 * How many characters a password has: code points after Unicode NFC (NIST 800-63B-4 §3.1.1.2). What `decidePassword` judges.
 * A text too long by far is not normalised first: then its length as it came.
 */
export function passwordLength(text: string): number {
  // NFC makes a text at most four times shorter, so this one is too long whatever comes out.
  if (text.length > LONGEST_PASSWORD * 8) return text.length;
  return [...text.normalize('NFC')].length;
}

/**
 * What is hashed: the NFC form, nothing cut and nothing folded (ASVS 6.2.8). Text with half a surrogate pair has no UTF-8 (every
 * half would become the same replacement letter), so its 16-bit units are written out. Undefined when longer than a password may be.
 */
function hashedForm(text: string): string | undefined {
  if (passwordLength(text) > LONGEST_PASSWORD) return undefined;
  const normal = text.normalize('NFC');
  return normal.isWellFormed() ? normal : `\0utf-16 ${Buffer.from(normal, 'utf16le').toString('hex')}`;
}

/**
 * Hashes a new password, as a PHC string. Busy when too many sign-ins wait. Whoever calls has asked `decidePassword` first:
 * a longer text than it allows is a fault here (RangeError).
 */
export async function hashPassword(text: string): Promise<string | Busy> {
  const password = hashedForm(text);
  if (password === undefined) throw new RangeError(`A password must have at most ${LONGEST_PASSWORD} characters.`);
  return queue.run(() => hash(password, ARGON2));
}

/** Whether the text is the password of that hash. One that is too long to be any costs the same time and is a mismatch. */
export async function verifyPassword(stored: string, text: string): Promise<Verdict> {
  const password = hashedForm(text);
  if (password === undefined) return verifyDecoy('');
  const result = await queue.run(() => verify(stored, password));
  if (typeof result !== 'boolean') return 'busy';
  return result ? 'match' : 'mismatch';
}

/**
 * The work of `verifyPassword` for a name nobody has: same parameters, same queue, so that neither the time nor a busy answer tells names
 * apart (ASVS 6.3.8). Never a match.
 */
export async function verifyDecoy(text: string): Promise<'mismatch' | 'busy'> {
  const password = hashedForm(text) ?? '';
  const result = await queue.run(() => verify(DECOY, password));
  return typeof result === 'boolean' ? 'mismatch' : 'busy';
}

/** Whether a stored hash was made with other parameters than today's (or is none): then hash the password anew when it is next typed. */
export function needsRehash(stored: string): boolean {
  try {
    const made = parseOptions(stored);
    const same = made.memoryCost === ARGON2.memoryCost && made.timeCost === ARGON2.timeCost && made.parallelism === ARGON2.parallelism;
    const shape = Number(made.algorithm) === ARGON2ID && Number(made.version) === VERSION_19 && made.saltLen === SALT_BYTES;
    return !(same && shape && made.outputLen === ARGON2.outputLen);
  } catch {
    return true;
  }
}

/** argon2id of a short secret with a given salt (16 bytes), 32 bytes: for secrets that are looked for among several, such as recovery codes. */
export async function slowDigest(secret: string, salt: Uint8Array): Promise<Uint8Array | Busy> {
  return queue.run(() => hashRaw(secret, { ...ARGON2, salt }));
}

// A hash of no password: its tag is random, so nothing matches it, and it took no time to make.
const DECOY = ((): string => {
  const base64 = (bytes: number): string => randomBytes(bytes).toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${ARGON2.memoryCost},t=${ARGON2.timeCost},p=${ARGON2.parallelism}$${base64(SALT_BYTES)}$${base64(ARGON2.outputLen)}`;
})();
