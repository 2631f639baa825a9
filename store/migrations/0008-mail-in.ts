// Mail that comes in: channels of mail and their addresses, what was received and not read yet, and what a message that came or left by mail said beside its text.
import type { Migration } from '#store/migrations/migration.ts';

export const mailIn: Migration = {
  number: 8,
  name: 'mail-in',
  both: [
    // Of the house itself: an address belongs to one channel of one brand.
    `create table mail_addresses (address_key $text not null primary key, target_brand $text not null, channel_id $text not null)`,
    `create index mail_addresses_by_channel on mail_addresses (target_brand, channel_id)`,
    // addresses: JSON, the first one carries replies. imap: JSON {host, port, security, user, folder, after, moveTo}; its password is sealed.
    // validity and uid: how far the mailbox was read (RFC 9051 §2.3.1.1). One node at a time reads it, until claimed_until.
    `create table mail_channels (
      brand_id $text not null, channel_id $text not null, addresses $text not null, sender_name $text not null, sender_address $text not null, takes_smtp $int not null check (takes_smtp in (0, 1)),
      imap $text, imap_password $bytes, validity $int, uid $int, claimed_by $text, claimed_until $int not null, read_at $int, fault $text,
      primary key (brand_id, channel_id), foreign key (brand_id, channel_id) references channels (brand_id, id))`,
    // A message as it came, durable before the other side is told so. Its bytes go when it was read; what could not be read keeps them with its message.
    `create table received_mails (
      brand_id $text not null, id $text not null, channel_id $text not null, dedupe $text not null, door $text not null check (door in ('smtp', 'imap')), recipient $text not null,
      envelope_from $text not null, raw $bytes, bytes $int not null, received_at $int not null, due_at $int not null, tries $int not null,
      state $text not null check (state in ('waiting', 'filed', 'unreadable', 'event', 'dropped')), reason $text, conversation_id $text, message_id $text,
      primary key (brand_id, id), unique (brand_id, channel_id, dedupe), foreign key (brand_id, channel_id) references channels (brand_id, id))`,
    `create index received_mails_waiting on received_mails (brand_id, due_at) where state = 'waiting'`,
    `create index received_mails_by_age on received_mails (brand_id, received_at)`,
    // What answers come back by: the SHA-256 of a token in the address of a reply of ours.
    `create table mail_tokens (
      brand_id $text not null, hash $bytes not null, conversation_id $text not null, customer_id $text not null, message_id $text not null, created_at $int not null,
      primary key (brand_id, hash), foreign key (brand_id, conversation_id) references conversations (brand_id, id))`,
    `create index mail_tokens_by_conversation on mail_tokens (brand_id, conversation_id)`,
    // Who writes from an address, as far as it goes: nothing about it is proven, and it joins nothing that is.
    `create table mail_senders (
      brand_id $text not null, address_key $text not null, customer_id $text not null, first_at $int not null, noted_at $int,
      primary key (brand_id, address_key), foreign key (brand_id, customer_id) references customers (brand_id, id))`,
    `create index mail_senders_by_customer on mail_senders (brand_id, customer_id)`,
    // What a conversation by mail is about, and to whom its answers go. cc: JSON.
    `create table mail_threads (
      brand_id $text not null, conversation_id $text not null, subject $text not null, to_name $text not null, to_address $text not null, cc $text not null,
      primary key (brand_id, conversation_id), foreign key (brand_id, conversation_id) references conversations (brand_id, id))`,
    // mail_ref: the Message-ID. sender, recipients, cc, marks: JSON. body: the whole text; html: sanitised. raw: only of what could not be read.
    `create table message_mails (
      brand_id $text not null, message_id $text not null, conversation_id $text not null, direction $text not null check (direction in ('in', 'out')), mail_ref $text not null,
      sender $text not null, recipients $text not null, cc $text not null, subject $text not null, body $text not null, html $text, headers $text not null, marks $text not null, raw $bytes,
      primary key (brand_id, message_id), foreign key (brand_id, message_id) references messages (brand_id, id))`,
    `create index message_mails_by_ref on message_mails (brand_id, mail_ref)`,
    `create index message_mails_by_conversation on message_mails (brand_id, conversation_id)`,
  ],
  sqlite: [],
  postgres: [],
};
