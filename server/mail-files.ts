// The files of a mail that is about to leave, read whole from where they are kept: of its own conversation, accepted, and still there.
import type { OutgoingMail } from '#identity/outgoing-mail.ts';
import { BlobFault } from '#outside/blobs/blobs.ts';
import { type Failed, failed } from '#outside/outcome.ts';
import type { MailMessage } from '#outside/mail/mail.ts';
import * as fileRows from '#store/files.ts';
import type { BrandStore } from '#store/store.ts';
import type { Parts } from '#server/parts.ts';

export type MailFiles = { readonly files: NonNullable<MailMessage['files']> } | Failed;

/** All of one mail together; most servers take no more. */
const MOST_BYTES = 25 * 1_048_576;
const GONE = failed('bad_message', 'A file of the mail cannot be read any more: check that it is still in the conversation, or send the mail without it.');

export async function mailFiles({ media: { blobs } }: Pick<Parts, 'media'>, brand: BrandStore, { files: wanted = [], conversationId }: OutgoingMail): Promise<MailFiles> {
  if (wanted.length === 0) return { files: [] };
  const rows = new Map((await fileRows.byIds(brand, wanted.map(({ fileId }) => fileId))).map((row) => [row.id, row]));
  const files: { name: string; type: string; content: Uint8Array }[] = [];
  let left = MOST_BYTES;
  for (const { fileId, name, type } of wanted) {
    const row = rows.get(fileId);
    if (row === undefined || row.state !== 'accepted' || row.blob_key === null || row.conversation_id !== (conversationId ?? null)) return GONE;
    left -= row.bytes ?? 0;
    if (left < 0) return failed('bad_message', 'The files of the mail have more than 25 MiB together: send them in several mails, or as links.');
    try {
      const pieces: Uint8Array[] = [];
      for await (const piece of blobs.read(row.blob_key)) pieces.push(Uint8Array.from(piece));
      files.push({ name, type, content: Buffer.concat(pieces) });
    } catch (error) {
      if (!(error instanceof BlobFault)) throw error;
      return error.code === 'blob.missing' ? GONE : failed('unreachable', 'A file of the mail cannot be read just now: it is tried again later.');
    }
  }
  return { files };
}
