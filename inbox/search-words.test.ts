// Words for search: alike for every script and spelling, and single words for both engines.
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { askedWords, keptWords, matches, placedWords, searchWords } from '#inbox/search-words.ts';

describe('words of a text', () => {
  const cases: readonly [string, readonly string[]][] = [
    ['Where is my Order #4711?', ['where', 'is', 'my', 'order', '4711']],
    ["I can't open ada@example.com/path_to", ['i', 'cant', 'open', 'ada', 'example', 'com', 'path', 'to']],
    ['I can’t', ['i', 'cant']],
    ['Café CAFÉ Cafe\u0301 Straße ﬁn', ['cafe', 'cafe', 'cafe', 'straße', 'fin']],
    ['שָׁלוֹם צה״ל', ['שלום', 'צהל']],
    ['مُحَمَّد والقاهرة', ['محمد', 'والقاهرة']],
    ['我爱北京', ['我', '爱', '北', '京']],
    ['ΟΔΟΣ οδός', ['οδοσ', 'οδοσ']],
    ['１２３ ½', ['123', '1', '2']],
    ['', []],
    ['!?… 🙂', []],
  ];
  for (const [text, words] of cases) test(JSON.stringify(text), () => assert.deepEqual(searchWords(text), words));

  test('a part of a Chinese compound is found', () => {
    const text = searchWords('他在北京大学学习');
    assert.ok(searchWords('大学').every((word) => text.includes(word)));
  });
  test('a text has at most 2,000 words, a word at most 64 characters', () => {
    assert.equal(searchWords('a1 '.repeat(5_000)).length, 2_000);
    assert.equal(searchWords('é1 '.repeat(5_000)).length, 2_000);
    assert.deepEqual([searchWords('x'.repeat(500))[0]?.length, searchWords('é'.repeat(500))[0]?.length], [64, 64]);
  });
  test('each word is kept once', () => assert.equal(keptWords('to be or not to be'), 'to be or not'));
});

describe('what is asked', () => {
  test('the last word may be a beginning unless a blank follows', () => {
    assert.deepEqual(askedWords('my ord'), { words: ['my', 'ord'], lastIsPrefix: true });
    assert.deepEqual(askedWords('my order '), { words: ['my', 'order'], lastIsPrefix: false });
  });
  test('one or two characters are looked for as they stand', () => assert.deepEqual([askedWords('o').lastIsPrefix, askedWords('or').lastIsPrefix, askedWords('ord').lastIsPrefix], [false, false, true]));
  test('a word twice is asked once, and the last stays last', () => assert.deepEqual(askedWords('be or be').words, ['or', 'be']));
  test('a beginning matches only for the last word', () => {
    assert.deepEqual(['order', 'orders', 'mylar', 'my'].map((word) => matches(askedWords('my order'), word)), [true, true, false, true]);
  });
});

/** A little generator with a seed: the same texts every time. */
function* texts(count: number, alphabet: readonly string[]): Generator<string> {
  let seed = 12_345;
  const next = (most: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (seed >>> 8) % most;
  };
  for (let made = 0; made < count; made += 1) yield Array.from({ length: next(40) }, () => alphabet[next(alphabet.length)]).join('');
}

describe('properties', () => {
  const mixed = [...'abzAZ019 _.-\'"@/:,;\n', 'é', 'e\u0301', 'İ', 'ß', 'ﬁ', 'ﷺ', '½', '①', 'שׁ', '״', 'ע', 'ي', 'ﻻ', '中', '北', 'カ', 'ﾊﾞ', '한', 'ก', 'า', '🙂', '👩‍👩‍👧', '\u200d', '\u00ad', '\ud83d', 'Ω', 'ς', 'ᦰ', '\u0000'];
  test('a word is letters and digits alone, small, and never empty; folding it again changes nothing', () => {
    for (const text of texts(3_000, mixed)) {
      for (const word of searchWords(text)) {
        assert.match(word, /^[\p{L}\p{N}]+$/u, JSON.stringify(text));
        assert.deepEqual(searchWords(word).join(''), word, JSON.stringify(text));
      }
    }
  });
  test('composed and decomposed text has the same words', () => {
    for (const text of texts(2_000, mixed.filter((one) => one !== '\ud83d'))) assert.deepEqual(searchWords(text.normalize('NFC')), searchWords(text.normalize('NFD')), JSON.stringify(text));
  });
  test('text of ASCII alone takes a short way to the same words', () => {
    for (const text of texts(5_000, [...'aZ09 \'"_.,:;@-/\n'])) assert.deepEqual(searchWords(text), Array.from(placedWords(text), ({ word }) => word), JSON.stringify(text));
  });
  test('places point at the text they were made of', () => {
    for (const text of texts(500, mixed)) for (const { start, end } of placedWords(text)) assert.ok(start < end && end <= text.normalize('NFC').length);
  });
});

test('every letter and digit that a word can hold is one to the tokenizer of SQLite too', () => {
  const db = new DatabaseSync(':memory:');
  db.exec(`create virtual table t using fts5 (w, detail = 'column', tokenize = "unicode61 remove_diacritics 0"); create virtual table v using fts5vocab (t, 'row')`);
  const insert = db.prepare('insert into t (w) values (?)');
  const words = new Set<string>();
  for (let code = 0; code < 0x110000; code += 1) {
    const character = String.fromCodePoint(code);
    if (!character.isWellFormed() || !/[\p{L}\p{N}]/u.test(character.normalize('NFKD'))) continue;
    for (const word of searchWords(`q${character}q`)) words.add(word);
  }
  db.exec('begin');
  for (const word of words) insert.run(word);
  db.exec('commit');
  const terms = new Set(db.prepare('select term from v').all().map((row) => row['term']));
  assert.deepEqual([...words].filter((word) => !terms.has(word)), []);
  db.close();
});
