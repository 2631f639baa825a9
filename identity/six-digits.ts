// Reading a six-digit code as people type it: "123 456" and "１２３４５６" are 123456, and nothing else that looks like digits is.

const TYPED = /^[ \u00a0\u3000]*([0-9]{3})[ \u00a0\u3000-]?([0-9]{3})[ \u00a0\u3000]*$/;
const FULL_WIDTH = /[\uff10-\uff19]/g;

/**
 * The six ASCII digits of what was typed, or null. Spaces around and one (or a hyphen) in the middle are allowed, because phones show codes
 * in two groups; full-width digits are what a Japanese or Chinese keyboard writes. Letters and all else are refused rather than guessed at.
 */
export function sixDigits(typed: string): string | null {
  const parts = TYPED.exec(typed.replace(FULL_WIDTH, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0)));
  return parts === null ? null : `${parts[1]}${parts[2]}`;
}
