// May a customer be erased now? Not twice, not against a legal hold, not past a closed team, and only what was agreed to (GDPR Article 17).
import { type Decision, allow, deny } from '../decision.ts';

export interface ErasureFacts {
  readonly erased: boolean;
  /** Numbers of their conversations on legal hold. */
  readonly held: readonly number[];
  /** Every one of their conversations is open to whoever asks. */
  readonly allSeen: boolean;
  /** What the person was shown and agreed to; null while nothing is agreed yet. */
  readonly agreed: string | null;
  /** The same, of what stands there now. */
  readonly present: string;
}

const MOST_NAMED = 5;

function named(held: readonly number[]): string {
  const first = held.slice(0, MOST_NAMED).map((number) => `#${number}`).join(', ');
  const more = held.length - MOST_NAMED;
  return `${held.length === 1 ? 'conversation' : 'conversations'} ${first}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Codes: `customer.erased`, `customer.closed_team`, `customer.on_hold`, `customer.erasure_changed`. */
export function decideErasure({ erased, held, allSeen, agreed, present }: ErasureFacts): Decision {
  if (erased) return deny('customer.erased', null, {});
  if (!allSeen) return deny('customer.closed_team', null, {});
  if (held.length > 0) return deny('customer.on_hold', null, { conversations: named(held) });
  return agreed === present ? allow() : deny('customer.erasure_changed', null, {});
}
