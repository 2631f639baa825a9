// Forwards a conversation to people outside: shown first exactly as it will leave, judged, and written with its mail in one unit of work.
import { type Decision, type Denial, deny, sentenceOf } from '#policy/decision.ts';
import type { Fault } from '#policy/fault.ts';
import { type Actor, endedWhile } from '#identity/actor.ts';
import type { Keyring } from '#identity/keyring.ts';
import { newId } from '#identity/tokens.ts';
import * as conversationRows from '#store/conversations.ts';
import { advance } from '#store/feed.ts';
import * as forwardRows from '#store/forwards.ts';
import { type BrandId, type BrandStore, type Committed, Conflict, type Part, type Store } from '#store/store.ts';
import { compose, type Composed, fingerprintOf, masksIn } from '#inbox/forward/composition.ts';
import { copiesOf, LINK_SAMPLE } from '#inbox/forward/copies.ts';
import { type Gathered, gather, replyBaseOf } from '#inbox/forward/gathering.ts';
import { canonical, everyAddress, type ForwardRequest, requestFaults } from '#inbox/forward/request.ts';
import { eventMessage, messageStatements } from '#inbox/message-writing.ts';
import { loopMark, newReplyAddress } from '#inbox/mail/reply-address.ts';
import { openTo } from '#inbox/sight.ts';

/** The mail door, asked of a transfer. */
export type JudgeTransfer = (mail: { readonly kind: 'transfer'; readonly recipients: readonly string[]; readonly details: boolean; readonly channelId: string; readonly conversationId: string }) => Promise<Decision>;

export interface ForwardParts {
  readonly store: Store;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly keyring: Pick<Keyring, 'seal'>;
  readonly judge: JudgeTransfer;
  /** Who mails are from where a channel has no address of its own. */
  readonly sender: { readonly name: string; readonly address: string };
  readonly now: () => number;
}

export interface Asking {
  readonly brandId: BrandId;
  readonly brandName: string;
  /** The name that the recipient reads. */
  readonly byName: string;
  readonly conversationId: string;
  /** The address of a link for one recipient, by its token. */
  readonly linkAddress: (token: string) => string;
  readonly request: ForwardRequest;
}

export interface Preview {
  readonly from: { name: string; address: string };
  readonly replies: boolean;
  readonly to: string[];
  readonly cc: string[];
  readonly bcc: string[];
  readonly subject: string;
  readonly text: string;
  /** What goes along; links stand in the text. */
  readonly files: string[];
  readonly masks: number;
  /** Sent back with the order to send: then what leaves is what was shown. */
  readonly fingerprint: string;
  /** Why it would be refused as it stands; null when it may leave. */
  readonly refused: { readonly code: string; readonly sentence: string } | null;
}

type Refused = { readonly ok: false; readonly denial: Denial } | { readonly ok: false; readonly faults: readonly Fault[] };
export type Previewed = { readonly ok: true; readonly preview: Preview } | Refused;
export type Forwarded = { readonly ok: true; readonly forward: forwardRows.ForwardRow; readonly repeated: boolean } | Refused;

const denied = (denial: Denial): Refused => ({ ok: false, denial });
const NOT_FOUND = deny('conversation.not_found', null, {});

/** What stands where the address for replies will stand. */
const REPLY_SAMPLE = 'replies';

function composed({ brandName, byName, linkAddress, request }: Asking, { conversation, customer, matcher, messages, files, from }: Gathered, replyTo: string | null, linkOf = (_fileId: string): string => linkAddress(LINK_SAMPLE)): Composed {
  const { subject, note, details, linksUntil } = request;
  return compose({
    brandName, byName, number: conversation.number, customer, from, replyTo, to: canonical(request.to), cc: canonical(request.cc), bcc: canonical(request.bcc), subject, note, messages, files, linkOf, linksUntil, details, matcher,
  });
}

async function looked(parts: ForwardParts, actor: Actor, asking: Asking): Promise<{ readonly ok: true; readonly gathered: Gathered; readonly decision: Decision; readonly replyBase: string | null } | Refused> {
  const brand = parts.store.brand(asking.brandId);
  const row = await openTo(brand, actor, asking.conversationId, parts.now());
  if (row === undefined) return denied(NOT_FOUND);
  if (row.status === 'archived') return denied(deny('conversation.archived', null, { conversation: row.id }));
  const gathered = await gather(brand, row, asking.request);
  if (gathered === undefined) return denied(deny('message.not_found', null, { conversation: row.id }));
  const faults = requestFaults(asking.request, gathered.known, gathered.files.reduce((all, file) => all + (file.linked ? 0 : file.bytes), 0));
  if (faults.length > 0) return { ok: false, faults };
  const { details } = asking.request;
  const decision = await parts.judge({ kind: 'transfer', recipients: everyAddress(asking.request), details, channelId: row.channel_id, conversationId: row.id });
  return { ok: true, gathered, decision, replyBase: asking.request.mayReply ? await replyBaseOf(brand, row.channel_id) : null };
}

const choiceOf = ({ details, mayReply }: ForwardRequest) => ({ details, mayReply });

