// A length of time in whole days of 24 hours.
import { type NumberKind, type NumberParameters, quantity, wholeNumber } from '../whole-number.ts';

export interface DaysKind extends NumberKind {
  readonly name: 'days';
}

export const days = (parameters: NumberParameters): DaysKind =>
  wholeNumber('days', 'days', (value) => quantity(value, 'day', 'days'), parameters);
