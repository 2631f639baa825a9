// Files of mails that come in, by the one way files come in: as a customer's, under the settings of the channel. What is refused stands with its message.
import type { FileOwner, KeptFile } from '#inbox/mail/filing.ts';
import type { ReadFile } from '#inbox/mail/read-mail.ts';
import type { Allowance } from '#media/examiners.ts';
import { type Incoming, takeIn } from '#media/intake.ts';
import type { BrandId } from '#store/store.ts';
import { sentenceOf } from '#policy/decision.ts';
import type { Parts } from '#server/parts.ts';

const PIECE = 256 * 1024;
/** Signatures, and what mail programs put in by themselves. */
const TECHNICAL = /^(?:message\/|text\/(?:rfc822-headers|calendar)|application\/(?:pgp-signature|pgp-encrypted|x-?pkcs7-signature|pkcs7-signature|ms-tnef|ics))/;

// oxlint-disable-next-line require-await -- a stream of what is already here
async function* piecesOf(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.byteLength; at += PIECE) yield content.subarray(at, at + PIECE);
}

/** What all files of one mail may have together: honest ones take a second or two. What is over is refused, and the mail is filed with what was said of it. */
export const mailAllowance = (): Allowance => ({ waiting: 300_000, work: 30_000 });

/** What the files of one mail have in common. */
export type Together = Required<Pick<Incoming, 'gone' | 'allowance'>>;

export async function takeMailFile({ media, brands }: Pick<Parts, 'media' | 'brands'>, brandId: BrandId, owner: FileOwner, file: ReadFile, together: Together): Promise<KeptFile> {
  const brand = await brands.byId(brandId);
  if (brand === null) throw new Error(`No brand ${brandId}`);
  const { channelId, conversationId, customerId } = owner;
  const taken = await takeIn(media, brandId, {
    ...together, channelId, conversationId, side: 'customer', author: { kind: 'customer', id: customerId }, door: 'mail', name: file.name, declaredType: file.type, declaredBytes: file.content.byteLength, body: piecesOf(file.content),
    policy: brand.policyIn(channelId), policyNow: () => brand.policyIn(channelId),
  });
  return { row: taken.file, refused: taken.ok ? null : sentenceOf(taken.denial), technical: TECHNICAL.test(file.type) };
}
