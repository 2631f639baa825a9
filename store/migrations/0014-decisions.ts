// The journal of decisions: groups of equal ones by day, counted up, with the facts they were made from.
import type { Migration } from '#store/migrations/migration.ts';

export const decisions: Migration = {
  number: 14,
  name: 'decisions',
  both: [
    // id: a hash of the group, so that keeping those below a number is a fair sample. facts: JSON, as policy/questions.ts packs them.
    `create table decisions (
      brand_id $text not null references brands (id), id $text not null, question $text not null, channel_id $text, subject_kind $text not null, subject_id $text, facts $text not null,
      code $text, version $int not null, count $int not null, first_at $int not null, last_at $int not null, primary key (brand_id, id))`,
    `create index decisions_by_age on decisions (brand_id, last_at)`,
    `create index decisions_by_subject on decisions (brand_id, subject_id)`,
  ],
  sqlite: [],
  postgres: [],
};
