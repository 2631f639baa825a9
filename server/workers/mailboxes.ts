// Reads the mailboxes of channels, each by one node at a time: what is new is kept in the unit that says how far it was read.
import { explained, type MailboxAccess, readMailbox } from '#outside/mail-in/mailbox.ts';
import { passwordOwner, readMailbox as mailboxOf } from '#inbox/mail-channels.ts';
import { dedupeOf, keeping } from '#inbox/mail/receiving.ts';
import { newId } from '#identity/tokens.ts';
import * as brandRows from '#store/brands.ts';
import * as channelRows from '#store/channels.ts';
import * as mailChannels from '#store/mail-channels.ts';
import type { MailChannelRow } from '#store/mail-channels.ts';
import { type BrandStore, Conflict } from '#store/store.ts';
import type { MailIn } from '#server/mail-in.ts';
import type { Parts } from '#server/parts.ts';

export const MAILBOXES_EVERY_MS = 30_000;
/** A node that took a mailbox up and died leaves it to the others after this long. */
const CLAIM_MS = 5 * 60_000;
const MAX_BYTES = 35 * 1_048_576;

export type MailboxParts = Pick<Parts, 'store' | 'keyring' | 'now' | 'log'> & { readonly mailIn: Pick<MailIn, 'ring'> };

async function readOne(parts: MailboxParts, node: string, brand: BrandStore, row: MailChannelRow): Promise<void> {
  const { keyring, now, log, mailIn } = parts;
  const mailbox = mailboxOf(row);
  if (mailbox === null || row.imap_password === null) return;
  try {
    await brand.note([mailChannels.claim(brand, row.channel_id, node, now(), now() + CLAIM_MS)]);
  } catch (error) {
    // Another node reads it.
    if (error instanceof Conflict) return;
    throw error;
  }
  try {
    const access: MailboxAccess = { ...mailbox, password: Buffer.from(keyring.open(row.imap_password, passwordOwner(brand.id, row.channel_id))).toString('utf8') };
    // As it stands now: the node that had it before may have gone on meanwhile.
    const present = (await mailChannels.byId(brand, row.channel_id)) ?? row;
    await readMailbox(access, {
      from: present.validity === null || present.uid === null ? null : { validity: present.validity, uid: present.uid }, maxBytes: MAX_BYTES,
      tooLarge: (uid, bytes) => log.warn({ channel: row.channel_id, uid, bytes }, 'a mail in a mailbox is larger than is taken; it stays there'),
      async keep(mails, reached) {
        const statements = mails.map(({ raw }) => keeping(brand, { channelId: row.channel_id, door: 'imap', recipient: '', envelopeFrom: '', raw, dedupe: dedupeOf(raw) }, now()));
        await brand.note([mailChannels.reached(brand, row.channel_id, node, reached), mailChannels.claim(brand, row.channel_id, node, now(), now() + CLAIM_MS), ...statements]);
        if (mails.length > 0) mailIn.ring(brand.id);
      },
    });
    await brand.note([mailChannels.told(brand, row.channel_id, now(), null)]);
  } catch (error) {
    if (error instanceof Conflict) return;
    const { code, sentence } = explained(error, mailbox);
    log.warn({ channel: row.channel_id, code }, 'a mailbox could not be read; it is tried again');
    await brand.note([mailChannels.told(brand, row.channel_id, now(), sentence)]);
  } finally {
    await brand.note([mailChannels.release(brand, row.channel_id, node)]);
  }
}

/** Reads every mailbox of a brand once. */
export async function readMailboxes(parts: MailboxParts, node: string, brandId: string): Promise<void> {
  const brand = parts.store.brand(brandId);
  const [rows, channels] = await Promise.all([mailChannels.all(brand), channelRows.all(brand)]);
  const on = new Set(channels.filter(({ disabled_at }) => disabled_at === null).map(({ id }) => id));
  // One that does not answer must not hold the others up.
  await Promise.all(rows.filter((row) => row.imap !== null && on.has(row.channel_id)).map((row) =>
    readOne(parts, node, brand, row).catch((error: unknown) => parts.log.error({ err: error, channel: row.channel_id }, 'a mailbox could not be taken up'))));
}

export function mailboxRound(parts: MailboxParts): () => Promise<void> {
  const node = newId('node');
  return async () => {
    for (const { id } of await brandRows.all(parts.store.system)) await readMailboxes(parts, node, id);
  };
}
