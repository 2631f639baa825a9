// When somebody was told that customers are refused under a change on stage: once, until it holds for others.
import type { Migration } from '#store/migrations/migration.ts';

export const stageTold: Migration = {
  number: 24,
  name: 'stage-told',
  both: ['alter table policy_stages add column told_at $int'],
  sqlite: [],
  postgres: [],
};
