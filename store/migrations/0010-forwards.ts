// Forwards to third parties with the address their replies come back to, exceptions that were asked for.
import type { Migration } from '#store/migrations/migration.ts';

export const forwards: Migration = {
  number: 10,
  name: 'forwards',
  both: [
    `create table forwards (
      brand_id $text not null, id $text not null, conversation_id $text not null, created_at $int not null, created_by_kind $text not null check (created_by_kind in ('agent', 'key')),
      created_by $text not null, client_id $text not null, recipients $text not null, subject $text not null, note $text not null, body $text not null, files $text not null,
      details $int not null check (details in (0, 1)), reply_hash $bytes, replies $int not null, last_reply_at $int, unseen_reply_at $int, ended_at $int, ended_by $text,
      end_reason $text check (end_reason in ('withdrawn', 'archived', 'erased')),
      primary key (brand_id, id), unique (brand_id, reply_hash), unique (brand_id, conversation_id, client_id),
      foreign key (brand_id, conversation_id) references conversations (brand_id, id))`,
    `create table forward_exceptions (
      brand_id $text not null, id $text not null, conversation_id $text not null, address $text not null, reason $text not null, asked_by $text not null, asked_at $int not null,
      state $text not null check (state in ('asked', 'allowed', 'refused', 'withdrawn')), decided_by $text, decided_at $int, until $int,
      primary key (brand_id, id), foreign key (brand_id, conversation_id) references conversations (brand_id, id))`,
    // One question at a time of one address.
    `create unique index forward_exceptions_asked on forward_exceptions (brand_id, conversation_id, address) where state = 'asked'`,
    `create index forward_exceptions_by_state on forward_exceptions (brand_id, state, asked_at)`,
    // Of conversations with the mark "forward reply": somebody outside answered, and nobody here has written since.
    `create index forwards_unseen on forwards (brand_id, conversation_id) where unseen_reply_at is not null`,
  ],
  sqlite: [],
  postgres: [],
};
