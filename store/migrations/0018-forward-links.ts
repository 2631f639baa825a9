// Recipients' links that belong to a forward: they end with it, and show the name of their file as its mail does.
import type { Migration } from '#store/migrations/migration.ts';

export const forwardLinks: Migration = {
  number: 18,
  name: 'forward-links',
  both: [
    // Null: of no forward.
    `alter table recipient_links add column forward_id $text`,
    // What whoever opens it reads, already masked where it must be; null: the name of the file itself.
    `alter table recipient_links add column shown_name $text`,
    `create index recipient_links_by_forward on recipient_links (brand_id, forward_id) where forward_id is not null`,
  ],
  sqlite: [],
  postgres: [],
};
