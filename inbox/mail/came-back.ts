// A mail of ours came back: told in the conversation it belongs to, as an event; never a conversation of its own, and never answered.
import * as conversationRows from '#store/conversations.ts';
import { advance } from '#store/feed.ts';
import * as messageMails from '#store/message-mails.ts';
import * as receivedMails from '#store/received-mails.ts';
import type { ReceivedMailRow } from '#store/received-mails.ts';
import { type BrandId, Conflict } from '#store/store.ts';
import { mailIdIn } from '#identity/outgoing-mail.ts';
import * as mailRows from '#store/mails.ts';
import { newId } from '#identity/tokens.ts';
import { eventMessage, messageStatements } from '#inbox/message-writing.ts';
import type { MailInParts } from '#inbox/mail/filing.ts';
import type { Filed } from '#inbox/mail/filing-unit.ts';
import type { Bounce } from '#inbox/mail/read-mail.ts';

const TRIES = 5;
const MOST_TOLD = 5;

/** Null: it is about no mail of ours. A report that a mail went through is about nothing. */
export async function fileBounce(parts: MailInParts, brandId: BrandId, row: ReceivedMailRow, bounce: Bounce): Promise<Filed | null> {
  const brand = parts.store.brand(brandId);
  const [found] = bounce.of === null ? [] : await messageMails.byRefs(brand, [bounce.of]);
  const bad = bounce.recipients.filter(({ action }) => action !== 'other').slice(0, MOST_TOLD);
  if (found === undefined || found.direction !== 'out' || bad.length === 0) return null;
  for (let tried = 1; ; tried += 1) {
    const now = parts.now();
    const conversation = await conversationRows.byId(brand, found.conversation_id);
    if (conversation === undefined) return null;
    const statements = [advance(brand), receivedMails.settle(brand, row.id, { state: 'event', reason: null, conversationId: conversation.id, messageId: found.message_id })];
    for (const { address, action, status, reason } of bad) {
      const event = eventMessage(conversation.id, { kind: 'system', id: null }, { what: action === 'failed' ? 'undelivered' : 'delayed', from: address, to: [status, reason].filter((part) => part !== '').join(': ') || null }, now);
      statements.push(conversationRows.countEvent(brand, conversation), ...messageStatements(brand, event));
    }
    const failed = bad.filter(({ action }) => action === 'failed').length;
    if (failed > 0) {
      const mailId = bounce.of === null ? null : mailIdIn(bounce.of);
      statements.push(messageMails.cameBack(brand, found.message_id, now), messageMails.touch(brand, found.message_id));
      if (mailId !== null) statements.push(mailRows.bounced(brand, mailId, now, bad.map((one) => [one.status, one.reason].filter((part) => part !== '').join(': ')).find((text) => text !== '') ?? 'A server on the way gave it back.'));
    }
    const entry = { id: newId('evt'), at: now, actor: { kind: 'system', id: null }, event: 'mail.came_back', entity: { kind: 'message', id: found.message_id }, facts: { conversation: conversation.id, recipients: bad.length, failed, status: bad.map((one) => one.status) } } as const;
    try {
      await parts.commit([brand.part({ statements, entries: [entry], bumps: ['inbox'] })]);
      return { state: 'event', conversationId: conversation.id, messageId: found.message_id };
    } catch (error) {
      if (!(error instanceof Conflict) || error.code !== 'conversation.changed' || tried === TRIES) throw error;
    }
  }
}
