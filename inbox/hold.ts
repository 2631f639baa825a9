// The legal hold on a conversation: while it stands nothing of it is removed or erased, by anybody or by retention.
import { type Denial, deny } from '#policy/decision.ts';
import { newId } from '#identity/tokens.ts';
import * as conversationRows from '#store/conversations.ts';
import * as readRows from '#store/conversation-reads.ts';
import { advance } from '#store/feed.ts';
import * as holds from '#store/holds.ts';
import { Conflict } from '#store/store.ts';
import { eventMessage, messageStatements } from '#inbox/message-writing.ts';
import type { PrivacyParts } from '#inbox/redaction.ts';

/** Characters of a reason. */
export const MAX_REASON = 500;

export type Held = { readonly ok: true; readonly conversation: conversationRows.ConversationRow } | { readonly ok: false; readonly denial: Denial };

/** Places (a reason) or releases (null) a hold. What stands already stays as it is, with its first reason. */
export async function holdConversation(parts: PrivacyParts, brandId: string, conversation: conversationRows.ConversationRow, reason: string | null, agentId: string): Promise<Held> {
  const brand = parts.store.brand(brandId);
  const on = reason !== null;
  if (on === (conversation.hold_at !== null)) return { ok: true, conversation };
  const now = parts.now();
  const event = eventMessage(conversation.id, { kind: 'agent', id: agentId }, { what: 'hold', from: on ? null : 'on', to: on ? 'on' : null }, now);
  const entry = { id: newId('evt'), at: now, actor: { kind: 'agent', id: agentId }, event: on ? 'conversation.held' : 'conversation.released', entity: { kind: 'conversation', id: conversation.id }, facts: { number: conversation.number } } as const;
  try {
    await parts.commit([brand.part({
      statements: [advance(brand), on ? holds.place(brand, conversation.id, { at: now, agentId, reason }) : holds.release(brand, conversation.id), ...messageStatements(brand, event), readRows.keepUp(brand, conversation.id)],
      entries: [entry], bumps: ['inbox'],
    })]);
  } catch (error) {
    // Somebody else was first: what stands is the answer.
    if (!(error instanceof Conflict) || error.code !== 'conversation.changed') throw error;
  }
  const after = await conversationRows.byId(brand, conversation.id);
  return after === undefined ? { ok: false, denial: deny('conversation.not_found', null, {}) } : { ok: true, conversation: after };
}
