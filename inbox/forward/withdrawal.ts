// Ends a forward: its mail does not leave any more if it has not left, and answers to it are taken no more.
import { type Denial, deny } from '#policy/decision.ts';
import { type Actor, endedWhile } from '#identity/actor.ts';
import { newId } from '#identity/tokens.ts';
import * as conversationRows from '#store/conversations.ts';
import type { ConversationRow } from '#store/conversations.ts';
import { advance } from '#store/feed.ts';
import * as forwardRows from '#store/forwards.ts';
import { type BrandId, Conflict } from '#store/store.ts';
import type { DeskParts } from '#inbox/agent-message.ts';
import { MISSING } from '#inbox/forward/replies.ts';
import { eventMessage, messageStatements } from '#inbox/message-writing.ts';

export type Withdrawn = { readonly ok: true } | { readonly ok: false; readonly denial: Denial };

/** Of a conversation that the actor may see. What is over already stays as it is. */
export async function withdrawForward(parts: DeskParts, brandId: BrandId, actor: Actor, conversation: ConversationRow, forwardId: string): Promise<Withdrawn> {
  const brand = parts.store.brand(brandId);
  const forward = await forwardRows.byId(brand, forwardId);
  if (forward === undefined || forward.conversation_id !== conversation.id) return { ok: false, denial: MISSING };
  if (forward.ended_at !== null) return { ok: true };
  const now = parts.now();
  const event = eventMessage(conversation.id, { kind: 'agent', id: actor.id }, { what: 'forward_withdrawn', from: forward.id, to: null }, now);
  const entry = { id: newId('evt'), at: now, actor: { kind: actor.kind, id: actor.id }, event: 'forward.withdrawn', entity: { kind: 'conversation', id: conversation.id }, facts: { number: conversation.number, forward: forward.id } } as const;
  const statements = [advance(brand), actor.still(brand), forwardRows.end(brand, forward.id, { at: now, agentId: actor.id, reason: 'withdrawn' }), conversationRows.countEvent(brand, conversation), ...messageStatements(brand, event)];
  try {
    await parts.commit([brand.part({ statements, entries: [entry], bumps: ['inbox'] })]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const ended = endedWhile(error.code);
    if (ended !== undefined) return { ok: false, denial: deny(ended, null, {}) };
    if (error.code !== 'forward.ended') throw error;
  }
  return { ok: true };
}
