// API keys in full: their own addresses, the secret a rotation replaced, which scopes were used; access tokens that keys bought; answers kept for requests that are sent again.
import type { Migration } from '#store/migrations/migration.ts';

export const apiDoor: Migration = {
  number: 15,
  name: 'api-door',
  both: [
    // JSON as a cidr-list is kept: {state, entries}.
    `alter table api_keys add column allowlist $text not null default '{"state":"any","entries":[]}'`,
    `alter table api_keys add column previous_hash $bytes`,
    `alter table api_keys add column previous_until $int`,
    `alter table api_keys add column previous_used_at $int`,
    `alter table api_keys add column rotated_at $int`,
    `alter table api_keys add column used_scopes $text not null default '[]'`,
    `create index api_keys_by_previous on api_keys (brand_id, previous_hash) where previous_hash is not null`,
    `create index api_keys_by_age on api_keys (brand_id, created_at, id)`,
    `create table access_tokens (
      brand_id $text not null, token_hash $bytes not null, key_id $text not null, created_at $int not null, expires_at $int not null,
      primary key (brand_id, token_hash), foreign key (brand_id, key_id) references api_keys (brand_id, id))`,
    `create index access_tokens_by_end on access_tokens (brand_id, expires_at)`,
    // By a hash of the caller's Idempotency-Key. The answer is sealed, and emptied when a customer is erased.
    `create table kept_answers (
      brand_id $text not null, key_id $text not null, name_hash $text not null, fingerprint $text not null, status $int, sealed $bytes, created_at $int not null, expires_at $int not null,
      primary key (brand_id, key_id, name_hash), foreign key (brand_id, key_id) references api_keys (brand_id, id))`,
    `create index kept_answers_by_end on kept_answers (brand_id, expires_at)`,
  ],
  sqlite: [],
  postgres: [],
};
