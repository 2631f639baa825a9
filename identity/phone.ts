// A phone number in the one form it is stored and sent to: E.164. Strict until a library that knows the world's numbering plans is used.

/** `sentence` says what the number must be, for the person who typed it. */
export type ParsedPhone =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly code: string; readonly sentence: string };

/** E.164: a plus, a country code that does not begin with 0, in all 8 to 15 digits (ITU-T E.164 §6 sets the 15). */
const E164 = /^\+[1-9][0-9]{7,14}$/;
/** What people put between digits: blanks of any width, hyphens, dots, round brackets. */
const SIGNS = /[ \t\u00a0\u2000-\u200a\u202f().\u2010-\u2013-]/g;

/**
 * Reads a number such as `+49 151 123-456-78`: blanks, hyphens, dots and round brackets, as people write them (ITU-T E.123), are
 * taken out. Nothing is guessed: no national numbers, no extensions. That
 * the number exists is shown by a code that was sent to it and typed back, not here.
 */
export function parsePhone(input: unknown): ParsedPhone {
  const closed = typeof input === 'string' ? input.replace(SIGNS, '') : '';
  if (E164.test(closed)) return { ok: true, value: closed };
  return {
    ok: false,
    code: 'phone.not_e164',
    sentence: 'The phone number must be in international form: a plus, the country code and the number, 8 to 15 digits, such as +49 151 12345678.',
  };
}

/** A number as it may be shown to somebody who asks for a code: the last two digits only. */
export function maskedPhone(number: string): string {
  return `${'•'.repeat(Math.max(0, number.length - 2))}${number.slice(-2)}`;
}
