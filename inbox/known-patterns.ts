// Every way in which known values are looked for, as patterns over folded text: names and their parts, addresses, phone numbers, ids and fields.
import { domainToUnicode } from 'node:url';
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { foldedText } from '#inbox/known-folding.ts';

export interface Pattern {
  readonly regex: RegExp;
  /** Only where the first letter is written as a capital: two letters are a name then, and a word otherwise. */
  readonly capital?: true;
}

const LEAST_OF_VALUE = 4;
const LEAST_OF_PHONE = 6;
/** Written without blanks: there is no edge of a word to look for, and two characters are a name. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Small words of many names, and nobody's name when they stand inside of one or are written small. */
const PARTICLES: ReadonlySet<string> = new Set('de da di du do la le el al los las der den dem des del dos das van von vom zu zur zum bin ibn ben bat bint abu and und et of the y e i o'.split(' '));
const BEFORE = '(?<![\\p{L}\\p{M}])';
const AFTER = '(?![\\p{L}\\p{M}])';
/** What stands between the words of a name or a value, marks of quoted lines among it. */
const GAP = '[\\s\\p{P}\\p{S}]{0,4}';
/** What people put between the digits of a phone number. */
const BETWEEN = '[\\s.\\-/()\\[\\]_·•:*|,>+]{0,4}';

const quoted = (text: string): string => RegExp.escape(text);
const pattern = (source: string, capital?: true): Pattern => ({ regex: new RegExp(source, 'gu'), ...(capital === undefined ? {} : { capital }) });
const wordsOf = (text: string): string[] => text.split(/[^\p{L}\p{M}\p{N}]+/u).filter((word) => word !== '');
const letters = (text: string): number => [...text].length;

/** Hebrew and Arabic write "and", "to", "from" as letters at the word itself. */
function joined(word: string): string {
  if (letters(word) < 3) return '';
  if (/^\p{Script=Hebrew}/u.test(word)) return '[ומשהכלב]{0,3}';
  return /^\p{Script=Arabic}/u.test(word) ? '[وف]?(?:لل|[بكل]?(?:ال)?)' : '';
}

/** `Annas`, `Quinteros`: of Anna, of Quintero. */
const owned = (word: string): string => (/^[a-z]{4,}$/.test(word) ? 's?' : '');
/** Two letters that may have been one sign before they were folded: ß, ä, ö, ü. */
const ONE_SIGN: ReadonlySet<string> = new Set(['ss', 'ae', 'oe', 'ue', 'th']);
/** `A n n a`, `A.n.n.a`, `A-n-n-a`. */
const spaced = (word: string): string => [...word].map((sign, at, all) => `${at === 0 ? '' : `[\\s.\\-_*·•]{${ONE_SIGN.has(all[at - 1]! + sign) ? 0 : 1},2}`}${quoted(sign)}`).join('');
/** A word that a line's end has broken, in a quotation too: `Quin-` and `tero` below. */
const broken = (word: string): string => [...word].map(quoted).join('(?:-\\n[>\\s]{0,6})?');
const unspaced = (word: string): string => [...word].map(quoted).join('[\\s·・‧]?');

function partPatterns(word: string, written: string, inside: boolean): Pattern[] {
  const count = letters(word);
  if (UNSPACED.test(word)) {
    if (count >= 2) return [pattern(unspaced(word))];
    return /[\p{Script=Han}\p{Script=Hangul}]/u.test(word) ? [pattern(`${quoted(word)}(?=\\s?(?:先生|女士|小姐|太太|さん|様|さま|氏|君|씨|님|선생))`)] : [];
  }
  const small = written === written.toLowerCase() && written !== written.toUpperCase();
  if (PARTICLES.has(word) && (inside || small)) return [];
  if (count < 2 || /^\p{N}+$/u.test(word)) return [];
  const whole = pattern(`${BEFORE}${joined(word)}${quoted(word)}${owned(word)}${AFTER}`, count === 2 && /^\p{Script=Latin}/u.test(word) ? true : undefined);
  if (count < 3) return [whole];
  return [whole, pattern(`${BEFORE}${spaced(word)}${AFTER}`), ...(count < 5 ? [] : [pattern(`${BEFORE}${broken(word)}${AFTER}`)])];
}

