// What writing a message consists of, as statements and a row of the trail: whoever writes puts them into one unit of work.
import { fault, type Fault } from '#policy/fault.ts';
import * as messageRows from '#store/messages.ts';
import type { MessageRow } from '#store/messages.ts';
import * as searchTexts from '#store/search-texts.ts';
import type { BrandStore, Entry, Statement } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';
import { keptWords } from '#inbox/search-words.ts';

/** Characters (code points) of one message. */
export const LONGEST_TEXT = 8_000;
const PREVIEW_CHARS = 140;

export type NewMessage = Pick<MessageRow, 'id' | 'conversation_id' | 'kind' | 'author_kind' | 'author_id' | 'client_id' | 'text' | 'verified' | 'created_at'>;

/** What is wrong with the text of a message; nothing of it is ever altered. */
export function textFaults(text: string, path = 'text'): Fault[] {
  if (text.trim() === '') return [fault(path, 'text.empty', 'The message', 'say something', 'be empty')];
  // A code point is at most two units: most texts need no counting.
  const length = text.length <= LONGEST_TEXT ? text.length : [...text].length;
  return length > LONGEST_TEXT ? [fault(path, 'text.too_long', 'The message', 'have at most 8,000 characters', length.toLocaleString('en'))] : [];
}

/** The beginning of a text on one line, whole characters, for lists. */
export function previewOf(text: string): string {
  const line = text.slice(0, PREVIEW_CHARS * 4).replace(/\s+/gu, ' ').trim();
  const characters = [...line];
  const cut = characters.slice(0, PREVIEW_CHARS).join('').toWellFormed();
  return characters.length > PREVIEW_CHARS || text.length > PREVIEW_CHARS * 4 ? `${cut}…` : cut;
}

/** The message and, of what people wrote, what search reads. After `feed.advance` and after its conversation counted it. `beside`: what it is found by too. */
export function messageStatements(brand: BrandStore, message: NewMessage, beside = ''): Statement[] {
  const written = messageRows.insert(brand, message);
  if (message.kind === 'event') return [written];
  return [written, searchTexts.insert(brand, { id: message.id, conversation_id: message.conversation_id, at: message.created_at, words: keptWords(beside === '' ? message.text : `${beside}\n${message.text}`) })];
}

/** The row of the trail: who, where, how much; never what. `by`: who wrote it, where that is not its author. */
export function messageEntry(message: NewMessage, by: Entry['actor'] = { kind: message.author_kind, id: message.author_id }): Entry {
  return {
    id: newId('evt'), at: message.created_at, actor: by, event: 'message.sent', entity: { kind: 'message', id: message.id },
    facts: { conversation: message.conversation_id, author: message.author_kind, ...(by.kind === 'key' ? { inTheNameOf: message.author_id } : {}), kind: message.kind, verified: message.verified === 1, bytes: Buffer.byteLength(message.text) },
  };
}

/** What was done, as an event in the timeline. `from` and `to` are ids, statuses or tags; null is "none". */
export interface Happening {
  readonly what: 'status' | 'assignee' | 'team' | 'tag' | 'hold' | 'undelivered' | 'delayed';
  readonly from: string | null;
  readonly to: string | null;
}

export function eventMessage(conversationId: string, actor: { readonly kind: 'agent' | 'customer' | 'system'; readonly id: string | null }, happening: Happening, now: number): NewMessage {
  const id = newId('msg');
  return {
    id, conversation_id: conversationId, kind: 'event', author_kind: actor.kind, author_id: actor.id, client_id: id, verified: 0, created_at: now,
    text: JSON.stringify({ what: happening.what, from: happening.from, to: happening.to }),
  };
}
