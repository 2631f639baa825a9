// On or off.
import { type Parsed, fault, parsed, refused, shown } from '../fault.ts';
import type { JsonSchema, Kind } from '../kind.ts';

export interface FlagParameters {
  /** Which of the two allows less. */
  readonly tighterIs: 'on' | 'off';
}

export interface FlagKind extends Kind<boolean> {
  readonly name: 'flag';
  readonly tighterIs: 'on' | 'off';
}

export function flag({ tighterIs }: FlagParameters): FlagKind {
  const tight = tighterIs === 'on';
  return Object.freeze({
    name: 'flag',
    tighterIs,
    parse: (input: unknown, label: string, path: string): Parsed<boolean> =>
      typeof input === 'boolean' ? parsed(input) : refused(fault(path, 'flag.not_flag', label, 'be true or false', shown(input))),
    print: (value: boolean) => (value ? 'On' : 'Off'),
    compare: (a: boolean, b: boolean) => (a === b ? 'equal' : a === tight ? 'tighter' : 'looser'),
    tighter: (a: boolean, b: boolean) => (a === b ? a : tight),
    jsonSchema: (): JsonSchema => ({ type: 'boolean' }),
  });
}
