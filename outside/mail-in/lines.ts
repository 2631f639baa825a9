// Bytes of DATA as they come: a line feed or carriage return that stands alone, and a line without end, are found whichever way the bytes are cut.

export interface LineWatch {
  /** What is wrong with the lines so far; null while nothing is. */
  fault(): LineFault | null;
  see(chunk: Uint8Array): void;
  end(): void;
}

/** `bare`: servers disagree on where such a message ends, so a second one could hide in it (SMTP smuggling; RFC 5321 §2.3.8). */
export type LineFault = 'bare' | 'long';

/** RFC 5321 §4.5.3.1.6 allows 1,000; some programs write whole paragraphs. */
export const LONGEST_LINE = 65_536;
const CR = 13;
const LF = 10;

export function watchLines(longest = LONGEST_LINE): LineWatch {
  let wrong: LineFault | null = null;
  let afterCr = false;
  let length = 0;
  return {
    fault: () => wrong,
    see(chunk) {
      if (wrong !== null) return;
      for (const byte of chunk) {
        if (afterCr !== (byte === LF)) {
          wrong = 'bare';
          return;
        }
        afterCr = byte === CR;
        length = byte === LF ? 0 : length + 1;
        if (length > longest) {
          wrong = 'long';
          return;
        }
      }
    },
    end() {
      if (afterCr) wrong ??= 'bare';
    },
  };
}
