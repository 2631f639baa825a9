// Access tokens that may do less than the key that bought them; and to end those of a key its tokens alone are looked at.
import type { Migration } from '#store/migrations/migration.ts';

export const tokenScopes: Migration = {
  number: 21,
  name: 'token-scopes',
  both: [
    // As JSON; null: all that its key has.
    `alter table access_tokens add column scopes $text`,
    `create index access_tokens_by_key on access_tokens (brand_id, key_id)`,
  ],
  sqlite: [],
  postgres: [],
};
