// The journal lies in the order it is read in: SQLite keeps its rows by their key, so that a replay reads page after page and not a row here and there.
import type { Migration } from '#store/migrations/migration.ts';

export const decisionsInOrder: Migration = {
  number: 23,
  name: 'decisions-in-order',
  both: [],
  sqlite: [
    `create table decisions_in_order (
      brand_id text not null references brands (id), id text not null, question text not null, channel_id text, subject_kind text not null, subject_id text, facts text not null,
      code text, version integer not null, count integer not null, first_at integer not null, last_at integer not null, primary key (brand_id, id)) without rowid, strict`,
    `insert into decisions_in_order select brand_id, id, question, channel_id, subject_kind, subject_id, facts, code, version, count, first_at, last_at from decisions`,
    `drop table decisions`,
    `alter table decisions_in_order rename to decisions`,
    `create index decisions_by_age on decisions (brand_id, last_at)`,
    `create index decisions_by_subject on decisions (brand_id, subject_id)`,
  ],
  postgres: [],
};
