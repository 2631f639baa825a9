// What a maintainer may add to a measurement: another checkout beside this one in the same rounds, a profile of each server, other numbers of rounds.
import { isAbsolute, resolve } from 'node:path';

export interface Switches {
  /** `--beside FOLDER`: the same servers out of that checkout are measured in turn with these, to find what made something slower. */
  readonly beside: string | null;
  /** `--profile FOLDER`: each server leaves a processor profile there. Figures taken with it are not kept. */
  readonly profile: string | null;
  /** `--rounds N`: instead of the measurement's own number. */
  readonly rounds: number | null;
}

export interface Asked extends Switches {
  /** The measurement that was named; all of them where none was. */
  readonly name: string | undefined;
}

const NONE: Switches = { beside: null, profile: null, rounds: null };
let now: Switches = NONE;

/** What holds for the measurement under way. */
export const switches = (): Switches => now;

/** Reads the command line; gives a sentence where something in it means nothing. */
export function readSwitches(args: readonly string[]): Asked | string {
  let name: string | undefined;
  let read = NONE;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at]!;
    if (!arg.startsWith('--')) {
      if (name !== undefined) return `One measurement can be named, not "${name}" and "${arg}" both.`;
      name = arg;
      continue;
    }
    const value = args[(at += 1)];
    if (value === undefined || !/^--(beside|profile|rounds)$/.test(arg)) return `"${arg}" means nothing here. There are: --beside FOLDER, --profile FOLDER, --rounds N.`;
    if (arg === '--rounds' && !(Number.isInteger(Number(value)) && Number(value) > 0)) return '--rounds takes a whole number from 1 on.';
    const folder = isAbsolute(value) ? value : resolve(value);
    read = arg === '--rounds' ? { ...read, rounds: Number(value) } : { ...read, [arg.slice(2)]: folder };
  }
  now = read;
  return { name, ...read };
}
