// All routes, in one list: what lies behind the doors, one file for each resource.
import type { App } from '#server/app.ts';
import type { ApiDoor } from '#server/doors/api.ts';
import type { Parts } from '#server/parts.ts';
import { accountRoutes } from '#server/routes/account.ts';
import { admissionRoutes } from '#server/routes/admission.ts';
import { apiPageRoutes } from '#server/routes/api-pages.ts';
import { programRoutes } from '#server/routes/programs.ts';
import type { Operation } from '#server/api/openapi.ts';
import { outwardRoutes } from '#server/routes/outward.ts';
import { apiKeyRoutes } from '#server/routes/api-keys.ts';
import { auditRoutes } from '#server/routes/audit.ts';
import { brandRoutes } from '#server/routes/brand.ts';
import { channelKeyRoutes } from '#server/routes/channel-keys.ts';
import { channelPolicyRoutes } from '#server/routes/channel-policy.ts';
import { channelRoutes } from '#server/routes/channels.ts';
import { chatPageRoutes } from '#server/routes/chat-pages.ts';
import { chatRoutes } from '#server/routes/chat.ts';
import { conversationRoutes } from '#server/routes/conversations.ts';
import { customerRoutes } from '#server/routes/customers.ts';
import { deviceRoutes } from '#server/routes/devices.ts';
import { enrolmentRoutes } from '#server/routes/enrolment.ts';
import { fileRoutes } from '#server/routes/files.ts';
import { inboxPeopleRoutes } from '#server/routes/inbox-people.ts';
import { inboxRoutes } from '#server/routes/inbox.ts';
import { invitationRoutes } from '#server/routes/invitation.ts';
import { type LiveParts, liveRoutes } from '#server/routes/live.ts';
import { mediaRoutes } from '#server/routes/media.ts';
import { oauthRoutes } from '#server/routes/oauth.ts';
import { ownSessionRoutes } from '#server/routes/sessions.ts';
import { pageRoutes } from '#server/routes/pages.ts';
import { passwordRoutes } from '#server/routes/password.ts';
import { policyExplainRoutes } from '#server/routes/policy-explain.ts';
import { policyHistoryRoutes } from '#server/routes/policy-history.ts';
import { policyReplayRoutes } from '#server/routes/policy-replay.ts';
import { policyStageRoutes } from '#server/routes/policy-stages.ts';
import { policyRoutes } from '#server/routes/policy.ts';
import { privacyRoutes } from '#server/routes/privacy.ts';
import { renewalRoutes } from '#server/routes/renewal.ts';
import { sessionRoutes } from '#server/routes/session.ts';
import { setupRoutes } from '#server/routes/setup.ts';
import { signInRoutes } from '#server/routes/sign-in.ts';
import { teamRoutes } from '#server/routes/teams.ts';
import { ticketRoutes } from '#server/routes/tickets.ts';
import { twoFactorRoutes } from '#server/routes/two-factor.ts';
import { userImportRoutes } from '#server/routes/user-import.ts';
import { usersRoutes } from '#server/routes/users.ts';

/** Doors that some routes ask themselves. */
interface Doors extends LiveParts {
  readonly api: ApiDoor;
  /** What is open to keys, gathered while routes are added. */
  readonly operations: readonly Operation[];
}

export function allRoutes(app: App, parts: Parts, { api, operations, workspace, clientOf }: Doors): void {
  pageRoutes(app, parts);
  setupRoutes(app, parts);
  signInRoutes(app, parts);
  admissionRoutes(app, parts);
  deviceRoutes(app, parts);
  sessionRoutes(app, parts);
  ownSessionRoutes(app, parts);
  apiKeyRoutes(app, parts);
  channelKeyRoutes(app, parts);
  apiPageRoutes(app, parts, operations);
  programRoutes(app, parts);
  oauthRoutes(app, parts, { api });
  ticketRoutes(app, parts);
  chatRoutes(app, parts);
  chatPageRoutes(app, parts);
  twoFactorRoutes(app, parts);
  policyRoutes(app, parts);
  policyExplainRoutes(app, parts);
  policyHistoryRoutes(app, parts);
  policyReplayRoutes(app, parts);
  policyStageRoutes(app, parts);
  channelRoutes(app, parts);
  channelPolicyRoutes(app, parts);
  auditRoutes(app, parts);
  privacyRoutes(app, parts);
  accountRoutes(app, parts);
  passwordRoutes(app, parts);
  usersRoutes(app, parts);
  userImportRoutes(app, parts);
  brandRoutes(app, parts);
  renewalRoutes(app, parts);
  invitationRoutes(app, parts);
  enrolmentRoutes(app, parts);
  teamRoutes(app, parts);
  inboxPeopleRoutes(app, parts);
  conversationRoutes(app, parts);
  fileRoutes(app, parts);
  customerRoutes(app, parts);
  inboxRoutes(app, parts);
  mediaRoutes(app, parts);
  outwardRoutes(app, parts);
  liveRoutes(app, parts, { workspace, clientOf });
}
