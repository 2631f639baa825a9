// A number of things, which the setting names: characters, passwords.
import { type NumberKind, type NumberParameters, quantity, wholeNumber } from '../whole-number.ts';

export interface CountKind extends NumberKind {
  readonly name: 'count';
}

export const count = (parameters: NumberParameters & { readonly one: string; readonly many: string }): CountKind => {
  const { one, many, ...bounds } = parameters;
  return wholeNumber('count', many, (value) => quantity(value, one, many), bounds);
};
