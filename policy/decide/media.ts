// May this file be opened? Judged at every fetch: the whole, a part of it, its thumbnail, and whether it changed, alike (SETTINGS.md, `media.enforce_access`).
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';

/** Who asks: a signed-in agent, the customer of a chat session, or nobody that is known. */
export type MediaAsker = 'agent' | 'customer' | 'nobody';

export interface MediaFacts {
  readonly asker: MediaAsker;
  /** The file can be handed out at all: stored and neither refused, held in quarantine nor removed, and its conversation is still kept. */
  readonly there: boolean;
  /** The agent may see the conversation it hangs in; the customer was shown it in their own chat. */
  readonly mayRead: boolean;
  /** The request came by a link that somebody made of this file, and that was not withdrawn. */
  readonly holdsLink: boolean;
}

/** Codes: `media.not_found`, `media.sign_in_required`. `policy` is that of the conversation's channel. */
export function decideMedia(policy: Policy, { asker, there, mayRead, holdsLink }: MediaFacts): Decision {
  if (!there) return deny('media.not_found', null, { asker, there });
  if (mayRead) return allow();
  const enforced = policy.values['media.enforce_access'];
  if (holdsLink && !enforced) return allow();
  const facts = { asker, holdsLink, enforced };
  // Only who holds a link was ever told that there is something to sign in for.
  if (asker === 'nobody') return deny('media.sign_in_required', 'media.enforce_access', facts);
  return deny('media.not_found', 'media.enforce_access', facts);
}
