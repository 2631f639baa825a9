// Takes a mail up as it comes: which channel it is for, and kept before anybody is told so. The same mail once more, whichever way it comes, is kept once.
import { createHash } from 'node:crypto';
import * as channelRows from '#store/channels.ts';
import * as mailChannels from '#store/mail-channels.ts';
import * as receivedMails from '#store/received-mails.ts';
import type { ReceivedMailRow } from '#store/received-mails.ts';
import type { BrandId, BrandStore, Statement, Store } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';
import { plainKey } from '#inbox/mail/reply-address.ts';

export interface Destination {
  readonly brandId: BrandId;
  readonly channelId: string;
}

/** The channel that receives at an address, with or without what stands behind its plus; null when there is none that is on. */
export async function destinationOf(store: Store, address: string): Promise<Destination | null> {
  const exact = address.trim().toLowerCase();
  const plain = plainKey(exact);
  const rows = await mailChannels.owners(store.system, exact === plain ? [exact] : [exact, plain]);
  const found = rows.find((row) => row.address_key === exact) ?? rows[0];
  if (found === undefined) return null;
  const brand = store.brand(found.target_brand);
  const [channel, mail] = await Promise.all([channelRows.byId(brand, found.channel_id), mailChannels.byId(brand, found.channel_id)]);
  if (channel === undefined || channel.kind !== 'email' || channel.disabled_at !== null || mail === undefined || mail.takes_smtp === 0) return null;
  return { brandId: found.target_brand, channelId: found.channel_id };
}

/** Lines of the header that servers on the way do not change. */
const LASTING = /^(?:message-id|date|from|subject):[^\n]*(?:\n[ \t][^\n]*)*/gim;

/** What tells a mail from another: its lasting lines and its body, so that a second delivery, by SMTP or from a mailbox, is known for what it is. */
export function dedupeOf(message: Uint8Array): string {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const crlf = bytes.indexOf('\r\n\r\n');
  const lf = bytes.indexOf('\n\n');
  const end = crlf === -1 ? (lf === -1 ? bytes.length : lf) : lf === -1 ? crlf : Math.min(crlf, lf);
  const head = bytes.toString('latin1', 0, Math.min(end, 262_144)).replaceAll('\r\n', '\n');
  const lines = [...head.matchAll(LASTING)].map(([line]) => line.trim()).sort();
  const hash = createHash('sha256').update(JSON.stringify(lines));
  // Line ends are a matter of transport.
  return hash.update(bytes.subarray(end).toString('latin1').replaceAll('\r\n', '\n').trim(), 'latin1').digest('base64url');
}

export interface Arrived {
  readonly channelId: string;
  readonly door: ReceivedMailRow['door'];
  readonly recipient: string;
  readonly envelopeFrom: string;
  readonly raw: Uint8Array;
  /** Of the message itself. */
  readonly dedupe: string;
}

/** The statement that keeps one. */
export function keeping(brand: BrandStore, { channelId, door, recipient, envelopeFrom, raw, dedupe }: Arrived, now: number): Statement {
  const short = (text: string): string => text.toWellFormed().replaceAll('\0', '').slice(0, 320);
  return receivedMails.insert(brand, { id: newId('rcv'), channel_id: channelId, dedupe, door, recipient: short(recipient), envelope_from: short(envelopeFrom), raw, bytes: raw.byteLength, received_at: now });
}
