// Webhooks: where events are sent, how far each has come in the trail, what waits to be delivered, and how each try went.
import type { Migration } from '#store/migrations/migration.ts';

export const webhooks: Migration = {
  number: 16,
  name: 'webhooks',
  both: [
    // cursor: the last row of the audit trail that was looked at for it. Set back, everything since is sent again.
    `create table webhooks (
      brand_id $text not null references brands (id), id $text not null, name $text not null, url $text not null, events $text not null, channels $text, include_text $int not null check (include_text in (0, 1)),
      secret_sealed $bytes not null, old_secret_sealed $bytes, old_secret_until $int, cursor_seq $int not null, created_at $int not null, created_by $text, disabled_at $int, disabled_why $text, failing_since $int,
      primary key (brand_id, id))`,
    // Ids alone: what is sent is read when it is sent, so that nothing lives on here that was erased elsewhere.
    `create table webhook_deliveries (
      brand_id $text not null, id $text not null, webhook_id $text not null, event_id $text not null, seq $int, type $text not null, happened_at $int not null, due_at $int not null, attempts $int not null, done_at $int,
      given_up_at $int,
      primary key (brand_id, id), unique (brand_id, webhook_id, event_id), foreign key (brand_id, webhook_id) references webhooks (brand_id, id) on delete cascade)`,
    `create index webhook_deliveries_due on webhook_deliveries (brand_id, due_at) where done_at is null and given_up_at is null`,
    `create index webhook_deliveries_newest on webhook_deliveries (brand_id, webhook_id, happened_at, id)`,
    `create table webhook_tries (
      brand_id $text not null, id $text not null, delivery_id $text not null, at $int not null, status $int, ms $int not null, answer $text not null, fault $text,
      primary key (brand_id, id), foreign key (brand_id, delivery_id) references webhook_deliveries (brand_id, id) on delete cascade)`,
    `create index webhook_tries_by_delivery on webhook_tries (brand_id, delivery_id)`,
  ],
  sqlite: [],
  postgres: [],
};
