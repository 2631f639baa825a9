// All migrations in order. A new one is a new file and a new line here.
import { first } from '#store/migrations/0001-first.ts';
import { identity } from '#store/migrations/0002-identity.ts';
import { conversations } from '#store/migrations/0003-conversations.ts';
import { erasures } from '#store/migrations/0004-erasures.ts';
import { ticketEnds } from '#store/migrations/0005-ticket-ends.ts';
import { kinds } from '#store/migrations/0006-kinds.ts';
import { outgoingMails } from '#store/migrations/0007-outgoing-mails.ts';
import { mailIn } from '#store/migrations/0008-mail-in.ts';
import { policyTrials } from '#store/migrations/0009-policy-trials.ts';
import { forwards } from '#store/migrations/0010-forwards.ts';
import { frames } from '#store/migrations/0011-frames.ts';
import { files } from '#store/migrations/0012-files.ts';
import { notifications } from '#store/migrations/0013-notifications.ts';
import { decisions } from '#store/migrations/0014-decisions.ts';
import { apiDoor } from '#store/migrations/0015-api-door.ts';
import { webhooks } from '#store/migrations/0016-webhooks.ts';
import { filesOut } from '#store/migrations/0017-files-out.ts';
import { forwardLinks } from '#store/migrations/0018-forward-links.ts';
import { policyStages } from '#store/migrations/0019-policy-stages.ts';
import { deviations } from '#store/migrations/0020-deviations.ts';
import { tokenScopes } from '#store/migrations/0021-token-scopes.ts';
import { policyProposals } from '#store/migrations/0022-policy-proposals.ts';
import { decisionsInOrder } from '#store/migrations/0023-decisions-in-order.ts';
import { stageTold } from '#store/migrations/0024-stage-told.ts';
import { messagesByChange } from '#store/migrations/0025-messages-by-change.ts';
import type { Migration } from '#store/migrations/migration.ts';

export const migrations: readonly Migration[] = [first, identity, conversations, erasures, ticketEnds, kinds, outgoingMails, mailIn, policyTrials, forwards, frames, files, notifications, decisions, apiDoor, webhooks, filesOut, forwardLinks, policyStages, deviations, tokenScopes, policyProposals, decisionsInOrder, stageTold, messagesByChange];

/** The schema this program knows. */
export const SCHEMA = migrations.length;
