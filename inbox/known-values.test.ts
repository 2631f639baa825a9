// What is found of a customer in other people's texts, and what only looks like it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldsOf, type Known, MASK, matcherOf } from '#inbox/known-values.ts';

const nobody: Known = { names: [], emails: [], phones: [], externalIds: [], others: [] };
const anna = matcherOf({ names: ['Anna-Lena de Groß', 'Žofia'], emails: ['anna@shop.example'], phones: ['+4915123456789'], externalIds: ['C-100200', '7'], others: ['Kirchweg 5'] });

// title, text, what becomes of it
const rows: [string, string, string][] = [
  ['the whole name is one mask', 'I called Anna-Lena de Groß today.', `I called ${MASK} today.`],
  ['a part of it, in another case', 'ANNA rang, says groß', `${MASK} rang, says ${MASK}`],
  ['a possessive', 'Anna’s order, Lena\'s too', `${MASK}’s order, ${MASK}'s too`],
  ['never inside another word', 'Joanna, Annapolis, Lenart', 'Joanna, Annapolis, Lenart'],
  ['never a part of two letters', 'de facto', 'de facto'],
  ['an accent written apart', 'Hello Z\u030Cofia', `Hello ${MASK}`],
  ['an accent left out', 'Zofia', MASK],
  ['an umlaut spelled out, and a genitive', 'Lenas Gross, Anna-Lena de Groß', `${MASK} ${MASK}, ${MASK}`],
  ['letters apart, and what nobody sees between them', 'A n n a and G\u200Br\u00ADo\u2060ß', `${MASK} and ${MASK}`],
  ['broken by the end of a line, and a double name in one', 'Gr\u00fc\u00dfe an Žo-\n> fia, annalena', `Gr\u00fc\u00dfe an ${MASK}, ${MASK}`],
  ['in a link, in a file name, in one word with others', '/x?n=Anna%2DLena+de+Gro%C3%9F scan_anna_2.pdf AnnaInvoice.pdf &#65;nna', `/x?n=${MASK} scan_${MASK}_2.pdf ${MASK}Invoice.pdf ${MASK}`],
  ['a header that was copied', 'From: =?utf-8?B?QW5uYSBHcm/Dnw==?= <x@y.example>', `From: ${MASK} <x@y.example>`],
  ['the address, for people to read', 'anna (at) shop dot example, anna%40shop.example, anna+news@shop.example, ａｎｎａ＠shop.example', `${MASK}, ${MASK}, ${MASK}, ${MASK}`],
  ['the number in other digits', '٠١٥١ ٢٣٤٥٦٧٨٩; ０１５１２３４５６７８９', `${MASK}; ${MASK}`],
  ['the address, in any case', 'mail to ANNA@Shop.Example.', `mail to ${MASK}.`],
  ['another address that ends alike: as much of it as is the same', 'not joanna@shop.example nor anna@shop.example.org', `not joanna@shop.example nor ${MASK}.org`],
  ['the number with its country', '+49 151 23456789 or 0049-151-2345 6789', `${MASK} or ${MASK}`],
  ['the number with a bracketed zero', '+49 (0)151 / 234 567 89', MASK],
  ['the number as it is said at home', '0151 2345 6789 (0151) 23456789', `${MASK} ${MASK}`],
  ['a longer number is another one', '0151234567890', '0151234567890'],
  ['the id, and not a short one', 'c-100200 has 7 orders', `${MASK} has 7 orders`],
  ['a personal field', 'lives at Kirchweg 5.', `lives at ${MASK}.`],
  ['nothing known in it', 'Thank you for waiting.', 'Thank you for waiting.'],
];
for (const [title, text, expected] of rows) {
  test(title, () => {
    assert.equal(anna.mask(text), expected);
    assert.equal(anna.mentions(text), expected !== text);
  });
}

test('names in scripts without blanks, and Hebrew with its letters before', () => {
  const known = matcherOf({ ...nobody, names: ['田中太郎', 'דנה לוי'] });
  assert.equal(known.mask('昨日田中太郎さんから電話'), `昨日${MASK}さんから電話`);
  assert.equal(known.mask('דיברתי עם דנה ולדנה שלחתי'), `דיברתי עם ${MASK} ${MASK} שלחתי`);
});

test('signs of a pattern in a value are only signs', () => {
  const known = matcherOf({ ...nobody, names: ['(a+)+$ Bob.*'], emails: ['x+y@z.example'], externalIds: ['[^]*'] });
  assert.equal(known.mask('aaaaaaaaaaaaaaaaaaaaaaaa! nothing'), 'aaaaaaaaaaaaaaaaaaaaaaaa! nothing');
  assert.equal(known.mask('write to x+y@z.example'), `write to ${MASK}`);
});

test('nothing known changes nothing', () => {
  const none = matcherOf({ ...nobody, names: ['', ' ', 'X'], phones: ['123'], externalIds: ['7'] });
  assert.equal(none.mask('X said 123, and 7'), 'X said 123, and 7');
});

test('a name of two letters is one where it is written as a name', () => {
  const li = matcherOf({ ...nobody, names: ['Bo Li'] });
  assert.equal(li.mask('Dear Mr Li, Bo. bo li. See li and bo'), `Dear Mr ${MASK}. ${MASK}. See li and bo`);
});

test('fields are read as a list and as an object', () => {
  const list = fieldsOf('[{"name":"Street","value":"Kirchweg 5","personal":true},{"name":"Plan","value":"gold","personal":false}]');
  assert.deepEqual(list, [{ name: 'Street', value: 'Kirchweg 5', personal: true }, { name: 'Plan', value: 'gold', personal: false }]);
  assert.deepEqual(fieldsOf('{"street":"Kirchweg 5","plan":{"value":"gold","personal":false}}'), [{ name: 'street', value: 'Kirchweg 5', personal: true }, { name: 'plan', value: 'gold', personal: false }]);
  assert.deepEqual(fieldsOf('{}'), []);
});
