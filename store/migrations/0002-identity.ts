// Identity whole: earlier passwords, passkeys, devices, used challenges, mails that wait to be sent, and more kinds of links.
import type { Migration } from '#store/migrations/migration.ts';

export const identity: Migration = {
  number: 2,
  name: 'identity',
  both: [
    // Why a new password must be chosen before anything else: 'admin' or 'compromised'; null when it need not.
    `alter table agents add column must_change $text`,
    // The last stage of reminders that was mailed for the present password: 14, 7 or 1 (days before its end).
    `alter table agents add column password_reminded $int`,

    `alter table sessions add column factor_method $text`,
    `alter table sessions add column device_id $text`,

    `create table password_hashes (
      brand_id $text not null, id $text not null, agent_id $text not null, hash $text not null, set_at $int not null,
      primary key (brand_id, id), foreign key (brand_id, agent_id) references agents (brand_id, id))`,
    `create index password_hashes_by_agent on password_hashes (brand_id, agent_id, set_at)`,

    `create table passkeys (
      brand_id $text not null, id $text not null, agent_id $text not null, credential_id $text not null, public_key $bytes not null, sign_count $int not null,
      transports $text not null, label $text not null, backed_up $int not null check (backed_up in (0, 1)), created_at $int not null, last_used_at $int,
      primary key (brand_id, id), unique (brand_id, credential_id), foreign key (brand_id, agent_id) references agents (brand_id, id))`,
    `create index passkeys_by_agent on passkeys (brand_id, agent_id)`,

    `create table devices (
      brand_id $text not null, id $text not null, agent_id $text not null, token_hash $bytes not null, created_at $int not null, last_used_at $int not null,
      trusted_at $int, address $text, user_agent $text not null,
      primary key (brand_id, id), unique (brand_id, agent_id, token_hash), foreign key (brand_id, agent_id) references agents (brand_id, id))`,

    `create table used_challenges (brand_id $text not null, hash $text not null, expires_at $int not null, primary key (brand_id, hash))`,

    `create table mails (
      brand_id $text not null references brands (id), id $text not null, kind $text not null, agent_id $text, sealed $bytes, created_at $int not null,
      due_at $int not null, attempts $int not null, sent_at $int, given_up_at $int, fault $text,
      primary key (brand_id, id))`,
    `create index mails_waiting on mails (brand_id, due_at) where sent_at is null and given_up_at is null`,

    // A check cannot be changed in place on every engine: the table is made anew.
    `create table links_next (
      id $text not null primary key, kind $text not null check (kind in ('setup', 'unlock', 'enrol', 'invite', 'reset', 'admit')), target_brand $text, agent_id $text,
      token_hash $bytes not null unique, payload $text not null, sealed $bytes, created_at $int not null, expires_at $int not null, used_at $int)`,
    `insert into links_next (id, kind, target_brand, agent_id, token_hash, payload, sealed, created_at, expires_at, used_at)
      select id, kind, target_brand, agent_id, token_hash, payload, sealed, created_at, expires_at, used_at from links`,
    `drop table links`,
    `alter table links_next rename to links`,
    `create index links_by_agent on links (target_brand, agent_id)`,
  ],
  sqlite: [],
  postgres: [],
};
