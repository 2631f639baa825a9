// Common passwords: says why one is easy to guess, from a shipped list and from what people build of it. Offline; nothing leaves.
import { readFileSync } from 'node:fs';

/**
 * The list holds short ones, since people of all lists chose short ones; under a policy of 15 characters what is common is *built* of them. So the
 * text is cut into the cheapest pieces a guesser would try (words of the list, rows of keys, sequences, years, repetitions), each priced in
 * bits, and refused when all of it costs less than this. Two words of the list and little more is below, three words above.
 */
export const ENOUGH_BITS = 32;

type Kind = 'word' | 'keys' | 'repeat' | 'date' | 'sign';
interface Piece {
  readonly kind: Kind;
  readonly length: number;
  readonly bits: number;
}

const WORD_BITS = 14;
const DISGUISED_BITS = 15;
const KEYS_BITS = 6;
const DATE_BITS = 7;
const REPEAT_BITS = 1;
const SHORTEST_WORD = 4;
const SHORTEST_RUN = 3;
/** Whoever writes so many characters of nothing has written nothing after them either; and the work stays small. */
const JUDGED = 128;

/** What is beside what on the keyboards and in the alphabets people know, each read in both directions; digits go round. */
const ROWS = [
  '1234567890', '01234567890123456789', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiop', 'yxcvbnm', 'azertyuiop', 'qsdfghjklm', 'wxcvbn',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/', 'qazwsxedcrfvtgbyhnujmikolp', '1q2w3e4r5t6y7u8i9o0p', 'q1w2e3r4t5y6u7i8o9p0', 'qwertyuiopasdfghjklzxcvbnm', '!@#$%^&*()_+', 'йцукенгшщзхъ', 'фывапролджэ', 'ячсмитьбю', 'ضصثقفغعهخحج', 'קראטוןםפ', 'שדגכעיחלך',
];
const backwards = (text: string): string => [...text].reverse().join('');
const LINES = ROWS.flatMap((row) => [row, backwards(row)]);

/** Letters that people write as signs; `1` stands for two of them. */
const SIGNS: readonly Readonly<Record<string, string>>[] = [
  { '0': 'o', '1': 'l', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '9': 'g', '@': 'a', '$': 's', '!': 'i', '|': 'l', '+': 't', '€': 'e' },
  { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '9': 'g', '@': 'a', '$': 's', '!': 'l', '|': 'i', '+': 't', '€': 'e' },
];

/** Days and years as people write them, from 1900 to 2049, at the very place. */
const DATE = /(?:(?:19|20[0-4])\d\d([-./ ]?)(?:0?[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01]|[1-9])(?!\d)|(?:0[1-9]|[12]\d|3[01]|[1-9])([-./ ]?)(?:0[1-9]|1[0-2]|[1-9])\2(?:19|20[0-4])\d\d|(?:19\d\d|20[0-4]\d))/y;

/** `begins` and `ends`: by the first characters of a word, and by its last ones read backwards, how long such words are at most. At most places there are none. */
interface List {
  readonly words: ReadonlySet<string>;
  readonly begins: ReadonlyMap<string, number>;
  readonly ends: ReadonlyMap<string, number>;
}

let list: List | undefined;

function longestBy(words: readonly string[], key: (word: string) => string): Map<string, number> {
  const longest = new Map<string, number>();
  for (const word of words) longest.set(key(word), Math.max(longest.get(key(word)) ?? 0, word.length));
  return longest;
}

function shipped(): List {
  if (list !== undefined) return list;
  const lines = readFileSync(new URL('./common-passwords/list.txt', import.meta.url), 'utf8').split('\n').filter((line) => line !== '');
  const long = lines.filter((line) => line.length >= SHORTEST_WORD);
  list = { words: new Set(lines), begins: longestBy(long, (word) => word.slice(0, SHORTEST_WORD)), ends: longestBy(long, (word) => backwards(word.slice(-SHORTEST_WORD))) };
  return list;
}

function signBits(sign: string): number {
  if (/\s|[-_.,]/.test(sign)) return 1;
  if (/\d/.test(sign)) return 3.3;
  return /[a-z]/.test(sign) ? 4.7 : 5;
}

