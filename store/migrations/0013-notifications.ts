// Notifications to agents: what happened that somebody wants to know, each once, and how each person wants to be told.
import type { Migration } from '#store/migrations/migration.ts';

export const notifications: Migration = {
  number: 13,
  name: 'notifications',
  both: [
    `create table notifications (
      brand_id $text not null references brands (id), id $text not null, agent_id $text not null, kind $text not null check (kind in ('new', 'assigned', 'mentioned', 'answered', 'waiting')),
      conversation_id $text not null, message_id $text, occasion $text not null, by_agent $text, seq $int not null, created_at $int not null,
      mail_due_at $int, mailed_at $int, seen_at $int,
      primary key (brand_id, id))`,
    // What happens once is told once, whichever node sees it first.
    `create unique index notifications_once on notifications (brand_id, agent_id, kind, conversation_id, occasion)`,
    `create index notifications_by_agent on notifications (brand_id, agent_id, created_at)`,
    `create index notifications_to_mail on notifications (brand_id, mail_due_at) where mail_due_at is not null`,
    `create index notifications_by_conversation on notifications (brand_id, conversation_id)`,
    // JSON by kind: 'mail', 'away', 'page' or 'off'. Who has no row has the defaults.
    `create table notification_choices (
      brand_id $text not null references brands (id), agent_id $text not null, choices $text not null, waiting_minutes $int not null, quiet_from $int, quiet_to $int, zone $text not null, changed_at $int not null,
      primary key (brand_id, agent_id))`,
    // How far of the feed was looked at.
    `create table notification_cursors (brand_id $text not null references brands (id), name $text not null, feed $int not null, primary key (brand_id, name))`,
    `create index conversations_waiting on conversations (brand_id, waiting_since) where waiting_since is not null`,
    // The file of a mail that was written into the folder, for want of a mail server.
    `alter table mails add column file $text`,
  ],
  sqlite: [],
  postgres: [],
};
