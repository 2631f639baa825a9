// A length of time in whole seconds.
import { type NumberKind, type NumberParameters, quantity, wholeNumber } from '../whole-number.ts';

export interface SecondsKind extends NumberKind {
  readonly name: 'seconds';
}

export const seconds = (parameters: NumberParameters): SecondsKind =>
  wholeNumber('seconds', 'seconds', (value) => quantity(value, 'second', 'seconds'), parameters);
