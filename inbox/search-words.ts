// The words of a text as search keeps and asks for them: folded alike for every script, and taken alike by both engines.

/** Words kept of one text; what stands after them is not found. */
const MOST_WORDS = 2_000;
/** Characters kept of one word. */
const LONGEST = 64;

/** UAX #29, with the dictionaries of ICU for scripts that put no blanks between words. Locale "en": the same cut whatever the server speaks. */
const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
/** Written without blanks, and every character means something: each is a word of its own, so that a part of a compound is found too. */
const SINGLE = /[\p{Script=Han}\p{Script=Hiragana}]/u;
/**
 * What says nothing of a word: marks (accents, points, vowel signs), characters that only format, and the signs inside words that people leave
 * out ("can't", Hebrew gershayim). The ranges at the end are vowel signs that Unicode 8 made letters, and SQLite's tokenizer still takes for marks.
 */
const DROPPED = /[\p{M}\p{Cf}'’‘"“”״׳\u19b0-\u19c0\u19c8\u19c9\u1cf2\u1cf3]/gu;
const BETWEEN = /[^\p{L}\p{N}]+/u;
const PLAIN = /^[\t\n\r\x20-\x7e]*$/;
/** What the segmenter and the folding make of ASCII, without them: most texts need no more. */
const PLAIN_WORDS = /[a-z0-9]+(?:(?:(?<=[a-z])'(?=[a-z])|(?<=[0-9])'(?=[0-9]))[a-z0-9]+)*/g;

export interface PlacedWord {
  readonly word: string;
  /** Where the piece of text begins that it was made of, and where that piece ends: UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** One piece of text between two word breaks, folded: compatibility forms and accents away (NFKD), small letters, one form of sigma. */
function folded(piece: string): string[] {
  const open = piece.normalize('NFKD').replace(DROPPED, '').toLowerCase().normalize('NFKD').replace(DROPPED, '').replaceAll('ς', 'σ');
  return open.split(BETWEEN).filter((part) => part !== '').flatMap((part) => (SINGLE.test(part) ? apart(part) : [[...part].slice(0, LONGEST).join('')]));
}

/** Single characters where they stand for words, runs of other letters whole. */
function apart(part: string): string[] {
  const words: string[] = [];
  let run = '';
  for (const character of part) {
    if (!SINGLE.test(character)) {
      run += character;
      continue;
    }
    if (run !== '') words.push([...run].slice(0, LONGEST).join(''));
    run = '';
    words.push(character);
  }
  return run === '' ? words : [...words, [...run].slice(0, LONGEST).join('')];
}

/** Every word with its place in the text in its composed form (NFC), in order; as many as are kept. */
export function* placedWords(text: string): Generator<PlacedWord, void, void> {
  let given = 0;
  for (const { segment, index } of segmenter.segment(text.normalize('NFC'))) {
    for (const word of folded(segment)) {
      if (given === MOST_WORDS) return;
      given += 1;
      yield { word, start: index, end: index + segment.length };
    }
  }
}

/** The words of a text, in order, at most 2,000 of at most 64 characters; letters and digits alone. */
export function searchWords(text: string): string[] {
  if (PLAIN.test(text)) return (text.toLowerCase().match(PLAIN_WORDS) ?? []).slice(0, MOST_WORDS).map((word) => word.replaceAll("'", '').slice(0, LONGEST));
  return Array.from(placedWords(text), ({ word }) => word);
}

/** As the table of search texts keeps them: each once, put apart by blanks. */
export const keptWords = (text: string): string => [...new Set(searchWords(text))].join(' ');

/** What is asked for: its words, and whether the last one may still be being typed. */
export interface AskedWords {
  readonly words: readonly string[];
  readonly lastIsPrefix: boolean;
}

/** More words than these say nothing more. */
const MOST_ASKED = 12;
/** Beginnings shorter than this are looked for as whole words: an index would have to put together a good part of all texts. */
const SHORTEST_PREFIX = 3;

export function askedWords(query: string): AskedWords {
  const words = searchWords(query);
  // The last one stays last, since it may be a beginning.
  const last = words.at(-1);
  const kept = last === undefined ? [] : [...new Set(words.slice(0, -1).filter((word) => word !== last))].slice(0, MOST_ASKED - 1).concat(last);
  return { words: kept, lastIsPrefix: last !== undefined && last.length >= SHORTEST_PREFIX && !/\s$/u.test(query) };
}

/** Is this word one of the asked ones? */
export function matches({ words, lastIsPrefix }: AskedWords, word: string): boolean {
  return words.some((asked, at) => word === asked || (lastIsPrefix && at === words.length - 1 && word.startsWith(asked)));
}
