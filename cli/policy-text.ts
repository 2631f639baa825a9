// The text of a policy file, read with a limit before it is read: a gigabyte is refused by its size, and what never ends by its beginning.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Refusal } from '#cli/command.ts';
import { LONGEST_FILE } from '#cli/policy-yaml.ts';

const MIB = 1_048_576;
const tooLong = (path: string, bytes: number | null): Refusal =>
  new Refusal(`${path} is no policy file:\n  The file must have at most ${LONGEST_FILE / MIB} MiB, not ${bytes === null ? 'more' : Math.ceil(bytes / MIB).toLocaleString('en')}.\nNothing was changed.`);

/** Throws what the system says of a file that cannot be opened, and a Refusal for one that is too long or no text. */
export function readPolicyText(path: string): string {
  const file = openSync(path, 'r');
  try {
    const stat = fstatSync(file);
    if (stat.isFile() && stat.size > LONGEST_FILE) throw tooLong(path, stat.size);
    // A pipe has no size: one byte over the limit is enough to know.
    const room = Buffer.alloc(stat.isFile() ? stat.size + 1 : LONGEST_FILE + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < room.length; length += read) read = readSync(file, room, length, room.length - length, null);
    if (length > LONGEST_FILE) throw tooLong(path, null);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(room.subarray(0, length));
  } catch (error) {
    if (error instanceof TypeError) throw new Refusal(`${path} is no policy file:\n  The file must be UTF-8 text, and it is not.\nNothing was changed.`);
    throw error;
  } finally {
    closeSync(file);
  }
}
