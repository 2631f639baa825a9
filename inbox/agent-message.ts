// An agent writes: a text to the customer, or a note among agents. Sending again what was sent before doubles nothing.
import { type Denial, deny } from '#policy/decision.ts';
import { type Actor, endedWhile } from '#identity/actor.ts';
import { newId } from '#identity/tokens.ts';
import * as conversationRows from '#store/conversations.ts';
import * as readRows from '#store/conversation-reads.ts';
import { advance } from '#store/feed.ts';
import * as forwardRows from '#store/forwards.ts';
import * as messageRows from '#store/messages.ts';
import { type BrandId, type Committed, Conflict, type Part, type Store } from '#store/store.ts';
import { attachable } from '#media/attachments.ts';
import { type AnswerByMail, mailFilesOf } from '#inbox/mail/answer.ts';
import { messageEntry, messageStatements, type NewMessage, previewOfSaid } from '#inbox/message-writing.ts';
import { openTo } from '#inbox/sight.ts';

export interface DeskParts {
  readonly store: Store;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
  /** Sends answers in conversations by mail; without it none can be written there. */
  readonly answerByMail?: AnswerByMail;
}

export type { Actor };

export interface AgentSays {
  readonly conversationId: string;
  readonly clientId: string;
  readonly kind: 'text' | 'note';
  /** Judged by `textFaults`. */
  readonly text: string;
  /** The agent in whose name a program writes; the audit trail names the program. */
  readonly inTheNameOf?: string | undefined;
  /** Ids of files this person has taken in. */
  readonly files?: readonly string[];
  /** Who else gets an answer by mail; left out, whoever had copies of the customer's. */
  readonly cc?: readonly string[] | undefined;
}

export type AgentSent =
  | { readonly ok: true; readonly message: messageRows.MessageRow; readonly repeated: boolean }
  | { readonly ok: false; readonly denial: Denial };

export const NOT_FOUND = deny('conversation.not_found', null, {});
/** How often a unit is tried again that somebody else's came before. */
export const TRIES = 5;

/** What was sent before under this id; by somebody else, it is theirs and not shown. */
async function earlier(parts: DeskParts, brandId: BrandId, author: string, says: AgentSays): Promise<AgentSent | undefined> {
  const row = await messageRows.byClientId(parts.store.brand(brandId), says.conversationId, 'agent', says.clientId);
  if (row === undefined) return undefined;
  return row.author_id === author ? { ok: true, message: row, repeated: true } : { ok: false, denial: deny('message.id_taken', null, { conversation: says.conversationId }) };
}

/** A text answers the customer, so nobody waits any more; the status stays as it is. Into an archived conversation nobody writes. */
export async function sendAsAgent(parts: DeskParts, brandId: BrandId, actor: Actor, says: AgentSays): Promise<AgentSent> {
  const brand = parts.store.brand(brandId);
  const { conversationId, clientId, kind, text, files: fileIds = [] } = says;
  const author = says.inTheNameOf ?? actor.id;
  /** Whoever wrote it, person or program, sent the files. */
  const sender = { kind: actor.kind, id: actor.id } as const;
  for (let tried = 1; ; tried += 1) {
    const now = parts.now();
    const row = await openTo(brand, actor, conversationId, now);
    if (row === undefined) return { ok: false, denial: NOT_FOUND };
    if (row.status === 'archived') return (await earlier(parts, brandId, author, says)) ?? { ok: false, denial: deny('conversation.archived', null, { conversation: conversationId }) };
    const files = await attachable(brand, fileIds, { author: sender, channelId: row.channel_id, conversationId });
    // Sent before, they stand in that very message.
    if (files === null) return (await earlier(parts, brandId, author, says)) ?? { ok: false, denial: deny('file.not_attachable', null, { conversation: conversationId }) };
    const message: NewMessage = { id: newId('msg'), conversation_id: conversationId, kind, author_kind: 'agent', author_id: author, client_id: clientId, text, verified: 0, created_at: now };
    const answered = kind === 'text' ? { said: { preview: previewOfSaid(text, files), last_author: 'agent', last_message_at: now }, waiting: null } as const : {};
    const statements = [
      advance(brand), actor.still(brand), conversationRows.count(brand, conversationId, answered, row), ...messageStatements(brand, message, '', { channelId: row.channel_id, files, author: sender }),
      forwardRows.seen(brand, conversationId),
      // A program reads nothing for anybody.
      ...(actor.kind === 'agent' ? [readRows.markAll(brand, actor.id, conversationId)] : []),
    ];
    if (row.kind === 'email' && kind === 'text') {
      const answer = parts.answerByMail === undefined ? null : await parts.answerByMail(brandId, { conversation: row, message, cc: says.cc, files: mailFilesOf(files) }, now);
      if (answer === null) throw new Error('An answer by mail was written where none can be sent.');
      if (!answer.ok) return (await earlier(parts, brandId, author, says)) ?? answer;
      statements.push(...answer.statements);
    }
    try {
      await parts.commit([brand.part({ statements, entries: [messageEntry(message, actor, files)], bumps: ['inbox'] })]);
      const written = await messageRows.byId(brand, message.id);
      return written === undefined ? { ok: false, denial: NOT_FOUND } : { ok: true, message: written, repeated: false };
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      const ended = endedWhile(error.code);
      if (ended !== undefined) return { ok: false, denial: deny(ended, null, {}) };
      const sent = error.code === 'message.repeated' || error.code === 'file.not_attachable' ? await earlier(parts, brandId, author, says) : undefined;
      if (sent !== undefined) return sent;
      if (error.code === 'file.not_attachable') return { ok: false, denial: deny('file.not_attachable', null, { conversation: conversationId }) };
      if (error.code !== 'conversation.changed' || tried === TRIES) throw error;
    }
  }
}
