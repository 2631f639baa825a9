// Which passwords are built from a name.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contextWords } from '#policy/context-words.ts';

describe('a password built from a name', () => {
  const words = ['Northwind Traders', 'northwind', 'Dana Levi', 'd.levi'];
  const rows: [string, string, boolean][] = [
    ['the name and a few digits', 'northwind123456', true],
    ['in capitals', 'NORTHWIND-2026!', true],
    ['in full-width letters', 'Ｎｏｒｔｈｗｉｎｄ123456', true],
    ['twice the name', 'northwindnorthwind', true],
    ['the person’s name and a year', 'dana-levi-2026', true],
    ['all the names one behind the other', 'DanaLeviNorthwind', true],
    ['a long sentence with the name in it', 'the northwind blows from the sea tonight', false],
    ['with signs in the place of letters', 'N0rthw1nd-2026!', true],
    ['with two signs in the place of letters', 'd@n@-l3v1-northwind', true],
    ['without any', 'four grey herons walk', false],
    ['a word of three letters', 'abc', false],
  ];
  for (const [title, password, built] of rows) it(`${title}: ${built ? 'refused' : 'taken'}`, () => assert.equal(contextWords(password, words), built));
});
