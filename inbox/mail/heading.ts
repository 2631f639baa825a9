// What stands above a conversation by mail: in whose name answers leave, to whom, and with copies for whom.
import * as mailChannels from '#store/mail-channels.ts';
import * as messageMails from '#store/message-mails.ts';
import type { ConversationRow } from '#store/conversations.ts';
import type { BrandStore } from '#store/store.ts';
import type { MailAddress } from '#inbox/mail/read-mail.ts';

export interface MailHeading {
  readonly subject: string;
  readonly from: MailAddress | null;
  /** Null: the mail named no address that an answer could go to. */
  readonly to: MailAddress | null;
  readonly cc: readonly MailAddress[];
}

export async function readHeading(brand: BrandStore, row: ConversationRow): Promise<MailHeading | null> {
  if (row.kind !== 'email') return null;
  const [thread, channel] = await Promise.all([messageMails.thread(brand, row.id), mailChannels.byId(brand, row.channel_id)]);
  return {
    subject: thread?.subject ?? '', cc: thread === undefined ? [] : (JSON.parse(thread.cc) as MailAddress[]),
    from: channel === undefined ? null : { name: channel.sender_name, address: channel.sender_address }, to: thread === undefined || thread.to_address === '' ? null : { name: thread.to_name, address: thread.to_address },
  };
}
