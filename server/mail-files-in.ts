// Files of mails that come in, by the one way files come in: as a customer's, under the settings of the channel. What is refused stands with its message.
import type { FileOwner, KeptFile } from '#inbox/mail/filing.ts';
import type { ReadFile } from '#inbox/mail/read-mail.ts';
import { takeIn } from '#media/intake.ts';
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

export async function takeMailFile({ media, brands }: Pick<Parts, 'media' | 'brands'>, brandId: BrandId, owner: FileOwner, file: ReadFile): Promise<KeptFile> {
  const brand = await brands.byId(brandId);
  if (brand === null) throw new Error(`No brand ${brandId}`);
  const { channelId, conversationId, customerId } = owner;
  const taken = await takeIn(media, brandId, {
    channelId, conversationId, side: 'customer', author: { kind: 'customer', id: customerId }, door: 'mail', name: file.name, declaredType: file.type, declaredBytes: file.content.byteLength, body: piecesOf(file.content),
    policy: brand.policyIn(channelId), policyNow: () => brand.policyIn(channelId),
  });
  return { row: taken.file, refused: taken.ok ? null : sentenceOf(taken.denial), technical: TECHNICAL.test(file.type) };
}
