// What a forward keeps back besides the values that are known: addresses whose knowledge opens a conversation, and names that pose as the end of a file's name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compose, type Composition } from '#inbox/forward/composition.ts';
import { matcherOf } from '#inbox/known-values.ts';

const KNOWN = { names: ['Noa Cohen'], emails: ['noa@customer.example'], phones: [], externalIds: [], others: [] };
const base: Composition = {
  brandName: 'Acme', byName: 'Dana', number: 7, customer: { name: 'Noa Cohen', email: 'noa@customer.example', phone: null, external_id: null, fields: '[]' }, from: null, replyTo: null, to: ['a@partner.example'], cc: [], bcc: [],
  subject: 'Claim', note: '', messages: [], files: [], linkOf: () => 'https://desk.example/file#x', linksUntil: null, details: false, matcher: matcherOf(KNOWN),
};
const TOKEN = 'k7v2m9q4z1x8c3b6n5w0p7r2t4';

test('the address that the customer’s own answers come to leaves in no spelling, with details or without', () => {
  for (const details of [false, true]) {
    const text = ['support+%@acme.example', 'mailto:support%2B%%40acme.example', 'support=2B%=40acme.example'].map((one) => one.replace(/%(?=@|%40|=40)/, TOKEN)).join(' ') + ` SUPPORT+${TOKEN.toUpperCase()}@acme.example`;
    const made = compose({ ...base, details, subject: `Re: support+${TOKEN}@acme.example`, messages: [{ author: 'customer', authorName: 'Noa', address: null, subject: null, text, at: 0 }] });
    assert.equal(`${made.subject}${made.text}`.toLowerCase().includes(TOKEN), false, made.text);
    assert.match(made.text, /support@acme\.example/);
  }
});

test('a file’s name: what stands behind its last dot is masked like the rest, and a real ending stays', () => {
  const name = (given: string): string => compose({ ...base, files: [{ id: 'f', name: given, type: 'image/png', bytes: 1, linked: false }] }).files[0]!.name;
  for (const given of ['scan.Cohen', 'scan.NOA', 'for noa@customer.example', 'Noa.Cohen', 'scan.C\u200bohen']) assert.doesNotMatch(name(given), /cohen|noa|customer/i, given);
  assert.match(name('Noa Cohen.png'), /^▇▇▇.*\.png$/);
  assert.equal(name('scan.pdf'), 'scan.pdf');
});
