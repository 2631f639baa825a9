// Every table of the store, column by column: the row types follow from it, and so does what a dump writes.

/** How much of each room of the journal is kept. */
export type JournalCounter = 'journal' | 'journal customers' | 'journal strangers';

/** What a column holds. Whole numbers stay below 2^53; times are ms since 1970 UTC; flags are 0 or 1; JSON is text. */
export interface Column<T> {
  readonly type: 'text' | 'int' | 'bytes';
  readonly nullable: boolean;
  /** Only for the compiler: nothing stands here at run time. */
  readonly holds?: T;
}

const text = <T extends string = string>(): Column<T> => ({ type: 'text', nullable: false });
const textOrNull = <T extends string = string>(): Column<T | null> => ({ type: 'text', nullable: true });
const int = (): Column<number> => ({ type: 'int', nullable: false });
const intOrNull = (): Column<number | null> => ({ type: 'int', nullable: true });
const bytes = (): Column<Uint8Array> => ({ type: 'bytes', nullable: false });
const bytesOrNull = (): Column<Uint8Array | null> => ({ type: 'bytes', nullable: true });

/** How customers write: in the chat on a site, by mail, or through the brand's own system. A conversation is of its channel's kind. */
export type ChannelKind = 'chat' | 'email' | 'api';

/** Tables that both a brand and the system have rows in; the scope's column is added by construction, here it does not exist. */
const sharedTables = {
  audit_rows: {
    seq: int(), id: text(), at: int(), actor_kind: text(), actor_id: textOrNull(), event: text(), entity_kind: text(), entity_id: textOrNull(),
    detail: text(), previous: text(), hash: text(),
  },
  failures: { kind: text(), subject: text(), network: text(), window_start: int(), count: int(), locked_until: intOrNull() },
  salts: { subject: text(), salt: bytes() },
} as const;

