// The mail that tells a customer which of their files were refused, and why: automatic, and marked so that no program answers it.
import { outgoing } from '#identity/post.ts';
import type { Keyring } from '#identity/keyring.ts';
import * as mailChannels from '#store/mail-channels.ts';
import type { BrandId, Statement, Store } from '#store/store.ts';
import type { RefusalNote } from '#inbox/mail/filing.ts';
import { plainSubject } from '#inbox/mail/filing-unit.ts';
import { loopMark } from '#inbox/mail/reply-address.ts';

export async function refusalNote({ store, keyring }: { readonly store: Store; readonly keyring: Pick<Keyring, 'seal'> }, brandId: BrandId, { channelId, conversationId, to, mail, files }: RefusalNote, now: number): Promise<readonly Statement[]> {
  const brand = store.brand(brandId);
  const channel = await mailChannels.byId(brand, channelId);
  if (channel === undefined) return [];
  const listed = files.map(({ row, refused }) => `- ${row.name}: ${refused ?? ''}`).join('\n');
  const text = `Your message reached us. We could not accept ${files.length === 1 ? 'this file' : 'these files'} that came with it:\n\n${listed}\n\nPlease send what we need in another form, as an answer to this mail.\n`;
  return [outgoing(keyring, brand, {
    kind: 'bounce-note', from: { name: channel.sender_name, address: channel.sender_address }, to: [to], subject: `Re: ${plainSubject(mail.subject) || 'your message'}`, text, channelId, conversationId,
    headers: { 'Auto-Submitted': 'auto-replied', 'X-Loop': loopMark(brandId), 'X-Auto-Response-Suppress': 'All' },
    ...(mail.messageId === '' ? {} : { inReplyTo: mail.messageId, references: [mail.messageId] }),
  }, now).statement];
}
