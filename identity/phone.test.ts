// Phone numbers: the edges of E.164, and how little of one is shown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskedPhone, parsePhone } from '#identity/phone.ts';

test('a plus and 8 to 15 digits is a number', () => {
  for (const number of ['+4915112345678', '+12015550123', '+12345678', '+123456789012345']) {
    assert.deepEqual(parsePhone(number), { ok: true, value: number });
  }
});

test('blanks, hyphens, dots and brackets between the digits are taken out', () => {
  for (const number of ['+1 201 555 0123', '+1(201)5550123', ' +12015550123 ', '+1-201-555-0123', '+1.201.555.0123', '+1 (201) 555\u00a00123', '+1\u2011201\u2013555 0123']) {
    assert.deepEqual(parsePhone(number), { ok: true, value: '+12015550123' }, JSON.stringify(number));
  }
});

test('anything else is refused with the form that is meant', () => {
  const wrong = [undefined, null, 4915112345678, '', '+', '+1234567', '+1234567890123456', '12015550123', '0012015550123', '+01234567890', '1 (201) 555 0123', '+1 (0) 234', '+49/15112345678', '+12015550123\n', '+１２０１５５５０１２３', '+1201555012x', '++12015550123', '+12015550123;ext=4'];
  for (const input of wrong) {
    const parsed = parsePhone(input);
    assert.ok(!parsed.ok && parsed.code === 'phone.not_e164' && parsed.sentence.includes('+49 151 12345678'), JSON.stringify(input));
  }
});

test('a masked number shows its last two digits', () => {
  assert.equal(maskedPhone('+12015550123'), '••••••••••23');
});
