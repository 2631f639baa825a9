// A phone number in the one form it is stored and sent to: E.164, international only, of a number that can exist and may be sent codes.
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

/** `sentence` says what the number must be, for the person who typed it. */
export type ParsedPhone =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly code: string; readonly sentence: string };

/** E.164: a plus, a country code that does not begin with 0, in all 8 to 15 digits (ITU-T E.164 §6 sets the 15). */
const E164 = /^\+[1-9][0-9]{7,14}$/;
/** What people put between digits: blanks of any width, hyphens, dots, round brackets. */
const SIGNS = /[ \t\u00a0\u2000-\u200a\u202f().\u2010-\u2013-]/g;

/**
 * Kinds of number that no person's phone has and that pay whoever rents them for each message: codes sent there are how text messages are
 * pumped. Free-phone and company-wide numbers take no messages.
 */
const NOT_A_PHONE: Readonly<Record<string, string>> = {
  PREMIUM_RATE: 'a premium-rate number',
  SHARED_COST: 'a shared-cost number',
  PERSONAL_NUMBER: 'a personal number that forwards at a charge',
  PAGER: 'a pager',
  VOICEMAIL: 'a voicemail access number',
  UAN: 'a company-wide access number',
  TOLL_FREE: 'a free-phone number',
};

const refuse = (code: string, sentence: string): ParsedPhone => ({ ok: false, code, sentence });

/**
 * Reads a number such as `+49 151 123-456-78`: blanks, hyphens, dots and round brackets, as people write them (ITU-T E.123), are
 * taken out. Nothing is guessed: no national numbers, no extensions, no 0 in brackets. It must fit its country's numbering plan; that
 * somebody answers it is shown by a code that was sent to it and typed back, not here.
 */
export function parsePhone(input: unknown): ParsedPhone {
  const closed = typeof input === 'string' && input.length <= 100 ? input.replace(SIGNS, '') : '';
  if (!E164.test(closed)) {
    return refuse('phone.not_e164', 'The phone number must be in international form: a plus, the country code and the number, 8 to 15 digits, such as +49 151 12345678.');
  }
  const found = parsePhoneNumberFromString(closed);
  if (found === undefined || !found.isValid() || found.number !== closed) {
    return refuse('phone.not_in_plan', 'The phone number must be one that its country gives out: check the country code and the digits, and leave out a 0 before the area code.');
  }
  const kind = NOT_A_PHONE[found.getType() ?? ''];
  if (kind !== undefined) return refuse('phone.kind', `The phone number must be a person's own phone, not ${kind}.`);
  return { ok: true, value: closed };
}

/** A number as it may be shown to somebody who asks for a code: the last two digits only. */
export function maskedPhone(number: string): string {
  return `${'•'.repeat(Math.max(0, number.length - 2))}${number.slice(-2)}`;
}
