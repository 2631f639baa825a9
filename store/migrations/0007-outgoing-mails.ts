// Every outgoing mail in one table: what it belongs to, how far it has come with each recipient, and what became of it.
import type { Migration } from '#store/migrations/migration.ts';

export const outgoingMails: Migration = {
  number: 7,
  name: 'outgoing-mails',
  both: [
    // Which letter, for mails of kind 'letter': until now the kind itself.
    `alter table mails add column letter $text`,
    `update mails set letter = kind, kind = 'letter'`,
    `alter table mails add column channel_id $text`,
    `alter table mails add column conversation_id $text`,
    `alter table mails add column message_id $text`,
    `alter table mails add column forward_id $text`,
    // Sealed JSON, by address: who has it, who was refused and why. Null until a server told.
    `alter table mails add column outcomes $bytes`,
    // Taken up by a node; emptied when that try is over. Still there at its hour: that node died.
    `alter table mails add column claimed_at $int`,
    // The last dot of it may have left us; until a server has answered, nobody knows.
    `alter table mails add column handed_at $int`,
    `alter table mails add column bounced_at $int`,
    `alter table mails add column dropped_at $int`,
    // Why it was given up, as a code: a failure of the other side, 'unconfirmed', or a denial.
    `alter table mails add column code $text`,
    `create index mails_given_up on mails (brand_id, given_up_at) where given_up_at is not null and dropped_at is null`,
    `create index mails_by_conversation on mails (brand_id, conversation_id) where conversation_id is not null`,
    `create index mails_by_age on mails (brand_id, created_at)`,
  ],
  sqlite: [],
  postgres: [],
};
