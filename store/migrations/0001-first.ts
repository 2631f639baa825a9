// The first tables: brands, people, their factors and sessions, settings, and the audit trail.
import type { Migration } from '#store/migrations/migration.ts';

// An audit row is never changed or removed, not even by a bug: the database itself refuses.
const SQLITE_APPEND_ONLY = ['audit_rows', 'policy_versions'].flatMap((table) => ['update', 'delete'].map((deed) => `
create trigger ${table}_no_${deed} before ${deed} on ${table} begin select raise(abort, 'rows of ${table} are only ever appended'); end`));

const POSTGRES_APPEND_ONLY = [
  `create function portcullis_append_only() returns trigger language plpgsql as $$ begin raise exception 'rows of % are only ever appended', tg_table_name; end $$`,
  ...['audit_rows', 'policy_versions'].map((table) => `
create trigger ${table}_append_only before update or delete or truncate on ${table} for each statement execute function portcullis_append_only()`),
];

export const first: Migration = {
  number: 1,
  name: 'first',
  // $text, $int and $bytes are the engine's types. The scope of a row is called brand_id; `system` has rows of its own in the shared tables.
  both: [
    `create table brands (id $text not null primary key, slug $text not null unique, name $text not null, created_at $int not null)`,

    `create table brand_heads (scope $text not null primary key, audit_seq $int not null, audit_hash $text not null, policy_version $int not null, people_version $int not null)`,

    `create table audit_rows (
      brand_id $text not null, seq $int not null, id $text not null, at $int not null, actor_kind $text not null, actor_id $text, event $text not null,
      entity_kind $text not null, entity_id $text, detail $text not null, previous $text not null, hash $text not null,
      primary key (brand_id, seq))`,
    `create unique index audit_rows_by_id on audit_rows (brand_id, id)`,

    `create table heads (
      scope $text not null, seq $int not null, hash $text not null, at $int not null, key_id $text not null, signature $text not null,
      primary key (scope, seq, at))`,

    `create table agents (
      brand_id $text not null references brands (id), id $text not null, email $text not null, email_key $text not null, name $text not null,
      role $text not null check (role in ('admin', 'agent')), capabilities $text not null, phone $text, phone_verified_at $int, password_hash $text,
      password_set_at $int, deactivated_at $int, created_at $int not null,
      primary key (brand_id, id), unique (brand_id, email_key))`,

    `create table totp_factors (
      brand_id $text not null, id $text not null, agent_id $text not null, secret_sealed $bytes not null, label $text not null, verified_at $int,
      last_step $int not null, created_at $int not null,
      primary key (brand_id, id), foreign key (brand_id, agent_id) references agents (brand_id, id))`,
    `create index totp_factors_by_agent on totp_factors (brand_id, agent_id)`,

    `create table recovery_codes (
      brand_id $text not null, id $text not null, agent_id $text not null, hash $text not null, created_at $int not null, used_at $int,
      primary key (brand_id, id), foreign key (brand_id, agent_id) references agents (brand_id, id))`,
    `create index recovery_codes_by_agent on recovery_codes (brand_id, agent_id)`,

    `create table sessions (
      brand_id $text not null, id $text not null, agent_id $text not null, token_hash $bytes not null, created_at $int not null, last_input_at $int not null,
      ended_at $int, end_reason $text, proven $text not null check (proven in ('password', 'password+code', 'host')), factor_at $int, step_up_until $int,
      step_up_address $text, fresh_until $int, exempt_until $int, address $text, user_agent $text not null,
      primary key (brand_id, id), unique (brand_id, token_hash), foreign key (brand_id, agent_id) references agents (brand_id, id))`,
    `create index sessions_live on sessions (brand_id, agent_id) where ended_at is null`,

    `create table sign_ins (
      brand_id $text not null, id $text not null, agent_id $text not null, token_hash $bytes not null, created_at $int not null, expires_at $int not null,
      attempts $int not null, done_at $int,
      primary key (brand_id, id), unique (brand_id, token_hash), foreign key (brand_id, agent_id) references agents (brand_id, id))`,

    `create table one_time_codes (
      brand_id $text not null, id $text not null, agent_id $text not null, purpose $text not null, target $text not null, hash $text not null,
      created_at $int not null, expires_at $int not null, attempts $int not null, used_at $int,
      primary key (brand_id, id), foreign key (brand_id, agent_id) references agents (brand_id, id))`,
    `create index one_time_codes_by_time on one_time_codes (brand_id, created_at)`,

    `create table settings (
      brand_id $text not null references brands (id), channel_id $text not null, key $text not null, value $text not null,
      locked $int not null check (locked in (0, 1)), set_by $text, set_at $int not null,
      primary key (brand_id, channel_id, key))`,

    `create table policy_versions (
      brand_id $text not null references brands (id), version $int not null, at $int not null, author $text, diff $text not null,
      primary key (brand_id, version))`,

    `create table links (
      id $text not null primary key, kind $text not null check (kind in ('setup', 'unlock', 'enrol')), target_brand $text, agent_id $text,
      token_hash $bytes not null unique, payload $text not null, sealed $bytes, created_at $int not null, expires_at $int not null, used_at $int)`,

    `create table failures (
      brand_id $text not null, kind $text not null, subject $text not null, network $text not null, window_start $int not null, count $int not null,
      locked_until $int,
      primary key (brand_id, kind, subject, network))`,

    `create table salts (brand_id $text not null, subject $text not null, salt $bytes not null, primary key (brand_id, subject))`,
  ],
  sqlite: SQLITE_APPEND_ONLY,
  postgres: POSTGRES_APPEND_ONLY,
};