/** Shows the mail as it would leave now; nothing is written. */
export async function previewForward(parts: ForwardParts, actor: Actor, asking: Asking): Promise<Previewed> {
  const found = await looked(parts, actor, asking);
  if (!found.ok) return found;
  const { gathered, decision, replyBase } = found;
  const mail = composed(asking, gathered, replyBase === null ? null : REPLY_SAMPLE);
  const addresses = (boxes: Composed['to'] | undefined): string[] => (boxes ?? []).map(({ address }) => address);
  return {
    ok: true,
    preview: {
      from: { ...(mail.from ?? parts.sender) }, replies: replyBase !== null, to: addresses(mail.to), cc: addresses(mail.cc), bcc: addresses(mail.bcc), subject: mail.subject, text: mail.text, files: mail.files.map(({ name }) => name),
      masks: masksIn(mail), fingerprint: fingerprintOf(mail, choiceOf(asking.request)), refused: decision.allowed ? null : { code: decision.code, sentence: sentenceOf(decision) },
    },
  };
}

/** What was sent before under this id stays the answer. */
async function earlier(brand: BrandStore, actor: Actor, conversationId: string, clientId: string): Promise<Forwarded | undefined> {
  const row = await forwardRows.byClientId(brand, conversationId, clientId);
  if (row === undefined) return undefined;
  return row.created_by === actor.id ? { ok: true, forward: row, repeated: true } : denied(deny('message.id_taken', null, { conversation: conversationId }));
}

/** Forwards it, when what leaves is what `fingerprint` was shown of (null: a program looked at nothing). */
export async function sendForward(parts: ForwardParts, actor: Actor, asking: Asking, { clientId, fingerprint }: { readonly clientId: string; readonly fingerprint: string | null }): Promise<Forwarded> {
  const brand = parts.store.brand(asking.brandId);
  const found = await looked(parts, actor, asking);
  if (!found.ok) return found;
  const { gathered, decision, replyBase } = found;
  const { conversation, matcher } = gathered;
  const before = await earlier(brand, actor, conversation.id, clientId);
  if (before !== undefined) return before;
  if (!decision.allowed) return denied(decision);
  const reply = replyBase === null ? null : newReplyAddress(replyBase);
  const mail = composed(asking, gathered, reply?.address ?? null);
  if (fingerprint !== null && fingerprintOf(composed(asking, gathered, reply === null ? null : REPLY_SAMPLE), choiceOf(asking.request)) !== fingerprint) return denied(deny('transfer.changed', null, { conversation: conversation.id }));

  const now = parts.now();
  const id = newId('fwd');
  const { request } = asking;
  const recipients = { to: canonical(request.to), cc: canonical(request.cc), bcc: canonical(request.bcc) };
  const forward: forwardRows.ForwardRow = {
    id, conversation_id: conversation.id, created_at: now, created_by_kind: actor.kind, created_by: actor.id, client_id: clientId, recipients: JSON.stringify(recipients), subject: mail.subject, note: request.details ? request.note : matcher.mask(request.note),
    body: mail.text, files: JSON.stringify([...mail.files, ...mail.linked.map((file) => ({ ...file, as: 'link' }))]), details: request.details ? 1 : 0, reply_hash: reply?.hash ?? null, replies: 0, last_reply_at: null, unseen_reply_at: null, ended_at: null, ended_by: null, end_reason: null,
  };
  const copies = copiesOf({ keyring: parts.keyring, brand, actor, forwardId: id, linkAddress: asking.linkAddress, until: request.linksUntil, now }, mail, (linkOf) => composed(asking, gathered, reply?.address ?? null, linkOf), {
    kind: 'transfer', details: request.details, headers: { 'X-Loop': loopMark(brand.id) }, channelId: conversation.channel_id, conversationId: conversation.id, forwardId: id, ...(actor.kind === 'agent' ? { agentId: actor.id } : {}),
  });
  const everyone = everyAddress(recipients);
  const event = eventMessage(conversation.id, { kind: 'agent', id: actor.id }, { what: 'forward', from: id, to: everyone.join(', ') }, now);
  const statements = [
    advance(brand), actor.still(brand), forwardRows.insert(brand, forward), conversationRows.countEvent(brand, conversation), ...messageStatements(brand, event), ...copies.statements,
  ];
  const entry = {
    id: newId('evt'), at: now, actor: { kind: actor.kind, id: actor.id }, event: 'conversation.forwarded', entity: { kind: 'conversation', id: conversation.id },
    facts: { number: conversation.number, forward: id, channel: conversation.channel_id, to: everyone, details: request.details, messages: gathered.messages.length, files: gathered.files.length, links: mail.linked.length, mayReply: reply !== null },
  } as const;
  try {
    await parts.commit([brand.part({ statements, entries: [entry, ...copies.entries], bumps: ['inbox'] })]);
    return { ok: true, forward, repeated: false };
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const ended = endedWhile(error.code);
    if (ended !== undefined) return denied(deny(ended, null, {}));
    if (error.code === 'forward.repeated') return (await earlier(brand, actor, conversation.id, clientId)) ?? denied(NOT_FOUND);
    if (error.code === 'conversation.changed') return denied(deny('transfer.changed', null, { conversation: conversation.id }));
    throw error;
  }
}
