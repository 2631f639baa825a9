// A size in bytes, said in binary units (1 MiB = 1,048,576 bytes) where it is a whole number of them.
import { type NumberKind, type NumberParameters, quantity, wholeNumber } from '../whole-number.ts';

export interface BytesKind extends NumberKind {
  readonly name: 'bytes';
}

const UNITS = [['GiB', 2 ** 30], ['MiB', 2 ** 20], ['KiB', 2 ** 10]] as const;

function say(value: number): string {
  for (const [unit, size] of UNITS) {
    if (value >= size && value % size === 0) return `${(value / size).toLocaleString('en')} ${unit}`;
  }
  return quantity(value, 'byte', 'bytes');
}

export const bytes = (parameters: NumberParameters): BytesKind => wholeNumber('bytes', 'bytes', say, parameters);
