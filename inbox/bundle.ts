// Everything the house holds about a customer, or one conversation, as a zip that is written while it is read (GDPR Articles 15 and 20).
import { createHash } from 'node:crypto';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { sentenceOf } from '#audit/events.ts';
import * as agentRows from '#store/agents.ts';
import * as auditRows from '#store/audit-rows.ts';
import * as tagRows from '#store/conversation-tags.ts';
import type { ConversationRow } from '#store/conversations.ts';
import type { CustomerRow } from '#store/customers.ts';
import * as erasures from '#store/erasures.ts';
import * as fileRows from '#store/files.ts';
import type { MessageRow } from '#store/messages.ts';
import * as redactions from '#store/redactions.ts';
import type { BrandStore } from '#store/store.ts';
import { conversationPage, instant, type ShownMessage } from '#inbox/bundle-page.ts';
import { readOrigins } from '#inbox/customer-origins.ts';
import { forwardsOf } from '#inbox/forward/view.ts';
import { exportedMails } from '#inbox/mail/exported.ts';
import { fieldsOf } from '#inbox/known-values.ts';

export interface Bundled {
  readonly brand: BrandStore;
  readonly brandName: string;
  readonly customer: CustomerRow;
  /** What stands in the bundle; what else there is of the customer is only counted. */
  readonly conversations: readonly ConversationRow[];
  /** Conversations that the person who exports may not see. */
  readonly leftOut: number;
  readonly now: number;
  readonly scope: 'customer' | 'conversation';
  /** The bytes of a file, by the key of its blob. */
  readonly bytesOf: (key: string) => AsyncIterable<Uint8Array>;
}

/** Text, or bytes in pieces: files are packed already, and are only put in. */
interface Entry { readonly path: string; readonly text: string | AsyncIterable<Uint8Array> }
interface Listed { readonly path: string; readonly bytes: number; readonly sha256: string }

const PAGE = 500;
const MOST_AUDIT_ROWS = 10_000;
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const when = (at: number | null): string | null => (at === null ? null : instant(at));

const README = `What this is

Everything that is held about one person, or one conversation with them, made on request.

manifest.json        every file of this bundle with its SHA-256
customer.json        who the person is, as far as it is known
forwards.json        what left to people outside, to whom and when
files/               what was sent in them, by the number of the conversation
conversations/       each conversation twice: .html to read, .json for programs; what came or left by mail once more in -mails.json
notes.json           what agents wrote for each other: internal; check it before you hand it out
sessions.json        from where and when the person wrote
audit.json           what was done with the person's data, by whom

Times are UTC. A message that was removed stands as a mark, without its text.
Conversations that the person who made this bundle may not see are not in it; manifest.json says how many.
`;

async function messagesOf(brand: BrandStore, conversationId: string): Promise<MessageRow[]> {
  const all: MessageRow[] = [];
  for (let after = 0, rows; (rows = await redactions.messagesAfter(brand, conversationId, after, PAGE)).length > 0; after = rows.at(-1)?.seq ?? Infinity) {
    all.push(...rows);
    if (rows.length < PAGE) break;
  }
  return all;
}

/** Where a file stands in the bundle: its own id first, so that no two names meet. */
const placeOf = (number: number, { id, name }: fileRows.FileRow): string => `files/${number}/${id.slice(4, 12)}-${name}`;

function shownOf(row: MessageRow, names: ReadonlyMap<string, string>, customer: CustomerRow, files: readonly fileRows.FileRow[], number: number): ShownMessage {
  const name = row.author_kind === 'customer' ? (customer.name ?? 'Customer') : row.author_kind === 'system' ? 'System' : (names.get(row.author_id ?? '') ?? (row.author_id?.startsWith('key_') === true ? 'A program' : 'An agent'));
  return {
    number: row.seq, kind: row.kind, from: row.author_kind, name, at: instant(row.created_at), verified: row.verified === 1,
    text: row.redacted_at === null ? row.text : null, removedAt: when(row.redacted_at),
    files: files.map((file) => ({ name: file.name, state: file.state, bytes: file.bytes, path: file.state === 'accepted' ? placeOf(number, file) : null })),
  };
}

function customerFile(customer: CustomerRow, identities: readonly erasures.IdentityRow[]): Entry {
  const { id, name, email, phone, external_id: externalId, verified_by: verifiedBy } = customer;
  return {
    path: 'customer.json',
    text: json({
      id, name, email, phone, externalId, fields: fieldsOf(customer.fields), verifiedBy, firstSeenAt: instant(customer.created_at), lastSeenAt: instant(customer.last_seen_at), erasedAt: when(customer.erased_at),
      proven: identities.map((row) => ({ kind: row.kind, value: row.value, at: instant(row.verified_at) })), saidByTickets: readOrigins(customer).ticket, setByAgents: readOrigins(customer).agent,
    }),
  };
}

async function sessionsFile(brand: BrandStore, customerId: string): Promise<Entry> {
  const sessions = (await erasures.sessionsOf(brand, customerId)).map((row) => ({
    site: row.site, begunBy: row.proven === 'ticket' ? 'a ticket of the site' : 'nobody was proven', verifiedBy: row.verified_by, address: row.address, browser: row.user_agent,
    begunAt: instant(row.created_at), lastSeenAt: instant(row.last_seen_at), endsAt: instant(row.expires_at), endedAt: when(row.ended_at), endReason: row.end_reason,
  }));
  return { path: 'sessions.json', text: json(sessions) };
}

