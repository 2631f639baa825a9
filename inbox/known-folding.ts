// Text as it is compared with known values: one form for every way of writing the same, and from each sign of it the way back to where it stands.
import { decodeHTMLStrict } from 'entities';

export interface Folded {
  readonly text: string;
  /** Of each unit of `text`: where what it was made from begins and ends in the text that was folded. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** `plain`: a letter without its marks (ü → u). `spelled`: as people write it who have no such key (ü → ue). `parted`: plain, with a break where a small letter meets a capital. */
export type Way = 'plain' | 'spelled' | 'parted';

/** What marks a break inside a word written in one (`AnnaInvoice`); it is no letter. */
const BREAK = '\ue000';
/** Marks above and below letters of alphabets; vowels of Indic and Thai scripts are letters to their readers and stay. */
// oxlint-disable-next-line no-misleading-character-class -- Ranges of code points, none of which stands for a whole sign.
const MARKS = /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/gu;
/** What nobody sees: zero-width and bidi marks, soft hyphens, variation selectors; and the Arabic stroke that only makes a word longer. */
const UNSEEN = /^(?:\p{Cf}|\p{DI}|\u0640)$/u;
const HANGUL = /^[\uac00-\ud7a3]$/;
const ENCODED = /%(?:25)*[0-9A-Fa-f]{2}(?:%(?:25)*[0-9A-Fa-f]{2})*|&(?:amp;)*(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});/g;

const SAME: Readonly<Record<string, string>> = {
  ß: 'ss', ς: 'σ', ı: 'i', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ø: 'o', æ: 'ae', œ: 'oe', ħ: 'h',
  ة: 'ه', ى: 'ي', ی: 'ي', ک: 'ك', ٱ: 'ا', '\u05be': '-', '\u05f3': "'", '\u2019': "'", '\u2018': "'", '\u02bc': "'", '\u00b4': "'", '`': "'", '。': '.', '｡': '.', '〜': '-', '~': '-',
};
const SPELLED: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' };
const kept = { plain: new Map<string, string>(), spelled: new Map<string, string>() };

/** One sign in the form it is compared in; nothing where nobody sees it. */
function made(sign: string, way: 'plain' | 'spelled'): string {
  if (UNSEEN.test(sign)) return '';
  const small = sign.toLowerCase();
  const spelled = way === 'spelled' ? SPELLED[small.normalize('NFC')] : undefined;
  if (spelled !== undefined) return spelled;
  if (SAME[small] !== undefined) return SAME[small];
  if (HANGUL.test(sign)) return sign;
  let text = '';
  for (const part of sign.normalize('NFKD').replace(MARKS, '').toLowerCase()) {
    if (UNSEEN.test(part)) continue;
    // All digits of one script stand in a row, zero first (Unicode 4.6); the mathematical ones NFKD has made plain.
    if (/\p{Nd}/u.test(part) && part > '9') text += String(digitOf(part));
    else if (/\p{Pd}/u.test(part)) text += '-';
    else text += SAME[part] ?? part;
  }
  return text;
}

/** A row of ten begins at a code that ends in 0 or in 6. */
function digitOf(sign: string): number {
  const code = sign.codePointAt(0)!;
  const low = code & 0xf;
  return low <= 9 && /\p{Nd}/u.test(String.fromCodePoint(code - low)) ? low : (low + 10) % 16;
}

function foldedSign(sign: string, way: 'plain' | 'spelled'): string {
  const known = kept[way].get(sign);
  if (known !== undefined) return known;
  const fresh = made(sign, way);
  if (kept[way].size > 20_000) kept[way].clear();
  kept[way].set(sign, fresh);
  return fresh;
}

/** What `%C3%BC` or `&uuml;` stands for; the very text where it stands for nothing. */
function decoded(text: string): string {
  if (text.startsWith('&')) return decodeHTMLStrict(text.replace(/^&(?:amp;)+/, '&'));
  const bytes = Buffer.from(text.replaceAll(/%(?:25)*/g, ''), 'hex');
  const read = bytes.toString('utf8');
  return read.includes('\ufffd') ? bytes.toString('latin1') : read;
}

const isSmall = (sign: string): boolean => sign !== sign.toUpperCase();
const isCapital = (sign: string): boolean => sign !== sign.toLowerCase();

/** A text with what links and pages disguise made plain: each unit knows where it came from. */
export function opened(even: string): Folded {
  let [text, starts, ends] = [even, Array.from(even, () => 0), Array.from(even, () => 0)];
  starts.length = ends.length = even.length;
  for (let at = 0; at < even.length; ) {
    const width = even.codePointAt(at)! > 0xffff ? 2 : 1;
    for (let unit = at; unit < at + width; unit += 1) [starts[unit], ends[unit]] = [at, at + width];
    at += width;
  }
  // Some are disguised twice.
  for (let layer = 0; layer < 3 && /[%&]/.test(text); layer += 1) {
    const last = { text, starts, ends };
    const next = { text: '', starts: [] as number[], ends: [] as number[] };
    const put = (piece: string, from: number, to: number): void => {
      for (let unit = 0; unit < piece.length; unit += 1) {
        next.starts.push(last.starts[from]!);
        next.ends.push(last.ends[to - 1]!);
      }
      next.text += piece;
    };
    let at = 0;
    let changed = false;
    for (const match of last.text.matchAll(ENCODED)) {
      const read = decoded(match[0]);
      if (read === match[0]) continue;
      for (; at < match.index; at += 1) put(last.text.charAt(at), at, at + 1);
      put(read.normalize('NFC'), at, at + match[0].length);
      at += match[0].length;
      changed = true;
    }
    if (!changed) break;
    for (; at < last.text.length; at += 1) put(last.text.charAt(at), at, at + 1);
    ({ text, starts, ends } = next);
  }
  return { text, starts, ends };
}

/** Folds an opened text. */
export function fold({ text: open, starts: from, ends: to }: Folded, way: Way): Folded {
  const starts: number[] = [];
  const ends: number[] = [];
  let text = '';
  let before = '';
  for (let at = 0; at < open.length; ) {
    const sign = String.fromCodePoint(open.codePointAt(at)!);
    const folded = foldedSign(sign, way === 'spelled' ? 'spelled' : 'plain');
    const broken = way === 'parted' && before !== '' && isSmall(before) && isCapital(sign) ? BREAK + folded : folded;
    for (let unit = 0; unit < broken.length; unit += 1) {
      starts.push(from[at]!);
      ends.push(to[at + sign.length - 1]!);
    }
    text += broken;
    if (folded !== '') before = sign;
    at += sign.length;
  }
  return { text, starts, ends };
}

/** A known value in the form it is looked for. */
export const foldedText = (value: string, way: 'plain' | 'spelled' = 'plain'): string => fold(opened(value.normalize('NFC')), way).text;
