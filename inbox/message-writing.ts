// What writing a message consists of, as statements and a row of the trail: whoever writes puts them into one unit of work.
import { fault, type Fault } from '#policy/fault.ts';
import type { FileAuthor, FileRow } from '#store/files.ts';
import * as messageRows from '#store/messages.ts';
import type { MessageRow } from '#store/messages.ts';
import * as searchTexts from '#store/search-texts.ts';
import type { BrandStore, Entry, Statement } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';
import { attachStatements } from '#media/attachments.ts';
import { keptWords } from '#inbox/search-words.ts';

/** Characters (code points) of one message. */
export const LONGEST_TEXT = 8_000;
const PREVIEW_CHARS = 140;

export type NewMessage = Pick<MessageRow, 'id' | 'conversation_id' | 'kind' | 'author_kind' | 'author_id' | 'client_id' | 'text' | 'verified' | 'created_at'>;

/** What is wrong with the text of a message; nothing of it is ever altered. With `files` it may be empty. */
export function textFaults(text: string, path = 'text', files = 0): Fault[] {
  if (text.trim() === '' && files === 0) return [fault(path, 'text.empty', 'The message', 'say something', 'be empty')];
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

/** What stands in lists for a message: its words, or the files it carries. */
export function previewOfSaid(text: string, files: readonly Pick<FileRow, 'name'>[]): string {
  if (text.trim() !== '' || files.length === 0) return previewOf(text);
  return previewOf(files.length === 1 ? `File: ${files[0]?.name ?? ''}` : `${files.length} files: ${files.map(({ name }) => name).join(', ')}`);
}

/** What a message carries, judged by `attachable`. */
export interface Carrying {
  readonly channelId: string;
  readonly files: readonly FileRow[];
  /** Who sent the files. */
  readonly author: FileAuthor;
}

const NOTHING: Carrying = { channelId: '', files: [], author: { kind: 'system', id: null } };

/** The message with its files and, of what people wrote, what search reads. After `feed.advance` and after its conversation counted it. `beside`: what it is found by too. */
export function messageStatements(brand: BrandStore, message: NewMessage, beside = '', { channelId, files, author }: Carrying = NOTHING): Statement[] {
  const written = messageRows.insert(brand, { ...message, files: files.length });
  if (message.kind === 'event') return [written];
  const words = keptWords([...(beside === '' ? [] : [beside]), message.text, ...files.map(({ name }) => name)].join('\n'));
  return [
    written, searchTexts.insert(brand, { id: message.id, conversation_id: message.conversation_id, at: message.created_at, words }),
    ...attachStatements(brand, { messageId: message.id, conversationId: message.conversation_id, channelId, files, author, now: message.created_at }),
  ];
}

/** The row of the trail: who, where, how much; never what. `by`: who wrote it, where that is not its author. */
export function messageEntry(message: NewMessage, by: Entry['actor'] = { kind: message.author_kind, id: message.author_id }, files: readonly Pick<FileRow, 'id'>[] = []): Entry {
  const { conversation_id: conversation, author_kind: author, kind, text } = message;
  return {
    id: newId('evt'), at: message.created_at, actor: by, event: 'message.sent', entity: { kind: 'message', id: message.id },
    facts: {
      conversation, author, ...(by.kind === 'key' ? { inTheNameOf: message.author_id } : {}), kind, verified: message.verified === 1, bytes: Buffer.byteLength(text),
      ...(files.length === 0 ? {} : { files: files.map(({ id }) => id) }),
    },
  };
}

/** What was done, as an event in the timeline. `from` and `to` are ids, statuses or tags; null is "none". */
export interface Happening {
  readonly what: 'status' | 'assignee' | 'team' | 'tag' | 'hold' | 'undelivered' | 'delayed' | 'forward' | 'forward_withdrawn' | 'forward_stranger' | 'forward_reopened';
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
