// A text as SMPP carries it: GSM 7-bit letters where they suffice, UCS-2 where not, and in parts where it is too long for one message.
import { randomInt } from 'node:crypto';

/** data_coding (SMPP 3.4 §5.2.19): the provider's default alphabet, and UCS-2. */
export const GSM = 0;
export const UCS2 = 8;
/** esm_class (§5.2.12): the message begins with a user data header. */
export const WITH_HEADER = 0x40;

const ESCAPE = 0x1b;
/** Letters (septets, each in a byte) or bytes that one message holds, and each part beside its header of six bytes (3GPP TS 23.040 §9.2.3.24.1). */
const ROOM = { [GSM]: { alone: 160, part: 153 }, [UCS2]: { alone: 140, part: 134 } } as const;
const MOST_PARTS = 255;

export interface GsmAlphabet {
  match(text: string): boolean;
  encode(text: string): Buffer;
}

export interface Encoded {
  readonly coding: typeof GSM | typeof UCS2;
  readonly bytes: Buffer;
}

export function encoded(text: string, alphabet: GsmAlphabet): Encoded {
  // The library takes the escape for a letter; only what it escapes itself may hold one.
  if (!text.includes('\u001b') && alphabet.match(text)) return { coding: GSM, bytes: alphabet.encode(text) };
  return { coding: UCS2, bytes: Buffer.from(text.toWellFormed(), 'utf16le').swap16() };
}

export const fitsAlone = ({ coding, bytes }: Encoded): boolean => bytes.length <= ROOM[coding].alone;

/** The parts of a long text, each with the header that says which of how many it is; null when there would be more than a header can count. */
export function parts({ coding, bytes }: Encoded, reference: number = randomInt(256)): Buffer[] | null {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = whole(coding, bytes, Math.min(at + ROOM[coding].part, bytes.length));
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  if (pieces.length > MOST_PARTS) return null;
  return pieces.map((piece, at) => Buffer.concat([Buffer.of(5, 0, 3, reference, pieces.length, at + 1), piece]));
}

/** The end of a part moved back where it would cut a letter in two: after an escape, or between the halves of a surrogate pair. */
function whole(coding: typeof GSM | typeof UCS2, bytes: Buffer, end: number): number {
  if (end === bytes.length) return end;
  if (coding === GSM) return bytes[end - 1] === ESCAPE ? end - 1 : end;
  const high = bytes[end - 2]! >= 0xd8 && bytes[end - 2]! <= 0xdb;
  return high ? end - 2 : end;
}
