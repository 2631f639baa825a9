// May this person see this conversation? Those of a closed team are for its members, their assignee and administrators; all others for every agent.
import { type Decision, allow, deny } from '../decision.ts';

export interface AccessFacts {
  readonly admin: boolean;
  /** The conversation is assigned to this very person. */
  readonly assigned: boolean;
  /** It is with a team that is closed. */
  readonly teamClosed: boolean;
  /** The person is a member of that team. */
  readonly member: boolean;
}

/** Code `conversation.not_found`: what one may not see answers as what is not there. */
export function decideConversationAccess({ admin, assigned, teamClosed, member }: AccessFacts): Decision {
  if (!teamClosed || admin || assigned || member) return allow();
  return deny('conversation.not_found', null, { teamClosed });
}
