// The mail door: every mail that is to leave is judged here, when somebody asks for it and again when it is about to be sent.
import { decideOutboundMail, type MailKind } from '#policy/decide/outbound-mail.ts';
import type { Decision, Denial } from '#policy/decision.ts';
import { newId } from '#identity/tokens.ts';
import * as conversationRows from '#store/conversations.ts';
import * as exceptionRows from '#store/forward-exceptions.ts';
import * as forwardRows from '#store/forwards.ts';
import type { BrandStore, Entry } from '#store/store.ts';
import type { Brand } from '#server/brands.ts';
import type { Parts } from '#server/parts.ts';

/** A mail as far as it is judged. */
export interface JudgedMail {
  readonly kind: MailKind;
  /** Every address of To, CC and BCC, as it was typed. */
  readonly recipients: readonly string[];
  /** Details of the customer stand in it. */
  readonly details: boolean;
  readonly channelId?: string | undefined;
  readonly conversationId?: string | undefined;
  /** Once a forward is written: a mail of one that is over does not leave. */
  readonly forwardId?: string | undefined;
}

/** With a journal where somebody asks; what is asked again before the sending is noted once already. */
type MailDoorParts = Pick<Parts, 'store' | 'now'> & Partial<Pick<Parts, 'journal'>>;

/** A forward lives as long as its conversation is there and not archived, and nobody withdrew it. */
async function isLive(brand: BrandStore, { kind, conversationId, forwardId }: JudgedMail): Promise<boolean> {
  if (kind !== 'transfer') return true;
  if (conversationId === undefined) return false;
  const [conversation, forward] = await Promise.all([conversationRows.byId(brand, conversationId), forwardId === undefined ? undefined : forwardRows.byId(brand, forwardId)]);
  if (conversation === undefined || conversation.status === 'archived') return false;
  return forwardId === undefined || (forward !== undefined && forward.ended_at === null && forward.conversation_id === conversationId);
}

/**
 * May this mail leave now? The policy is that of its channel, as it is at this moment: what was allowed when somebody asked may be refused when the
 * mail is sent. The facts of a refusal name the channel and the conversation, for its row.
 */
export async function judgeOutgoing({ store, now, journal }: MailDoorParts, brand: Brand, mail: JudgedMail): Promise<Decision> {
  const rows = store.brand(brand.id);
  const { kind, recipients, details, channelId, conversationId } = mail;
  const [live, exceptions] = await Promise.all([isLive(rows, mail), kind === 'transfer' && conversationId !== undefined ? exceptionRows.allowedFor(rows, conversationId) : []]);
  const policy = channelId === undefined ? brand.policy : brand.policyIn(channelId);
  const facts = { kind, recipients, details, live, now: now(), exceptions: exceptions.map(({ address, until }) => ({ address, until: until ?? 0 })) };
  const decision = decideOutboundMail(policy, facts);
  // Of answers and letters nothing is noted: the address of a customer or a colleague must stand in no list that nobody erases.
  if (kind === 'transfer') journal?.note(brand.id, { question: 'outbound-mail', channel: channelId ?? null, subject: { kind: 'system', id: null }, facts, decision, version: policy.version });
  if (decision.allowed) return decision;
  const about = { mail: kind, ...(channelId === undefined ? {} : { channel: channelId }), ...(conversationId === undefined ? {} : { conversation: conversationId }) };
  return Object.freeze<Denial>({ ...decision, facts: Object.freeze({ ...decision.facts, ...about }) });
}

/** The row of a mail that was refused when it was about to be sent: there is no request that could be answered. */
export function refusedEntry(brand: Brand, denial: Denial, mail: Pick<JudgedMail, 'channelId' | 'forwardId'> & { readonly mailId: string }, at: number): Entry {
  const policy = mail.channelId === undefined ? brand.policy : brand.policyIn(mail.channelId);
  const deciding = denial.setting === null ? {} : { setting: denial.setting, origin: policy.origins[denial.setting], policyVersion: policy.version };
  return {
    id: newId('ref'), at, actor: { kind: 'system', id: null }, event: 'mail.refused', entity: { kind: 'door', id: 'mail' },
    facts: { code: denial.code, ...deciding, ...denial.facts, id: mail.mailId, ...(mail.forwardId === undefined ? {} : { forward: mail.forwardId }) },
  };
}
