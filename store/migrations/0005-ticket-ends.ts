// What ends tickets and what they bought: sign-outs by the site, the key that bought a chat session, and what a ticket or an agent set on a card.
import type { Migration } from '#store/migrations/migration.ts';

export const ticketEnds: Migration = {
  number: 5,
  name: 'ticket-ends',
  both: [
    // By a SHA-256 of whom it was about: also for somebody nobody knows, whose identifier stands nowhere.
    `create table sign_outs (brand_id $text not null references brands (id), hash $text not null, signed_out_at $int not null, expires_at $int not null, primary key (brand_id, hash))`,
    `alter table chat_sessions add column key_id $text`,
    `create index chat_sessions_by_key on chat_sessions (brand_id, key_id) where ended_at is null and key_id is not null`,
    // JSON {ticket, agent}, each {name, email, phone}: a value that stands in neither was typed by the customer.
    `alter table customers add column origins $text`,
  ],
  sqlite: [],
  postgres: [],
};
