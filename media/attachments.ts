// Files and the message that carries them: whose files these are, and the statements that attach them in the message's own unit.
import * as fileRows from '#store/files.ts';
import type { FileAuthor, FileRow } from '#store/files.ts';
import type { BrandStore, Statement } from '#store/store.ts';

/** Files of one message. */
export const MOST_FILES = 10;

export interface Carried {
  readonly author: FileAuthor;
  readonly channelId: string;
  /** Null where the message begins a conversation. */
  readonly conversationId: string | null;
}

const isTheirs = (row: FileRow, { author, channelId, conversationId }: Carried): boolean =>
  row.state !== 'deleted' && row.message_id === null && row.channel_id === channelId && row.author_kind === author.kind && row.author_id === author.id &&
  (row.conversation_id === null || row.conversation_id === conversationId);

/** These files in this order, refused ones too; null where one of them is not this author's to attach. What is there and what is not answers alike. */
export async function attachable(brand: BrandStore, ids: readonly string[], carried: Carried): Promise<FileRow[] | null> {
  if (ids.length === 0) return [];
  if (ids.length > MOST_FILES || new Set(ids).size !== ids.length) return null;
  const found = new Map((await fileRows.byIds(brand, ids)).map((row) => [row.id, row]));
  const rows = ids.flatMap((id) => found.get(id) ?? []);
  return rows.length === ids.length && rows.every((row) => isTheirs(row, carried)) ? rows : null;
}

/** In the unit of the message, after it is written. What was attached or removed meanwhile is a conflict `file.not_attachable`. */
export function attachStatements(brand: BrandStore, to: { readonly messageId: string; readonly conversationId: string; readonly channelId: string; readonly files: readonly Pick<FileRow, 'id'>[]; readonly author: FileAuthor; readonly now: number }): Statement[] {
  const { messageId, conversationId, channelId, files, author, now } = to;
  return files.map(({ id }, position) => fileRows.attach(brand, id, { messageId, conversationId, channelId, author, position, at: now }));
}
