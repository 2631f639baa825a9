// Channels and conversations may also be mail and API: the checks of their kind are made anew, which SQLite does by building the tables again.
import type { Migration } from '#store/migrations/migration.ts';

const CHANNELS = `
  brand_id text not null references brands (id), id text not null, kind text not null check (kind in ('chat', 'email', 'api')), name text not null, title text not null,
  greeting text not null, away_text text not null, colour text not null, created_at integer not null, created_by text, disabled_at integer,
  primary key (brand_id, id)`;

const CONVERSATIONS = `
  brand_id text not null, id text not null, number integer not null, channel_id text not null, kind text not null check (kind in ('chat', 'email', 'api')), customer_id text not null,
  status text not null check (status in ('open', 'pending', 'solved', 'archived')), status_at integer not null, assignee_id text, team_id text, preview text not null,
  last_seq integer not null, last_message_at integer not null, last_author text not null check (last_author in ('customer', 'agent', 'system')), waiting_since integer,
  created_at integer not null, hold_at integer, hold_by text, hold_reason text, feed integer not null,
  primary key (brand_id, id), unique (brand_id, number), foreign key (brand_id, channel_id) references channels (brand_id, id),
  foreign key (brand_id, customer_id) references customers (brand_id, id), foreign key (brand_id, assignee_id) references agents (brand_id, id),
  foreign key (brand_id, team_id) references teams (brand_id, id)`;

/** As SQLite's own manual says (lang_altertable, 7): a new table, the rows, the old one away, the name. What refers to the name refers to the new one then; the migrator keeps foreign keys off meanwhile and checks them at the end. */
const again = (name: string, columns: string): string[] => [
  `create table ${name}_anew (${columns}) strict`,
  `insert into ${name}_anew select * from ${name}`,
  `drop table ${name}`,
  `alter table ${name}_anew rename to ${name}`,
];

const checked = (name: string): string => `alter table ${name} drop constraint ${name}_kind_check, add constraint ${name}_kind_check check (kind in ('chat', 'email', 'api'))`;

export const kinds: Migration = {
  number: 6,
  name: 'kinds',
  both: [],
  sqlite: [
    ...again('channels', CHANNELS),
    ...again('conversations', CONVERSATIONS),
    // The indexes went with the old table: they are those of 0003-conversations.ts.
    `create unique index conversations_one_chat on conversations (brand_id, channel_id, customer_id) where kind = 'chat' and status <> 'archived'`,
    `create index conversations_by_feed on conversations (brand_id, feed)`,
    `create index conversations_by_customer on conversations (brand_id, customer_id)`,
    `create index conversations_newest on conversations (brand_id, last_message_at, id)`,
    `create index conversations_by_status on conversations (brand_id, status, last_message_at, id, team_id, assignee_id)`,
    `create index conversations_by_assignee on conversations (brand_id, assignee_id, status, last_message_at, id, team_id)`,
    `create index conversations_by_team on conversations (brand_id, team_id, status, last_message_at, id)`,
  ],
  postgres: [checked('channels'), checked('conversations')],
};
