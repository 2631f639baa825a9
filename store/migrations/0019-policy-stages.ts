// Changes on stage: decided beside what is in force, or in force for some first; what they would have changed, counted; and the rate of refusals at which a change goes back.
import type { Migration } from '#store/migrations/migration.ts';

export const policyStages: Migration = {
  number: 19,
  name: 'policy-stages',
  both: [
    // draft: the channel (or null) and the values, as policy/stage.ts reads them. from_version: of the policy under which it began.
    `create table policy_stages (
      brand_id $text not null references brands (id), id $text not null, state $text not null check (state in ('running', 'enforced', 'taken_back', 'returned', 'over')),
      kind $text not null check (kind in ('report', 'share', 'team', 'channel')), share $int, team_id $text, channel_id $text, draft $text not null, from_version $int not null,
      limit_percent $int, limit_least $int, limit_minutes $int, began_at $int not null, began_by $text, phase_at $int not null, until $int not null, reason $text,
      ended_at $int, ended_by $text, figures $text, primary key (brand_id, id))`,
    `create unique index policy_stages_one_running on policy_stages (brand_id) where state = 'running'`,
    // compared: the stage or the trial. was, becomes: the code of the refusal, empty for allowed. within: decided under the changed settings.
    `create table policy_counts (
      brand_id $text not null references brands (id), compared $text not null, slot $int not null, question $text not null, was $text not null, becomes $text not null, within $int not null,
      count $int not null, primary key (brand_id, compared, slot, question, was, becomes, within))`,
    // A trial may go back before its time when refusals rise, and may stay by itself at its end when they did not.
    `alter table policy_trials add column limit_percent $int`,
    `alter table policy_trials add column limit_least $int`,
    `alter table policy_trials add column limit_minutes $int`,
    `alter table policy_trials add column stays $int not null default 0`,
  ],
  sqlite: [],
  postgres: [],
};