/** Two characters each of a name that is written in one: family and given name. */
const halves = (word: string): string[] => {
  const signs = [...word];
  if (!/^\p{Script=Han}+$/u.test(word) || signs.length < 3 || signs.length > 4) return [];
  return [signs.slice(0, 2).join(''), signs.slice(-2).join('')];
};

function namePatterns(name: string): Pattern[] {
  const written = wordsOf(name.normalize('NFC'));
  const patterns: Pattern[] = [];
  for (const way of ['plain', 'spelled'] as const) {
    const words = wordsOf(foldedText(name, way));
    if (words.join('').length < 2) continue;
    const any = words.some((word) => UNSPACED.test(word));
    const as = any ? unspaced : quoted;
    if (words.length > 1) {
      const edges = any ? (['', ''] as const) : ([BEFORE + joined(words[0]!), AFTER] as const);
      for (const order of [words, words.toReversed()]) patterns.push(pattern(`${edges[0]}${order.map(as).join(GAP)}${any ? '' : owned(order.at(-1)!)}${edges[1]}`));
      // A double name in one, as in names of files.
      for (const [at, word] of words.entries()) if (words.length > 2 && at > 0 && words[at - 1]!.length + word.length >= 6 && !PARTICLES.has(word) && !PARTICLES.has(words[at - 1]!)) patterns.push(pattern(`${edges[0]}${as(words[at - 1]!)}${GAP}${as(word)}${edges[1]}`));
      const [first, last] = [words[0]!, words.at(-1)!];
      // `aquintero`, as addresses of mail are made.
      if (!any && letters(last) >= 4) patterns.push(pattern(`${BEFORE}${quoted([...first][0]!)}[._\\-]?${quoted(last)}${AFTER}`));
    }
    for (const [at, word] of words.entries()) {
      patterns.push(...partPatterns(word, written[at] ?? word, at > 0 && at < words.length - 1));
      for (const half of halves(word)) patterns.push(pattern(unspaced(half)));
    }
  }
  return patterns;
}

const AT = '[\\s>]{0,3}(?:@|[\\[({<][\\s]?(?:at|@|arroba|chez|bei)[\\s]?[\\])}>]|(?<=[\\s>_])(?:at|arroba)(?=[\\s_>])|_at_)[\\s>]{0,3}';
const DOT = '(?:[\\s>]{0,3}(?:\\.|[\\[({<]\\s?(?:dot|punkt|punto|point|\\.)\\s?[\\])}>])[\\s>]{0,3}|[\\s>_]{1,3}(?:dot|punkt|punto)[\\s>_]{1,3})';
const dotted = (text: string): string => text.split('.').map(quoted).join(DOT);

/** A tag (`+news`) is the same mailbox, and is masked with it. */
function emailPatterns(email: string): Pattern[] {
  const at = email.lastIndexOf('@');
  if (at < 1) return valuePatterns(email);
  const local = foldedText(email.slice(0, at));
  const host = email.slice(at + 1).toLowerCase();
  const hosts = new Set([host, domainToUnicode(host)].filter((one) => one !== '').map((one) => foldedText(one)));
  return [...hosts].map((one) => pattern(`(?<![\\p{L}\\p{N}])${dotted(local)}(?:\\+[^\\s@<>"'&;]{0,64})?${AT}${dotted(one)}(?![\\p{L}\\p{N}])`));
}

const apart = (digits: string): string => [...digits].join(BETWEEN);

/** With the country (`+49`, `0049`), with what is dialled before a national number, or bare; and without its area where seven digits are left. */
function phonePatterns(phone: string): Pattern[] {
  const text = foldedText(phone).trim();
  const digits = text.replace(/\D/gu, '');
  if (digits.length < LEAST_OF_PHONE) return [];
  const parsed = parsePhoneNumberFromString(text.startsWith('+') ? text : text.startsWith('00') ? `+${digits.slice(2)}` : `+${digits}`);
  const open = '(?<!\\d)';
  const bare = digits.replace(/^0+/, '');
  const sources = [`${open}(?:(?:\\+|0{1,2})${BETWEEN})?${apart(bare.length >= LEAST_OF_PHONE ? bare : digits)}(?!\\d)`];
  if (parsed !== undefined && (text.startsWith('+') || text.startsWith('00') || parsed.isValid())) {
    const country = `(?:(?:\\+|00|011|810)${BETWEEN})?${apart(parsed.countryCallingCode)}${BETWEEN}(?:\\(?0\\)?${BETWEEN})?`;
    sources.push(`${open}(?:${country}|\\(?(?:0|8|06|01|044|045|1)${BETWEEN})?${apart(parsed.nationalNumber)}(?!\\d)`);
    const local = parsed.formatNational().split(/[\s\-/]+|\)/u).slice(1).join('').replace(/\D/gu, '');
    if (local.length >= 7) sources.push(`${open}${apart(local)}(?!\\d)`);
  }
  return sources.map((source) => pattern(source));
}

