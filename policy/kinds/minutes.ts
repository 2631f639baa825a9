// A length of time in whole minutes.
import { type NumberKind, type NumberParameters, quantity, wholeNumber } from '../whole-number.ts';

export interface MinutesKind extends NumberKind {
  readonly name: 'minutes';
}

export const minutes = (parameters: NumberParameters): MinutesKind =>
  wholeNumber('minutes', 'minutes', (value) => quantity(value, 'minute', 'minutes'), parameters);
