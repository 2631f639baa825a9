// Deviations from a standard that somebody recorded on purpose, with what stood there then.
import type { Migration } from '#store/migrations/migration.ts';

export const deviations: Migration = {
  number: 20,
  name: 'deviations',
  both: [
    // found: the values that did not satisfy the requirement; once others stand there the deviation says nothing any more.
    `create table deviations (
      brand_id $text not null references brands (id), id $text not null, preset $text not null, requirement $text not null, reason $text not null, found $text not null, recorded_at $int not null, recorded_by $text not null,
      primary key (brand_id, id), unique (brand_id, preset, requirement))`,
  ],
  sqlite: [],
  postgres: [],
};