/** Tables of a brand. No `brand_id` here: code cannot name it, the store adds it. Parents stand before their children. */
export const brandTables = {
  agents: {
    id: text(), email: text(), email_key: text(), name: text(), role: text<'admin' | 'agent'>(), capabilities: text(), phone: textOrNull(), phone_verified_at: intOrNull(),
    password_hash: textOrNull(), password_set_at: intOrNull(), deactivated_at: intOrNull(), created_at: int(),
    must_change: textOrNull<'admin' | 'compromised'>(), password_reminded: intOrNull(),
  },
  totp_factors: { id: text(), agent_id: text(), secret_sealed: bytes(), label: text(), verified_at: intOrNull(), last_step: int(), created_at: int() },
  recovery_codes: { id: text(), agent_id: text(), hash: text(), created_at: int(), used_at: intOrNull() },
  sessions: {
    id: text(), agent_id: text(), token_hash: bytes(), created_at: int(), last_input_at: int(), ended_at: intOrNull(), end_reason: textOrNull(),
    proven: text<'password' | 'password+code' | 'host'>(), factor_at: intOrNull(), step_up_until: intOrNull(), step_up_address: textOrNull(), fresh_until: intOrNull(), exempt_until: intOrNull(),
    address: textOrNull(), user_agent: text(), factor_method: textOrNull(), device_id: textOrNull(), framed_by: textOrNull(),
  },
  frame_codes: {
    id: text(), session_id: text(), code_hash: bytes(), challenge: text(), framed_by: text(), created_at: int(), expires_at: int(), used_at: intOrNull(),
  },
  sign_ins: { id: text(), agent_id: text(), token_hash: bytes(), created_at: int(), expires_at: int(), attempts: int(), done_at: intOrNull() },
  one_time_codes: {
    id: text(), agent_id: text(), purpose: text(), target: text(), hash: text(), created_at: int(), expires_at: int(), attempts: int(), used_at: intOrNull(),
  },
  password_hashes: { id: text(), agent_id: text(), hash: text(), set_at: int() },
  passkeys: {
    id: text(), agent_id: text(), credential_id: text(), public_key: bytes(), sign_count: int(), transports: text(), label: text(), backed_up: int(), created_at: int(),
    last_used_at: intOrNull(),
  },
  devices: {
    id: text(), agent_id: text(), token_hash: bytes(), created_at: int(), last_used_at: int(), trusted_at: intOrNull(), address: textOrNull(), user_agent: text(),
  },
  used_challenges: { hash: text(), expires_at: int() },
  mails: {
    id: text(), kind: text(), agent_id: textOrNull(), sealed: bytesOrNull(), created_at: int(), due_at: int(), attempts: int(), sent_at: intOrNull(), given_up_at: intOrNull(),
    fault: textOrNull(), letter: textOrNull(), channel_id: textOrNull(), conversation_id: textOrNull(), message_id: textOrNull(), forward_id: textOrNull(), outcomes: bytesOrNull(),
    claimed_at: intOrNull(), handed_at: intOrNull(), bounced_at: intOrNull(), dropped_at: intOrNull(), code: textOrNull(), file: textOrNull(),
  },
  settings: { channel_id: text(), key: text(), value: text(), locked: int(), set_by: textOrNull(), set_at: int() },
  policy_versions: { version: int(), at: int(), author: textOrNull(), diff: text(), reason: textOrNull(), approvals: textOrNull() },
  policy_trials: {
    id: text(), version: int(), state: text<'waiting' | 'confirmed' | 'undone' | 'returned'>(), undo: text(), began_at: int(), began_by: textOrNull(), until: int(), ended_at: intOrNull(),
    ended_by: textOrNull(), limit_percent: intOrNull(), limit_least: intOrNull(), limit_minutes: intOrNull(), stays: int(),
  },
  policy_stages: {
    id: text(), state: text<'running' | 'enforced' | 'taken_back' | 'returned' | 'over'>(), kind: text<'report' | 'share' | 'team' | 'channel'>(), share: intOrNull(), team_id: textOrNull(),
    channel_id: textOrNull(), draft: text(), from_version: int(), limit_percent: intOrNull(), limit_least: intOrNull(), limit_minutes: intOrNull(), began_at: int(), began_by: textOrNull(),
    phase_at: int(), until: int(), reason: textOrNull(), ended_at: intOrNull(), ended_by: textOrNull(), figures: textOrNull(), told_at: intOrNull(),
  },
  policy_proposals: {
    id: text(), state: text<'waiting' | 'approved' | 'rejected' | 'withdrawn' | 'expired'>(), base_version: int(), changes: text(), entries: text(), manner: text(), proposed_at: int(), proposed_by: text(), until: int(),
    ended_at: intOrNull(), ended_by: textOrNull(), why: textOrNull(),
  },
  policy_counts: { compared: text(), slot: int(), question: text(), was: text(), becomes: text(), within: int(), count: int() },
  deviations: { id: text(), preset: text(), requirement: text(), reason: text(), found: text(), recorded_at: int(), recorded_by: text() },
  decisions: {
    id: text(), question: text(), channel_id: textOrNull(), subject_kind: text<'agent' | 'key' | 'customer' | 'system' | 'anonymous'>(), subject_id: textOrNull(), facts: text(),
    code: textOrNull(), version: int(), count: int(), first_at: int(), last_at: int(),
  },
  counters: { name: text<'feed' | 'conversation' | JournalCounter>(), value: int() },
  channels: {
    id: text(), kind: text<ChannelKind>(), name: text(), title: text(), greeting: text(), away_text: text(), colour: text(), created_at: int(), created_by: textOrNull(),
    disabled_at: intOrNull(),
  },
  channel_keys: {
    id: text(), channel_id: text(), label: text(), alg: text<'EdDSA' | 'ES256'>(), jwk: text(), may_override: int(), created_at: int(), created_by: textOrNull(), revoked_at: intOrNull(),
  },
  api_keys: {
    id: text(), name: text(), secret_hash: bytes(), scopes: text(), created_at: int(), created_by: textOrNull(), expires_at: intOrNull(), revoked_at: intOrNull(),
    last_used_at: intOrNull(), last_used_from: textOrNull(),
    allowlist: text(), previous_hash: bytesOrNull(), previous_until: intOrNull(), previous_used_at: intOrNull(), rotated_at: intOrNull(), used_scopes: text(),
  },
  access_tokens: { token_hash: bytes(), key_id: text(), created_at: int(), expires_at: int(), scopes: textOrNull() },
  kept_answers: {
    key_id: text(), name_hash: text(), fingerprint: text(), status: intOrNull(), sealed: bytesOrNull(), created_at: int(), expires_at: int(),
  },
  tickets: {
    id: text(), channel_id: text(), token_hash: bytes(), sealed: bytes(), key_id: text(), issued_at: int(), expires_at: int(), one_time: int(), used_at: intOrNull(),
  },
  used_tickets: { hash: text(), expires_at: int() },
  sign_outs: { hash: text(), signed_out_at: int(), expires_at: int() },
  customers: {
    id: text(), name: textOrNull(), email: textOrNull(), phone: textOrNull(), external_id: textOrNull(), fields: text(), verified_by: textOrNull<'external_id' | 'email' | 'phone'>(),
    created_at: int(), last_seen_at: int(), erased_at: intOrNull(), erased_by: textOrNull(), origins: textOrNull(),
  },
  erasures: { customer_id: text(), sealed: bytes(), begun_at: int(), begun_by: text() },
  customer_identities: { kind: text<'external_id' | 'email' | 'phone'>(), value: text(), customer_id: text(), verified_at: int() },
  chat_sessions: {
    id: text(), channel_id: text(), customer_id: text(), token_hash: bytes(), site: text(), proven: text<'anonymous' | 'ticket'>(), verified_by: textOrNull<'external_id' | 'email' | 'phone'>(),
    created_at: int(), expires_at: int(), last_seen_at: int(), ended_at: intOrNull(), end_reason: textOrNull(), address: textOrNull(), user_agent: text(), feed: int(), key_id: textOrNull(),
  },
  teams: { id: text(), name: text(), name_key: text(), closed: int(), created_at: int() },
  team_members: { team_id: text(), agent_id: text() },
  conversations: {
    id: text(), number: int(), channel_id: text(), kind: text<ChannelKind>(), customer_id: text(), status: text<'open' | 'pending' | 'solved' | 'archived'>(), status_at: int(),
    assignee_id: textOrNull(), team_id: textOrNull(), preview: text(), last_seq: int(), last_message_at: int(), last_author: text<'customer' | 'agent' | 'system'>(),
    waiting_since: intOrNull(), created_at: int(), hold_at: intOrNull(), hold_by: textOrNull(), hold_reason: textOrNull(), feed: int(),
  },
  messages: {
    id: text(), conversation_id: text(), seq: int(), feed: int(), kind: text<'text' | 'note' | 'event'>(), author_kind: text<'customer' | 'agent' | 'system'>(),
    author_id: textOrNull(), client_id: text(), text: text(), verified: int(), created_at: int(), redacted_at: intOrNull(), redacted_by: textOrNull(), files: int(),
  },
  blobs: { key: text(), digest: text(), bytes: int(), uses: int(), created_at: int() },
  files: {
    id: text(), channel_id: text(), conversation_id: textOrNull(), message_id: textOrNull(), position: int(), name: text(), declared_type: textOrNull(), type_id: textOrNull(),
    bytes: intOrNull(), sha256: textOrNull(), blob_key: textOrNull(), state: text<'accepted' | 'refused' | 'quarantined' | 'deleted'>(), denial: textOrNull(),
    side: text<'customer' | 'agent'>(), author_kind: text<'customer' | 'agent' | 'key' | 'system'>(), author_id: textOrNull(), door: text<'chat' | 'mail' | 'api' | 'workspace'>(),
    receipt: text(), stripped: int(), link_salt: bytes(), created_at: int(), attached_at: intOrNull(), deleted_at: intOrNull(),
  },
  uploads: {
    id: text(), channel_id: text(), conversation_id: textOrNull(), side: text<'customer' | 'agent'>(), author_kind: text<'customer' | 'agent'>(), author_id: text(),
    door: text<'chat' | 'workspace'>(), name: text(), declared_type: textOrNull(), length: int(), received: int(), pieces: text(), file_id: textOrNull(), created_at: int(), expires_at: int(),
  },
  mail_channels: {
    channel_id: text(), addresses: text(), sender_name: text(), sender_address: text(), takes_smtp: int(), imap: textOrNull(), imap_password: bytesOrNull(), validity: intOrNull(),
    uid: intOrNull(), claimed_by: textOrNull(), claimed_until: int(), read_at: intOrNull(), fault: textOrNull(),
  },
  received_mails: {
    id: text(), channel_id: text(), dedupe: text(), door: text<'smtp' | 'imap'>(), recipient: text(), envelope_from: text(), raw: bytesOrNull(), bytes: int(), received_at: int(),
    due_at: int(), tries: int(), state: text<'waiting' | 'filed' | 'unreadable' | 'event' | 'dropped'>(), reason: textOrNull(), conversation_id: textOrNull(), message_id: textOrNull(),
  },
  mail_tokens: { hash: bytes(), conversation_id: text(), customer_id: text(), message_id: text(), created_at: int() },
  mail_senders: { address_key: text(), customer_id: text(), first_at: int(), noted_at: intOrNull() },
  mail_threads: { conversation_id: text(), subject: text(), to_name: text(), to_address: text(), cc: text() },
  message_mails: {
    message_id: text(), conversation_id: text(), direction: text<'in' | 'out'>(), mail_ref: text(), sender: text(), recipients: text(), cc: text(), subject: text(), body: text(),
    html: textOrNull(), headers: text(), marks: text(), raw: bytesOrNull(),
  },
  forwards: {
    id: text(), conversation_id: text(), created_at: int(), created_by_kind: text<'agent' | 'key'>(), created_by: text(), client_id: text(), recipients: text(), subject: text(), note: text(),
    body: text(), files: text(), details: int(), reply_hash: bytesOrNull(), replies: int(), last_reply_at: intOrNull(), unseen_reply_at: intOrNull(), ended_at: intOrNull(), ended_by: textOrNull(),
    end_reason: textOrNull<'withdrawn' | 'archived' | 'erased'>(),
  },
  forward_exceptions: {
    id: text(), conversation_id: text(), address: text(), reason: text(), asked_by: text(), asked_at: int(), state: text<'asked' | 'allowed' | 'refused' | 'withdrawn'>(),
    decided_by: textOrNull(), decided_at: intOrNull(), until: intOrNull(),
  },
  thumbnails: { blob_key: text(), picture: bytesOrNull(), made_at: int() },
  recipient_links: {
    id: text(), file_id: text(), token_hash: bytes(), recipient: bytes(), created_at: int(), created_by: textOrNull(), expires_at: int(), asked: int(), proven_hash: bytesOrNull(),
    proven_until: intOrNull(), opened_at: intOrNull(), revoked_at: intOrNull(), revoked_by: textOrNull(), forward_id: textOrNull(), shown_name: textOrNull(),
  },
  recipient_codes: { id: text(), link_id: text(), hash: text(), created_at: int(), expires_at: int(), attempts: int(), used_at: intOrNull() },
  conversation_tags: { conversation_id: text(), tag_key: text(), tag: text() },
  conversation_reads: { agent_id: text(), conversation_id: text(), seq: int() },
  search_texts: { id: text(), conversation_id: text(), at: int(), words: text() },
  availability: { agent_id: text(), state: text<'available' | 'away'>(), changed_at: int() },
  notifications: {
    id: text(), agent_id: text(), kind: text<'new' | 'assigned' | 'mentioned' | 'answered' | 'waiting'>(), conversation_id: text(), message_id: textOrNull(), occasion: text(), by_agent: textOrNull(),
    seq: int(), created_at: int(), mail_due_at: intOrNull(), mailed_at: intOrNull(), seen_at: intOrNull(),
  },
  notification_choices: { agent_id: text(), choices: text(), waiting_minutes: int(), quiet_from: intOrNull(), quiet_to: intOrNull(), zone: text(), changed_at: int() },
  notification_cursors: { name: text(), feed: int() },
  presence: { agent_id: text(), node: text(), seen_at: int() },
  webhooks: {
    id: text(), name: text(), url: text(), events: text(), channels: textOrNull(), include_text: int(), secret_sealed: bytes(), old_secret_sealed: bytesOrNull(), old_secret_until: intOrNull(), cursor_seq: int(),
    created_at: int(), created_by: textOrNull(), disabled_at: intOrNull(), disabled_why: textOrNull(), failing_since: intOrNull(),
  },
  webhook_deliveries: {
    id: text(), webhook_id: text(), event_id: text(), seq: intOrNull(), type: text(), happened_at: int(), due_at: int(), attempts: int(), done_at: intOrNull(), given_up_at: intOrNull(),
  },
  webhook_tries: { id: text(), delivery_id: text(), at: int(), status: intOrNull(), ms: int(), answer: text(), fault: textOrNull() },
  ...sharedTables,
} as const;

