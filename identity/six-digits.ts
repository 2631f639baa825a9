// Reading a six-digit code as people type it: "123 456" is 123456, and nothing else that looks like digits is.

const TYPED = /^ *([0-9]{3}) ?([0-9]{3}) *$/;

/**
 * The six ASCII digits of what was typed, or null. Spaces around and one in the middle are allowed, because phones show codes
 * in two groups; letters, full-width and other Unicode digits are refused rather than guessed at.
 */
export function sixDigits(typed: string): string | null {
  const parts = TYPED.exec(typed);
  return parts === null ? null : `${parts[1]}${parts[2]}`;
}