async function auditFile({ brand, customer, conversations, scope }: Bundled, names: ReadonlyMap<string, string>): Promise<Entry> {
  const ids = [...(scope === 'customer' ? [customer.id] : []), ...conversations.map(({ id }) => id)];
  const pages: auditRows.AuditRow[][] = [];
  for (const entity of ids) pages.push(await auditRows.page(brand, { entity, limit: MOST_AUDIT_ROWS }));
  const nameOf = (kind: string, id: string | null): string => (kind === 'agent' ? (names.get(id ?? '') ?? 'An agent') : kind === 'customer' ? 'The customer' : kind === 'system' ? 'The system' : kind);
  const rows = pages.flat().toSorted((a, b) => a.seq - b.seq).map((row) => {
    const facts = (JSON.parse(row.detail) as { facts?: Record<string, unknown> }).facts ?? {};
    const said = sentenceOf(row, { actor: nameOf(row.actor_kind, row.actor_id), actorKnown: row.actor_kind !== 'anonymous', entity: nameOf(row.entity_kind, row.entity_id), person: (id) => names.get(String(id)) ?? 'somebody' }, facts);
    return { at: instant(row.at), what: row.event, sentence: said };
  });
  return { path: 'audit.json', text: json(rows) };
}

/** The files of the bundle, one in memory at a time. */
async function* files(bundled: Bundled): AsyncGenerator<Entry, void, void> {
  const { brand, customer, conversations, brandName } = bundled;
  const [names, identities, tags] = await Promise.all([agentRows.namesById(brand), erasures.identitiesOf(brand, customer.id), tagRows.of(brand, conversations.map(({ id }) => id))]);
  yield { path: 'README.txt', text: README };
  yield customerFile(customer, identities);
  const notes: unknown[] = [];
  for (const row of conversations) {
    const written = await messagesOf(brand, row.id);
    const carried = await fileRows.ofMessages(brand, written);
    const messages = written.map((message) => shownOf(message, names, customer, carried.get(message.id) ?? [], row.number));
    const said = messages.filter(({ kind }) => kind === 'text');
    notes.push(...messages.filter(({ kind }) => kind === 'note').map((note) => ({ conversation: row.number, ...note })));
    const head = { number: row.number, status: row.status, begunAt: instant(row.created_at), lastMessageAt: instant(row.last_message_at), tags: tags.get(row.id) ?? [], onLegalHold: row.hold_at !== null };
    yield { path: `conversations/${row.number}.json`, text: json({ ...head, messages: said }) };
    if (row.kind === 'email') yield { path: `conversations/${row.number}-mails.json`, text: json(await exportedMails(brand, row.id)) };
    yield { path: `conversations/${row.number}.html`, text: conversationPage(brandName, head, said) };
    for (const file of [...carried.values()].flat()) {
      if (file.state === 'accepted' && file.blob_key !== null) yield { path: placeOf(row.number, file), text: bundled.bytesOf(file.blob_key) };
    }
  }
  const forwards = (await Promise.all(conversations.map(async (row) => (await forwardsOf(brand, row.id)).map(({ id: _id, at, lastReplyAt, ended, ...one }) => ({ conversation: row.number, at: instant(at), ...one, lastReplyAt: when(lastReplyAt), endedAt: when(ended?.at ?? null) }))))).flat();
  yield { path: 'forwards.json', text: json(forwards) };
  yield { path: 'notes.json', text: json({ notice: 'Internal; check before handing out.', notes }) };
  if (bundled.scope === 'customer') yield await sessionsFile(brand, customer.id);
  yield await auditFile(bundled, names);
}

/** The bytes of the zip, in order. The manifest comes last, when every digest is known. */
export async function* bundle(bundled: Bundled): AsyncGenerator<Uint8Array, void, void> {
  let ready: Uint8Array[] = [];
  let fault: Error | null = null;
  const zip = new Zip((error, chunk) => {
    if (error !== null) fault = error;
    else ready.push(chunk);
  });
  function* given(): Generator<Uint8Array, void, void> {
    if (fault !== null) throw fault;
    yield* ready;
    ready = [];
  }
  const listed: Listed[] = [];
  async function* add({ path, text }: Entry): AsyncGenerator<Uint8Array, void, void> {
    const file = typeof text === 'string' ? new ZipDeflate(path, { level: 6 }) : new ZipPassThrough(path);
    const hash = createHash('sha256');
    let bytes = 0;
    file.mtime = bundled.now;
    zip.add(file);
    for await (const piece of typeof text === 'string' ? [Buffer.from(text, 'utf8')] : text) {
      bytes += piece.byteLength;
      hash.update(piece);
      file.push(piece);
      yield* given();
    }
    file.push(new Uint8Array(0), true);
    yield* given();
    listed.push({ path, bytes, sha256: hash.digest('hex') });
  }
  for await (const entry of files(bundled)) yield* add(entry);
  yield* add({ path: 'manifest.json', text: json({ madeAt: instant(bundled.now), brand: bundled.brandName, about: bundled.scope, conversations: bundled.conversations.length, conversationsLeftOut: bundled.leftOut, files: listed }) });
  zip.end();
  yield* given();
}
