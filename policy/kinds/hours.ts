// A length of time in whole hours.
import { type NumberKind, type NumberParameters, quantity, wholeNumber } from '../whole-number.ts';

export interface HoursKind extends NumberKind {
  readonly name: 'hours';
}

export const hours = (parameters: NumberParameters): HoursKind =>
  wholeNumber('hours', 'hours', (value) => quantity(value, 'hour', 'hours'), parameters);
