// Files a received mail: what it says becomes a message of a conversation in one unit with the end of its waiting, so that it is neither lost nor there twice.
import * as channelRows from '#store/channels.ts';
import type { FileRow } from '#store/files.ts';
import * as receivedMails from '#store/received-mails.ts';
import type { ReceivedMailRow } from '#store/received-mails.ts';
import { type BrandId, type Committed, Conflict, type Part, type Statement, type Store } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';
import { fileBounce } from '#inbox/mail/came-back.ts';
import { fileForwardReply } from '#inbox/forward/replies.ts';
import { type Filed, messageUnit } from '#inbox/mail/filing-unit.ts';
import type { Reading, ReadFile, ReadMail } from '#inbox/mail/read-mail.ts';
import type { Readers } from '#inbox/mail/readers.ts';
import { loopMark } from '#inbox/mail/reply-address.ts';
import { threadOf, writerOf } from '#inbox/mail/threading.ts';
import { unreadableMail } from '#inbox/mail/unreadable.ts';

/** A file of a mail after it was judged. */
export interface KeptFile {
  readonly row: FileRow;
  /** Why it was refused, as a sentence for its sender; null when it was taken. */
  readonly refused: string | null;
  /** A signature, or what a program put there: nobody is told of it. */
  readonly technical: boolean;
}

export interface FileOwner {
  readonly channelId: string;
  readonly customerId: string;
  readonly conversationId: string | null;
}

export interface MailInParts {
  readonly store: Store;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly readers: Readers;
  /** Takes one file in (media/intake.ts), whichever way that ends. */
  readonly takeFile: (brandId: BrandId, owner: FileOwner, file: ReadFile) => Promise<KeptFile>;
  /** The mail that tells a sender which files were refused; none where there is nobody to tell. */
  readonly refusalNote: (brandId: BrandId, note: RefusalNote, now: number) => Promise<readonly Statement[]>;
  readonly now: () => number;
}

export interface RefusalNote {
  readonly channelId: string;
  readonly conversationId: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly mail: Pick<ReadMail, 'messageId' | 'subject'>;
  readonly files: readonly KeptFile[];
}

/** What others did at the same moment: looked at anew. */
const PASSING: ReadonlySet<string> = new Set(['conversation.changed', 'customer.erased', 'customer.changed', 'sender.taken', 'sender.noted', 'conversation.open_chat', 'file.not_attachable']);
const TRIES = 5;

async function dropped(parts: MailInParts, brandId: BrandId, row: ReceivedMailRow, why: 'loop' | 'report'): Promise<Filed> {
  const brand = parts.store.brand(brandId);
  const entry = { id: newId('evt'), at: parts.now(), actor: { kind: 'system', id: null }, event: 'mail.ignored', entity: { kind: 'channel', id: row.channel_id }, facts: { why, bytes: row.bytes } } as const;
  await parts.commit([brand.part({ statements: [receivedMails.settle(brand, row.id, { state: 'dropped', reason: why, conversationId: null, messageId: null })], entries: [entry] })]);
  return { state: 'dropped', conversationId: null, messageId: null };
}

async function file(parts: MailInParts, brandId: BrandId, row: ReceivedMailRow, reading: Reading): Promise<Filed> {
  const brand = parts.store.brand(brandId);
  const mail = reading.ok ? reading.mail : unreadableMail(row.raw ?? new Uint8Array());
  if (mail.loops.includes(loopMark(brandId))) return dropped(parts, brandId, row, 'loop');
  // Before anything else: nobody outside gets into a customer's conversation, or begins one, by the address of a forward; not with a mail that cannot be read either.
  const answered = await fileForwardReply(parts, brandId, row, mail, reading.ok);
  if (answered !== null) return answered;
  if (mail.bounce !== null) return (await fileBounce(parts, brandId, row, mail.bounce)) ?? dropped(parts, brandId, row, 'report');
  const writer = writerOf(mail, row.envelope_from);
  // Files are taken in once, whatever comes in between: their rows say whose they are.
  const customerId = newId('cus');
  let taken: { readonly owner: FileOwner; readonly files: KeptFile[]; readonly inline: Record<string, string> } | null = null;
  for (let tried = 1; ; tried += 1) {
    const now = parts.now();
    const thread = await threadOf(brand, row, mail, writer, now);
    const owner: FileOwner = { channelId: row.channel_id, customerId: thread.customer?.id ?? customerId, conversationId: thread.conversation?.id ?? null };
    if (taken === null || taken.owner.customerId !== owner.customerId || taken.owner.conversationId !== owner.conversationId) {
      taken = { owner, files: [], inline: {} };
      for (const one of mail.files) {
        const kept = await parts.takeFile(brandId, owner, one);
        taken.files.push(kept);
        if (one.contentId !== null && kept.refused === null) taken.inline[one.contentId] = kept.row.id;
      }
    }
    try {
      const unit = await messageUnit(parts, brandId, row, { mail, reading, writer, thread, customerId: owner.customerId, files: taken.files, inline: taken.inline }, now);
      await parts.commit([brand.part({ statements: unit.statements, entries: unit.entries, bumps: ['inbox'] })]);
      return unit.filed;
    } catch (error) {
      if (!(error instanceof Conflict) || !PASSING.has(error.code) || tried === TRIES) throw error;
    }
  }
}

/** Reads and files one that was claimed. Throws `Conflict('mail.settled')` when somebody else has done so. */
export async function fileMail(parts: MailInParts, brandId: BrandId, id: string): Promise<Filed | null> {
  const brand = parts.store.brand(brandId);
  const row = await receivedMails.byId(brand, id);
  if (row === undefined || row.state !== 'waiting' || row.raw === null) return null;
  if ((await channelRows.byId(brand, row.channel_id)) === undefined) return null;
  const { raw, ...without } = row;
  const reading = await parts.readers.read(new Uint8Array(raw));
  // What was read is needed no more as it came, and its files may take minutes.
  return file(parts, brandId, { ...without, raw: reading.ok ? null : raw }, reading);
}
