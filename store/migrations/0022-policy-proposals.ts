// Changes of settings that wait for a second person, and who approved what became a version.
import type { Migration } from '#store/migrations/migration.ts';

export const policyProposals: Migration = {
  number: 22,
  name: 'policy-proposals',
  both: [
    // changes: as policy/history.ts writes them. entries: the rows of the trail that the change leaves once it is approved. manner: how it was to be saved.
    `create table policy_proposals (
      brand_id $text not null references brands (id), id $text not null, state $text not null check (state in ('waiting', 'approved', 'rejected', 'withdrawn', 'expired')),
      base_version $int not null, changes $text not null, entries $text not null, manner $text not null, proposed_at $int not null, proposed_by $text not null, until $int not null,
      ended_at $int, ended_by $text, why $text, primary key (brand_id, id))`,
    // A list of who approved it and when; null: nobody had to.
    `alter table policy_versions add column approvals $text`,
  ],
  sqlite: [],
  postgres: [],
};
