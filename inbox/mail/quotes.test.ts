// What was written now, and what is quoted, in the ways that mail programs quote.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitQuote } from '#inbox/mail/quotes.ts';

const NOW = 'The long ones.\nThanks';
test('the quoted history is folded, whichever program wrote it', () => {
  for (const quoted of [
    'On Mon, 23 Nov 2026 at 08:00, Acme <support@acme.example> wrote:\n> Which ones?\n> Short?', 'Am 23.11.2026 um 08:00 schrieb Acme:\n> Welche?', 'Le lun. 23 nov. 2026 à 08:00, Acme <a@b.c> a écrit :\n> Lesquels ?',
    'On Mon, 23 Nov 2026 at 08:00, A very long name of Acme\n<support@acme.example> wrote:\n> Which ones?', '-----Original Message-----\nFrom: Acme\nSent: Monday\nTo: Ana\nSubject: Poles\n\nWhich ones?', 'From: Acme <a@b.c>\nSent: Monday, 23 November 2026 08:00\nTo: Ana\nSubject: Re: Poles\n\nWhich ones?',
    '________________________________\nVon: Acme\nGesendet: Montag\nAn: Ana\nBetreff: AW: x\n\nWelche?', '> Which ones?\n> Short or long?', 'ב-23 בנוב׳ 2026, Acme כתב:\n> אילו?',
  ]) assert.deepEqual(splitQuote(`${NOW}\n\n${quoted}`), { said: NOW, quoted }, quoted);
});

test('what is no quote stays: a line that only speaks of writing, answers between, a forward with nothing above', () => {
  for (const text of ['She wrote:\nplease send it again', '> Which ones?\nThe long ones.\n> Colour?\nRed.', 'On Monday he wrote:\n> all of this', 'From: here we go\nNext line']) assert.deepEqual(splitQuote(text), { said: text, quoted: '' }, text);
});

test('nothing is ever lost of what is split', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom('> a', '', 'On 1 Jan, X wrote:', 'b', 'From: x', 'To: y', 'Subject: z', '-- ', '____________________')), (lines) => {
    const text = lines.join('\n');
    const { said, quoted } = splitQuote(text);
    assert.equal(`${said}${quoted}`.replace(/\s+/g, ''), text.replace(/\s+/g, ''));
  }));
});