/** Tables of the house itself. */
export const systemTables = {
  brands: { id: text(), slug: text(), name: text(), created_at: int() },
  links: {
    id: text(), kind: text<'setup' | 'unlock' | 'enrol' | 'invite' | 'reset' | 'admit'>(), target_brand: textOrNull(), agent_id: textOrNull(), token_hash: bytes(), payload: text(), sealed: bytesOrNull(),
    created_at: int(), expires_at: int(), used_at: intOrNull(),
  },
  mail_addresses: { address_key: text(), target_brand: text(), channel_id: text() },
  heads: { scope: text(), seq: int(), hash: text(), at: int(), key_id: text(), signature: text() },
  brand_heads: { scope: text(), audit_seq: int(), audit_hash: text(), policy_version: int(), people_version: int() },
  ...sharedTables,
} as const;

type Held<C> = C extends Column<infer T> ? T : never;
type RowsOf<Tables> = { -readonly [T in keyof Tables]: { -readonly [C in keyof Tables[T]]: Held<Tables[T][C]> } };

export type BrandTables = RowsOf<typeof brandTables>;
export type SystemTables = RowsOf<typeof systemTables>;
export type SharedTables = RowsOf<typeof sharedTables>;

/** The tables whose rows carry the scope they belong to, in the column below. */
export const scopedTables: ReadonlySet<string> = new Set(Object.keys(brandTables));
export const SCOPE_COLUMN = 'brand_id';

/** Only the writer itself writes these: rows are appended by `commit`, never by a query. */
export const writersOwn: ReadonlySet<string> = new Set(['audit_rows', 'brand_heads']);
