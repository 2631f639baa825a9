// Which passwords are common: those of the list, those built of it, and none of those that people do well to choose.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { whyCommon } from '#identity/common-passwords.ts';
import { anyText } from '#test/any-text.ts';
import { PASSWORD } from '#test/house.ts';

const shipped = readFileSync(new URL('./common-passwords/list.txt', import.meta.url), 'utf8').trim().split('\n');

describe('a common password is refused, and told why', () => {
  const onList = 'is on the list of common passwords';
  const withSigns = 'is a common password with a few signs added';
  const repeated = 'is a common password repeated';
  const several = 'is made of common passwords';
  const same = 'repeats the same few characters';
  const keys = 'is a row of keys or a sequence';
  const rows: [string, string][] = [
    ['password', onList],
    ['PASSWORD', onList],
    ['ｐａｓｓｗｏｒｄ', onList],
    [' password ', onList],
    ['1q2w3e4r5t6y7u8i', onList],
    ['password12345678', withSigns],
    ['password2026!!!!', withSigns],
    ['password-password2026!', repeated],
    ['!!!Football1999!!!', withSigns],
    ['P@$$w0rd-1234567', withSigns],
    ['drowssap12345678', withSigns],
    ['passwordpassword', repeated],
    ['Password1Password1', repeated],
    ['password password', repeated],
    ['passwordpasswordpass', repeated],
    ['dragon-dragon-dragon', repeated],
    ['sunshine-football', several],
    ['monkeybaseball2', several],
    ['aaaaaaaaaaaaaaa', same],
    ['a'.repeat(1_024), same],
    ['x7'.repeat(8), same],
    ['xyz9k'.repeat(4), same],
    ['𝒳'.repeat(15), same],
    ['ääääääääääääääää', same],
    ['qwertyuiopasdfgh', keys],
    ['lkjhgfdsapoiuytr', keys],
    ['1qaz2wsx3edc4rfv5tgb', keys],
    ['abcdefghijklmnop', keys],
    ['ponmlkjihgfedcba', keys],
    ['qwertzuiopasdfgh', keys],
    ['йцукенгшщзхъфыва', keys],
    ['4567890123456789', keys],
    ['24.12.1987', 'is a date'],
    ['1987-12-24 1990', 'is a date'],
  ];
  for (const [password, why] of rows) it(`${password.slice(0, 24)} ${why}`, () => assert.equal(whyCommon(password), why));

  it('every line of the list, also with an end that reaches 15 characters', () => {
    const taken = shipped.filter((word) => whyCommon(word) === null || whyCommon(`${word}${'1234567890!!!!!'.slice(0, Math.max(3, 15 - word.length))}`) === null);
    assert.deepEqual(taken, []);
  });

  // ASVS 6.2.4: the top 3,000 that match the length policy. Lists have hardly any of 15 characters, so they are made by the rules people follow.
  it('3,000 of 15 characters and more, made of the most common by rule', () => {
    const top = shipped.filter((word) => /^[a-z]{6,8}$/.test(word)).slice(0, 600);
    const rules: ((word: string) => string)[] = [
      (word) => word.repeat(3),
      (word) => `${word[0]!.toUpperCase()}${word.slice(1)}1234567890`,
      (word) => `${word}-${word}2026`,
      (word) => `${word}${'!'.repeat(9)}`,
      (word) => `2026${word}qwerty`,
    ];
    const made = top.flatMap((word) => rules.map((rule) => rule(word)));
    assert.ok(made.length >= 3_000 && made.every((password) => password.length >= 15));
    assert.deepEqual(made.filter((password) => whyCommon(password) === null), []);
  });
});

describe('a good password is taken', () => {
  const rows = [
    PASSWORD, 'correct horse battery staple', 'tigers dragon monkey banana', 'vier graue Reiher gehen', 'ארבע אנפות הולכות לאט', 'quatre hérons gris marchent', '七只灰色的鹭在走路慢慢地看着河水流',
    'Tr7!kq#9vLz2@mPw', 'f3b8c21e9d7a406b', 'we walked 14 miles in 1987',
  ];
  for (const password of rows) it(password, () => assert.equal(whyCommon(password), null));

  const nouns = 'apple river winter teacher garden window orange banana cheese kitten summer rocket silver dragon monkey guitar summit bottle castle pepper ladder pencil mirror button forest island jacket market needle office palace rabbit saddle tunnel valley walnut yellow zipper anchor beacon candle desert engine feather glacier harbor insect jungle kettle lantern meadow'.split(' ');
  it('a thousand passphrases of four different words, however joined', () => {
    const phrase = fc.tuple(fc.uniqueArray(fc.constantFrom(...nouns), { minLength: 4, maxLength: 6 }), fc.constantFrom(' ', '-', '', '.', '_'));
    fc.assert(fc.property(phrase, ([chosen, joint]) => assert.equal(whyCommon(chosen.join(joint)), null)), { numRuns: 1_000 });
  });
  it('a thousand of 15 random letters and digits', () => {
    const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789');
    // Random within random: a run of ten equal ones is random too, but nobody's generator makes one in a lifetime.
    fc.assert(fc.property(fc.array(letter, { minLength: 15, maxLength: 40 }).filter((letters) => new Set(letters).size > 9), (letters) => assert.equal(whyCommon(letters.join('')), null)), { numRuns: 1_000 });
  });
  it('whatever is given, an answer comes', () => {
    fc.assert(fc.property(anyText(1_024), (text) => void whyCommon(text)), { numRuns: 100 });
  });
});
