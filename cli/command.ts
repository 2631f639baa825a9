// What a command of the command line is, and how it opens the data that a server may be using at the same time.
import { parseArgs, type ParseArgsConfig } from 'node:util';

export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The clock, ms since 1970 UTC. */
  readonly now: () => number;
  readonly say: (line: string) => void;
}

/** Gives the exit code. Throws Refusal with a sentence for the operator. */
export type Run = (args: readonly string[], host: Host) => Promise<number>;

/** The command cannot do what was asked; nothing was changed. */
export class Refusal extends Error {}

/** The words were wrong; the usage is shown with it. */
export class WrongUse extends Refusal {}

/** Reads options and exactly as many words beside them as `words` has names. Throws WrongUse. */
export function readArgs<T extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: T, words: readonly string[] = []) {
  const parsed = parse(args, options);
  const missing = words.slice(parsed.positionals.length);
  if (missing.length > 0) throw new WrongUse(`${missing.join(' and ')} must be given.`);
  if (parsed.positionals.length > words.length) throw new WrongUse(`"${parsed.positionals[words.length]}" is one word too many; put quotes around a name of several words.`);
  return parsed;
}

function parse<T extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new WrongUse((error as Error).message);
  }
}
