// Takes one message out for good: its text leaves the message, search and the preview in one unit; a mark stays.
import { type Denial, deny } from '#policy/decision.ts';
import { newId } from '#identity/tokens.ts';
import type { ConversationRow } from '#store/conversations.ts';
import { advance } from '#store/feed.ts';
import * as keptAnswerRows from '#store/kept-answers.ts';
import * as fileRows from '#store/files.ts';
import * as messageRows from '#store/messages.ts';
import * as redactions from '#store/redactions.ts';
import { type Committed, Conflict, type Part, type Store } from '#store/store.ts';
import { forgetMail } from '#inbox/mail/forgetting.ts';
import { previewOfSaid } from '#inbox/message-writing.ts';

export interface PrivacyParts {
  readonly store: Store;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
}

/** What stands in the place of a preview whose message was removed. */
export const REMOVED = 'A message was removed';

export type Redacted = { readonly ok: true; readonly message: messageRows.MessageRow } | { readonly ok: false; readonly denial: Denial };

const refused = (code: 'message.not_found' | 'message.not_redactable' | 'conversation.on_hold'): Redacted => ({ ok: false, denial: deny(code, null, {}) });
/** Redacts a message of a conversation that the person may see. Again gives the same answer. */
export async function redactMessage(parts: PrivacyParts, brandId: string, conversation: ConversationRow, messageId: string, agentId: string): Promise<Redacted> {
  const brand = parts.store.brand(brandId);
  const found = await messageRows.byId(brand, messageId);
  if (found === undefined || found.conversation_id !== conversation.id) return refused('message.not_found');
  if (found.redacted_at !== null) return { ok: true, message: found };
  if (found.kind === 'event') return refused('message.not_redactable');
  if (conversation.hold_at !== null) return refused('conversation.on_hold');
  const now = parts.now();
  // Another message may say the very same: its preview goes too, which shows less, never more.
  const files = (await fileRows.ofMessages(brand, [found])).get(messageId) ?? [];
  const shown = found.kind === 'text' && conversation.preview === previewOfSaid(found.text, files);
  const statements = [
    advance(brand),
    redactions.touchUnheld(brand, conversation.id),
    redactions.empty(brand, [messageId], { at: now, agentId }, 1),
    redactions.unsearch(brand, [messageId]),
    keptAnswerRows.empty(brand),
    // Rows, before a blob is swept: from now on nobody is given its bytes.
    ...(files.length === 0 ? [] : [fileRows.emptyOfMessages(brand, [messageId], now)]),
    ...(conversation.kind === 'email' ? await forgetMail(brand, conversation.id, messageId, REMOVED) : []),
    ...(shown ? [redactions.repreview(brand, conversation, REMOVED)] : []),
  ];
  const facts = { conversation: conversation.id, number: conversation.number, author: found.author_kind === 'agent' ? 'an agent' : 'the customer', kind: found.kind, seq: found.seq, ...(files.length === 0 ? {} : { files: files.length }) };
  try {
    await parts.commit([brand.part({
      statements, entries: [{ id: newId('evt'), at: now, actor: { kind: 'agent', id: agentId }, event: 'message.redacted', entity: { kind: 'message', id: messageId }, facts }], bumps: ['inbox'],
    })]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    if (error.code === 'conversation.on_hold') return refused('conversation.on_hold');
    if (error.code !== 'message.redacted') throw error;
  }
  const message = await messageRows.byId(brand, messageId);
  return message === undefined ? refused('message.not_found') : { ok: true, message };
}
