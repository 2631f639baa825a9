// Conversations whole: channels and their keys, customers and what verified them, chat sessions, tickets, teams, conversations, messages and their search.
import type { Migration } from '#store/migrations/migration.ts';

export const conversations: Migration = {
  number: 3,
  name: 'conversations',
  both: [
    // Numbers that only go up: `feed` orders everything that changed in the inbox, `conversation` gives the short numbers people say.
    `create table counters (brand_id $text not null references brands (id), name $text not null, value $int not null, primary key (brand_id, name))`,

    `create table channels (
      brand_id $text not null references brands (id), id $text not null, kind $text not null check (kind in ('chat')), name $text not null, title $text not null,
      greeting $text not null, away_text $text not null, colour $text not null, created_at $int not null, created_by $text, disabled_at $int,
      primary key (brand_id, id))`,
    // A key with which a site signs tickets: the public part alone.
    `create table channel_keys (
      brand_id $text not null, id $text not null, channel_id $text not null, label $text not null, alg $text not null check (alg in ('EdDSA', 'ES256')), jwk $text not null,
      may_override $int not null check (may_override in (0, 1)), created_at $int not null, created_by $text, revoked_at $int,
      primary key (brand_id, id), foreign key (brand_id, channel_id) references channels (brand_id, id))`,
    `create index channel_keys_by_channel on channel_keys (brand_id, channel_id)`,
    `create table api_keys (
      brand_id $text not null references brands (id), id $text not null, name $text not null, secret_hash $bytes not null, scopes $text not null, created_at $int not null,
      created_by $text, expires_at $int, revoked_at $int, last_used_at $int, last_used_from $text,
      primary key (brand_id, id), unique (brand_id, secret_hash))`,
    // Tickets that were minted by the API: hashed, and what they say sealed.
    `create table tickets (
      brand_id $text not null, id $text not null, channel_id $text not null, token_hash $bytes not null, sealed $bytes not null, key_id $text not null, issued_at $int not null,
      expires_at $int not null, one_time $int not null check (one_time in (0, 1)), used_at $int,
      primary key (brand_id, id), unique (brand_id, token_hash), foreign key (brand_id, channel_id) references channels (brand_id, id))`,
    // The replay store of tickets that a site signed: by the SHA-256 of channel, key and jti.
    `create table used_tickets (brand_id $text not null, hash $text not null, expires_at $int not null, primary key (brand_id, hash))`,

    `create table customers (
      brand_id $text not null references brands (id), id $text not null, name $text, email $text, phone $text, external_id $text, fields $text not null,
      verified_by $text check (verified_by in ('external_id', 'email', 'phone')), created_at $int not null, last_seen_at $int not null, erased_at $int, erased_by $text,
      primary key (brand_id, id))`,
    // What was proven of a customer by a ticket. What somebody merely typed stands in customers alone, and joins nothing.
    `create table customer_identities (
      brand_id $text not null, kind $text not null check (kind in ('external_id', 'email', 'phone')), value $text not null, customer_id $text not null, verified_at $int not null,
      primary key (brand_id, kind, value), foreign key (brand_id, customer_id) references customers (brand_id, id))`,
    `create index customer_identities_by_customer on customer_identities (brand_id, customer_id)`,
    `create table chat_sessions (
      brand_id $text not null, id $text not null, channel_id $text not null, customer_id $text not null, token_hash $bytes not null, site $text not null,
      proven $text not null check (proven in ('anonymous', 'ticket')), verified_by $text, created_at $int not null, expires_at $int not null, last_seen_at $int not null,
      ended_at $int, end_reason $text, address $text, user_agent $text not null, feed $int not null,
      primary key (brand_id, id), unique (brand_id, token_hash), foreign key (brand_id, channel_id) references channels (brand_id, id),
      foreign key (brand_id, customer_id) references customers (brand_id, id))`,
    `create index chat_sessions_by_customer on chat_sessions (brand_id, customer_id)`,
    `create index chat_sessions_ended on chat_sessions (brand_id, feed) where ended_at is not null`,

    `create table teams (
      brand_id $text not null references brands (id), id $text not null, name $text not null, name_key $text not null, closed $int not null check (closed in (0, 1)),
      created_at $int not null, primary key (brand_id, id), unique (brand_id, name_key))`,
    `create table team_members (
      brand_id $text not null, team_id $text not null, agent_id $text not null, primary key (brand_id, team_id, agent_id),
      foreign key (brand_id, team_id) references teams (brand_id, id), foreign key (brand_id, agent_id) references agents (brand_id, id))`,

    `create table conversations (
      brand_id $text not null, id $text not null, number $int not null, channel_id $text not null, kind $text not null check (kind in ('chat')), customer_id $text not null,
      status $text not null check (status in ('open', 'pending', 'solved', 'archived')), status_at $int not null, assignee_id $text, team_id $text, preview $text not null,
      last_seq $int not null, last_message_at $int not null, last_author $text not null check (last_author in ('customer', 'agent', 'system')), waiting_since $int,
      created_at $int not null, hold_at $int, hold_by $text, hold_reason $text, feed $int not null,
      primary key (brand_id, id), unique (brand_id, number), foreign key (brand_id, channel_id) references channels (brand_id, id),
      foreign key (brand_id, customer_id) references customers (brand_id, id), foreign key (brand_id, assignee_id) references agents (brand_id, id),
      foreign key (brand_id, team_id) references teams (brand_id, id))`,
    // In a chat there is one conversation at a time: two first messages at once make one.
    `create unique index conversations_one_chat on conversations (brand_id, channel_id, customer_id) where kind = 'chat' and status <> 'archived'`,
    `create index conversations_by_feed on conversations (brand_id, feed)`,
    `create index conversations_by_customer on conversations (brand_id, customer_id)`,
    `create index conversations_newest on conversations (brand_id, last_message_at, id)`,
    // With what counting asks of each: it stays within the index.
    `create index conversations_by_status on conversations (brand_id, status, last_message_at, id, team_id, assignee_id)`,
    `create index conversations_by_assignee on conversations (brand_id, assignee_id, status, last_message_at, id, team_id)`,
    `create index conversations_by_team on conversations (brand_id, team_id, status, last_message_at, id)`,

    // kind: text (said to the other side), note (among agents), event (what was done, as JSON in text). client_id: made by who wrote it, so that sending again doubles nothing.
    `create table messages (
      brand_id $text not null, id $text not null, conversation_id $text not null, seq $int not null, feed $int not null, kind $text not null check (kind in ('text', 'note', 'event')),
      author_kind $text not null check (author_kind in ('customer', 'agent', 'system')), author_id $text, client_id $text not null, text $text not null,
      verified $int not null check (verified in (0, 1)), created_at $int not null, redacted_at $int, redacted_by $text,
      primary key (brand_id, id), unique (brand_id, conversation_id, seq), unique (brand_id, conversation_id, author_kind, client_id),
      foreign key (brand_id, conversation_id) references conversations (brand_id, id))`,
    `create index messages_by_feed on messages (brand_id, feed)`,

    `create table conversation_tags (
      brand_id $text not null, conversation_id $text not null, tag_key $text not null, tag $text not null, primary key (brand_id, conversation_id, tag_key),
      foreign key (brand_id, conversation_id) references conversations (brand_id, id))`,
    `create index conversation_tags_by_tag on conversation_tags (brand_id, tag_key, conversation_id)`,
    // How far a person has read.
    `create table conversation_reads (
      brand_id $text not null, agent_id $text not null, conversation_id $text not null, seq $int not null, primary key (brand_id, agent_id, conversation_id),
      foreign key (brand_id, conversation_id) references conversations (brand_id, id), foreign key (brand_id, agent_id) references agents (brand_id, id))`,
    `create index conversation_reads_by_conversation on conversation_reads (brand_id, conversation_id)`,

    `create table availability (
      brand_id $text not null, agent_id $text not null, state $text not null check (state in ('available', 'away')), changed_at $int not null, primary key (brand_id, agent_id),
      foreign key (brand_id, agent_id) references agents (brand_id, id))`,
    // Who has a page open, one row a person and node, written again and again while it is.
    `create table presence (
      brand_id $text not null, agent_id $text not null, node $text not null, seen_at $int not null, primary key (brand_id, agent_id, node),
      foreign key (brand_id, agent_id) references agents (brand_id, id))`,
  ],
  // What search reads: the words of a message, or of a conversation's head (customer, number, tags), put apart by spaces by inbox/search-words.ts: the same on both engines.
  sqlite: [
    // A number of its own that no "vacuum" changes; it goes up with time, so that the newest are found first.
    `create table search_texts (
      n integer primary key, brand_id text not null, id text not null, conversation_id text not null, at integer not null, words text not null, unique (brand_id, id),
      foreign key (brand_id, conversation_id) references conversations (brand_id, id)) strict`,
    `create index search_texts_by_conversation on search_texts (brand_id, conversation_id)`,
    `create virtual table search_index using fts5 (brand_id, words, content = 'search_texts', content_rowid = 'n', detail = 'column', tokenize = "unicode61 remove_diacritics 0")`,
    // What was redacted must not stay behind in the index.
    `insert into search_index (search_index, rank) values ('secure-delete', 1)`,
    `create trigger search_texts_in after insert on search_texts begin insert into search_index (rowid, brand_id, words) values (new.n, new.brand_id, new.words); end`,
    `create trigger search_texts_out after delete on search_texts begin insert into search_index (search_index, rowid, brand_id, words) values ('delete', old.n, old.brand_id, old.words); end`,
    `create trigger search_texts_anew after update on search_texts begin
      insert into search_index (search_index, rowid, brand_id, words) values ('delete', old.n, old.brand_id, old.words);
      insert into search_index (rowid, brand_id, words) values (new.n, new.brand_id, new.words); end`,
  ],
  postgres: [
    `create table search_texts (
      brand_id text collate "C" not null, id text collate "C" not null, conversation_id text collate "C" not null, at bigint not null, words text collate "C" not null,
      vector tsvector generated always as (array_to_tsvector(array_remove(string_to_array(words, ' '), ''))) stored, primary key (brand_id, id),
      foreign key (brand_id, conversation_id) references conversations (brand_id, id))`,
    `create index search_texts_by_conversation on search_texts (brand_id, conversation_id)`,
    `create index search_texts_newest on search_texts (brand_id, at, id)`,
    `create index search_texts_words on search_texts using gin (vector)`,
  ],
};
