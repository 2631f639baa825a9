// How a change of settings is made, as a body says it: why, and for how long it is on trial.
import { Type } from 'typebox';
import { type Fault, fault, firstUnstorable } from '#policy/fault.ts';

const LONGEST_REASON = 500;
/** A day: whoever must think longer may save it twice. */
const LONGEST_TRIAL = 1_440;

export const MANNER = {
  reason: Type.Optional(Type.String({ maxLength: 2_000 })),
  /** Whole minutes. */
  trialMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: LONGEST_TRIAL })),
};

/** What is wrong with the words; the numbers are judged by the schema. */
export function mannerFaults({ reason }: { readonly reason?: string }): Fault[] {
  if (reason === undefined) return [];
  const length = [...reason].length;
  if (length > LONGEST_REASON) return [fault('reason', 'reason.too_long', 'The reason', `have at most ${LONGEST_REASON} characters`, String(length))];
  const bad = firstUnstorable(reason);
  return bad === undefined ? [] : [fault('reason', 'reason.unstorable', 'The reason', 'have no control characters', bad)];
}