/** The countries in which a number without its code may be meant. */
export const countriesOf = (phones: readonly string[]): string[] =>
  [...new Set(phones.flatMap((phone) => parsePhoneNumberFromString(foldedText(phone).trim())?.country ?? []))].filter((country) => isSupportedCountry(country));

/** Day, month and year in the orders people write them. */
function datePatterns(text: string): Pattern[] {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  const local = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(text);
  const parts = iso === null ? local?.slice(1, 4).toReversed() : iso.slice(1, 4);
  if (parts === undefined) return [];
  const [year, month, day] = parts.map((part) => part.replace(/^0/, '')) as [string, string, string];
  return [[year, `0?${month}`, `0?${day}`], [`0?${day}`, `0?${month}`, year], [`0?${month}`, `0?${day}`, year]].map((order) => pattern(`(?<!\\d)${order.join('[\\s.\\-/]{1,2}')}(?!\\d)`));
}

function valuePatterns(value: string): Pattern[] {
  const text = foldedText(value.trim());
  const words = wordsOf(text);
  const solid = words.join('');
  const digits = solid.replace(/\P{N}/gu, '').length;
  const least = digits > 0 && digits < letters(solid) ? LEAST_OF_VALUE - 1 : LEAST_OF_VALUE;
  if (letters(solid) < least && !(UNSPACED.test(solid) && letters(solid) >= 2)) return [];
  if (UNSPACED.test(solid)) return [pattern(words.map(unspaced).join(GAP))];
  if (/^[+\d\s.\-/()]+$/.test(text) && digits >= 7 && /[+\s\-/]/.test(text) && datePatterns(text).length === 0) return [...phonePatterns(text), pattern(`(?<!\\d)${apart(solid)}(?!\\d)`)];
  if (digits === 0 && words.length === 1) return [pattern(`${BEFORE}${joined(solid)}${quoted(solid)}${owned(solid)}${AFTER}`), pattern(`${BEFORE}${spaced(solid)}${AFTER}`)];
  const before = /^\p{N}/u.test(solid) ? '(?<![\\p{N}])' : '(?<![\\p{L}\\p{N}])';
  const after = /\p{N}$/u.test(solid) ? '(?!\\p{N})' : '(?![\\p{L}\\p{N}])';
  const street = (word: string): string => quoted(word).replace(/strasse$/, 'str(?:asse)?');
  const whole = `${before}${words.map(street).join(GAP)}${after}`;
  // Numbers of accounts and cards are grouped as one likes.
  const grouped = digits >= 4 && letters(solid) >= 6 ? [`${before}${[...solid].map(quoted).join('[\\s.\\-/_]{0,2}')}${after}`] : [];
  // The figures of an id stand alone often enough ("customer 778812").
  const figures = words.length > 1 ? words.filter((word) => /^\p{N}{6,}$/u.test(word)).map((word) => `(?<!\\p{N})${quoted(word)}(?!\\p{N})`) : [];
  return [...[whole, ...grouped, ...figures].map((source) => pattern(source)), ...datePatterns(text)];
}

/** A field may hold an address of mail. */
const fieldPatterns = (value: string): Pattern[] => (/^[^\s@]+@[^\s@]+$/u.test(value.trim()) ? emailPatterns(value.trim()) : valuePatterns(value));

export interface KnownValues {
  readonly names: readonly string[];
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  readonly externalIds: readonly string[];
  readonly others: readonly string[];
}

/** Each pattern once. */
export function patternsOf(known: KnownValues): Pattern[] {
  const all = [
    ...known.emails.map((email) => email.trim()).filter((email) => email.length >= 3).flatMap(emailPatterns), ...known.phones.flatMap(phonePatterns),
    ...known.externalIds.flatMap(fieldPatterns), ...known.others.flatMap(fieldPatterns), ...known.names.flatMap(namePatterns),
  ];
  return [...new Map(all.map((one) => [one.regex.source, one])).values()];
}