/** The words of the list that begin at `at`, written plainly, backwards or with signs in the place of letters. */
function wordsAt([text, ...disguises]: readonly [string, ...string[]], at: number): Piece[] {
  const { words, begins, ends } = shipped();
  const start = (one: string): string => one.slice(at, at + SHORTEST_WORD);
  const plain = begins.get(start(text)) ?? 0;
  const mirrored = ends.get(start(text)) ?? 0;
  const disguised = disguises.map((one) => ({ one, longest: begins.get(start(one)) ?? 0 })).filter(({ longest }) => longest > 0);
  const found: Piece[] = [];
  const longest = Math.max(plain, mirrored, ...disguised.map((each) => each.longest));
  for (let length = SHORTEST_WORD; length <= Math.min(longest, text.length - at); length += 1) {
    const end = at + length;
    if (length <= plain && words.has(text.slice(at, end))) found.push({ kind: 'word', length, bits: WORD_BITS });
    else if (disguised.some(({ one }) => words.has(one.slice(at, end))) || (length <= mirrored && words.has(backwards(text.slice(at, end))))) found.push({ kind: 'word', length, bits: DISGUISED_BITS });
  }
  return found;
}

/** The longest run of neighbours that begins at `at`. */
function keysAt(text: string, at: number): Piece[] {
  let length = SHORTEST_RUN - 1;
  while (at + length < text.length && LINES.some((line) => line.includes(text.slice(at, at + length + 1)))) length += 1;
  return length < SHORTEST_RUN ? [] : [{ kind: 'keys', length, bits: KEYS_BITS }];
}

function datesAt(text: string, at: number): Piece[] {
  DATE.lastIndex = at;
  const found = DATE.exec(text)?.[0];
  return found === undefined ? [] : [{ kind: 'date', length: found.length, bits: DATE_BITS * (found.length > 4 ? 2 : 1) }];
}

interface Built {
  readonly bits: number;
  readonly pieces: readonly Piece[];
}

/** The cheapest way to build the text out of pieces (a shortest path, from the left). */
function cheapest(text: string): Built {
  const read = SIGNS.map((signs) => text.replace(/[^a-z]/g, (sign) => signs[sign] ?? sign));
  const texts: readonly [string, ...string[]] = [text, ...new Set(read.filter((one) => one !== text))];
  const best: ({ bits: number; before: number; piece: Piece } | null)[] = [{ bits: 0, before: -1, piece: { kind: 'sign', length: 0, bits: 0 } }, ...Array.from({ length: text.length }, () => null)];
  const offer = (at: number, piece: Piece): void => {
    const bits = best[at]!.bits + piece.bits;
    const there = best[at + piece.length];
    if (there === null || there === undefined || bits < there.bits) best[at + piece.length] = { bits, before: at, piece };
  };
  for (let at = 0; at < text.length; at += 1) {
    offer(at, { kind: 'sign', length: 1, bits: signBits(text[at]!) });
    for (const piece of [...wordsAt(texts, at), ...keysAt(text, at), ...datesAt(text, at)]) offer(at, piece);
    // What stands just before, once more; of some length also with one sign between.
    for (let length = 1; length <= Math.min(at, text.length - at); length += 1) {
      for (const gap of length < SHORTEST_WORD ? [0] : [0, 1]) {
        const from = at - gap - length;
        if (from >= 0 && text[at] === text[from] && text.startsWith(text.slice(from, from + length), at)) offer(at, { kind: 'repeat', length, bits: REPEAT_BITS });
      }
    }
  }
  const pieces: Piece[] = [];
  for (let at = text.length; at > 0; at = best[at]!.before) pieces.unshift(best[at]!.piece);
  return { bits: best[text.length]!.bits, pieces };
}

function words({ pieces }: Built): string {
  const has = (kind: Kind): number => pieces.filter((piece) => piece.kind === kind).length;
  if (has('word') > 1) return 'is made of common passwords';
  if (has('word') === 1) return pieces.some((piece) => piece.kind === 'repeat' && piece.length >= SHORTEST_WORD) ? 'is a common password repeated' : 'is a common password with a few signs added';
  if (has('repeat') > 0) return 'repeats the same few characters';
  if (has('keys') > 0) return 'is a row of keys or a sequence';
  return has('date') > 0 ? 'is a date' : 'is a few characters that are quickly tried';
}

/** Why a password is easy to guess, in words that follow "this one"; null when it is not among the common ones (NIST SP 800-63B-4 §3.1.1.2, ASVS 6.2.4). */
export function whyCommon(password: string): string | null {
  const text = password.normalize('NFKC').toLowerCase().trim();
  if (shipped().words.has(text)) return 'is on the list of common passwords';
  const built = cheapest(text.slice(0, JUDGED));
  return built.bits < ENOUGH_BITS ? words(built) : null;
}
