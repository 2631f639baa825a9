// Files: what came in with messages, the blobs that hold their bytes, and uploads that go on after a cut.
import type { Migration } from '#store/migrations/migration.ts';

export const files: Migration = {
  number: 12,
  name: 'files',
  both: [
    // Bytes lie outside, under a key that is never used again; within a brand the same bytes lie once. `uses` goes up with every file that begins to point here.
    `create table blobs (
      brand_id $text not null references brands (id), key $text not null, digest $text not null, bytes $int not null, uses $int not null, created_at $int not null,
      primary key (brand_id, key), unique (brand_id, digest))`,
    // A refused file is a row too, without a blob: the message that carried it says so. receipt: JSON, what was judged by which setting.
    `create table files (
      brand_id $text not null, id $text not null, channel_id $text not null, conversation_id $text, message_id $text, position $int not null, name $text not null,
      declared_type $text, type_id $text, bytes $int, sha256 $text, blob_key $text, state $text not null check (state in ('accepted', 'refused', 'quarantined', 'deleted')),
      denial $text, side $text not null check (side in ('customer', 'agent')), author_kind $text not null check (author_kind in ('customer', 'agent', 'key', 'system')),
      author_id $text, door $text not null check (door in ('chat', 'mail', 'api', 'workspace')), receipt $text not null, stripped $int not null check (stripped in (0, 1)),
      link_salt $bytes not null, created_at $int not null, attached_at $int, deleted_at $int,
      primary key (brand_id, id), foreign key (brand_id, channel_id) references channels (brand_id, id), foreign key (brand_id, conversation_id) references conversations (brand_id, id),
      foreign key (brand_id, message_id) references messages (brand_id, id), foreign key (brand_id, blob_key) references blobs (brand_id, key))`,
    `create index files_by_message on files (brand_id, message_id, position)`,
    `create index files_by_conversation on files (brand_id, conversation_id)`,
    `create index files_by_blob on files (brand_id, blob_key)`,
    `create index files_waiting on files (brand_id, created_at) where message_id is null`,
    `create index files_held_back on files (brand_id, created_at) where state = 'quarantined'`,
    // How many files a message has: most have none, and are asked no further.
    `alter table messages add column files $int not null default 0`,
    // An upload in pieces, for who is cut off. Each piece lies as a blob of its own until the last has come.
    `create table uploads (
      brand_id $text not null, id $text not null, channel_id $text not null, conversation_id $text, side $text not null check (side in ('customer', 'agent')),
      author_kind $text not null, author_id $text not null, door $text not null, name $text not null, declared_type $text, length $int not null, received $int not null,
      pieces $text not null, file_id $text, created_at $int not null, expires_at $int not null,
      primary key (brand_id, id), foreign key (brand_id, channel_id) references channels (brand_id, id))`,
    `create index uploads_by_end on uploads (brand_id, expires_at)`,
  ],
  sqlite: [],
  postgres: [],
};
