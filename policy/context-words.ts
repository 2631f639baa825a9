// Which passwords are built from the names at hand: the brand's, its address, the person's own.

/** True when a password is built from one of these words (4 letters or more), as NIST SP 800-63B-4 3.1.1.2 asks to refuse. */
export function contextWords(password: string, words: readonly string[]): boolean {
  const folded = password.normalize('NFKC').toLowerCase();
  return builtFrom(folded, words) || builtFrom(folded.replace(/[013457@$!]/g, (sign) => LETTERS[sign] as string), words);
}

/** The signs that people write in the place of letters. */
const LETTERS: Readonly<Record<string, string>> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', '$': 's', '!': 'i' };

function builtFrom(folded: string, words: readonly string[]): boolean {
  const parts = words.flatMap((word) => word.normalize('NFKC').toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((word) => [...word].length >= 4);
  // All of them together, the longest first: two names one behind the other are no better than one.
  const rest = parts.sort((a, b) => b.length - a.length).reduce((text, word) => text.split(word).join(''), folded);
  return rest !== folded && [...rest].length < 8;
}
