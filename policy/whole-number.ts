// What all kinds of whole number have in common: bounds, a direction, and words for zero; each kind adds its unit.
import { type Parsed, fault, parsed, refused, shown } from './fault.ts';
import type { JsonSchema, Kind } from './kind.ts';

export interface NumberParameters {
  readonly min: number;
  readonly max: number;
  /** Which of two values allows less. */
  readonly tighterIs: 'smaller' | 'larger';
  /** What zero means when it switches the limit off ("never"): then zero is the loosest value of all. */
  readonly zeroMeans?: string;
}

export interface NumberKind extends Kind<number>, NumberParameters {
  /** The unit in the plural, for the page: "minutes". */
  readonly unit: string;
}

/** `say` puts a value into words. Numbers must come as JSON numbers: "12" is text. */
export function wholeNumber<N extends string>(name: N, unit: string, say: (value: number) => string, parameters: NumberParameters): NumberKind & { readonly name: N } {
  const { min, max, tighterIs, zeroMeans } = parameters;

  function parse(input: unknown, label: string, path: string): Parsed<number> {
    if (typeof input === 'number' && Number.isInteger(input) && input >= min && input <= max) return parsed(input === 0 ? 0 : input);
    const zero = zeroMeans === undefined ? '' : ` (0: ${zeroMeans})`;
    const bounds = `be a whole number from ${min} to ${max} ${unit}${zero}`;
    if (typeof input !== 'number') return refused(fault(path, 'number.not_number', label, bounds, shown(input)));
    return refused(fault(path, Number.isInteger(input) ? 'number.range' : 'number.not_whole', label, bounds, shown(input)));
  }

  /** A measure of how much a value allows. */
  const allows = (value: number): number => {
    if (zeroMeans !== undefined && value === 0) return Infinity;
    return tighterIs === 'smaller' ? value : -value;
  };

  return Object.freeze({
    name,
    unit,
    ...parameters,
    parse,
    print: (value: number) => (value === 0 && zeroMeans !== undefined ? zeroMeans : say(value)),
    compare: (a: number, b: number) => (a === b ? 'equal' : allows(a) < allows(b) ? 'tighter' : 'looser'),
    tighter: (a: number, b: number) => (allows(a) <= allows(b) ? a : b),
    jsonSchema: (): JsonSchema => ({ type: 'integer', minimum: min, maximum: max }),
  });
}

/** "1 minute", "30 minutes", "1,440 minutes". */
export const quantity = (value: number, one: string, many: string): string => `${value.toLocaleString('en')} ${value === 1 ? one : many}`;
