// Phone numbers: the edges of E.164, which numbers can exist, which are never sent codes, and how little of one is shown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskedPhone, parsePhone } from '#identity/phone.ts';

test('a number of a numbering plan is taken, mobile or fixed', () => {
  for (const number of ['+4915112345678', '+12015550123', '+442071234567', '+390612345678', '+447400123456', '+817012345678']) {
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

test('what no country gives out is refused, and nothing is guessed from it', () => {
  for (const number of ['+12345678', '+123456789012345', '+99912345678', '+1 (555) 012 3456', '+44 (0)20 7123 4567', '+97250123456789']) {
    const parsed = parsePhone(number);
    assert.ok(!parsed.ok && parsed.code === 'phone.not_in_plan' && /country code/.test(parsed.sentence), number);
  }
});

test('numbers that are paid for each message, or take none, are refused by their kind', () => {
  const rows: [string, RegExp][] = [
    ['+449011234567', /premium-rate/], ['+19005550123', /premium-rate/], ['+979123456789', /premium-rate/], ['+491801234567', /shared-cost/], ['+33826000000', /shared-cost/],
    ['+447640123456', /pager/], ['+447012345678', /personal number/], ['+18005550123', /free-phone/],
  ];
  for (const [number, kind] of rows) {
    const parsed = parsePhone(number);
    assert.ok(!parsed.ok && parsed.code === 'phone.kind' && kind.test(parsed.sentence), `${number} ${JSON.stringify(parsed)}`);
  }
});

test('a masked number shows its last two digits', () => {
  assert.equal(maskedPhone('+12015550123'), '••••••••••23');
});
