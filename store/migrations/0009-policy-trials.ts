// Why a version of the policy was made, and changes on trial: live, and taken back by themselves unless somebody confirms them.
import type { Migration } from '#store/migrations/migration.ts';

export const policyTrials: Migration = {
  number: 9,
  name: 'policy-trials',
  both: [
    `alter table policy_versions add column reason $text`,
    // undo: what stood before, as policy/history.ts writes it.
    `create table policy_trials (
      brand_id $text not null references brands (id), id $text not null, version $int not null, state $text not null check (state in ('waiting', 'confirmed', 'undone', 'returned')),
      undo $text not null, began_at $int not null, began_by $text, until $int not null, ended_at $int, ended_by $text,
      primary key (brand_id, id))`,
    // One at a time: what it goes back to is then never in doubt.
    `create unique index policy_trials_one_waiting on policy_trials (brand_id) where state = 'waiting'`,
  ],
  sqlite: [],
  postgres: [],
};
