// Links for one recipient and one file: issued with an end, opened by a code that is mailed to that very address, and withdrawn at will.
import { type Denial, deny } from '#policy/decision.ts';
import { decideRecipientLink, PROVEN_MS } from '#policy/decide/recipient-link.ts';
import type { Keyring } from '#identity/keyring.ts';
import { codeState, maySend, newOneTimeCode, ONE_TIME_CODE, oneTimeCodeMatches } from '#identity/one-time-codes.ts';
import { posting } from '#identity/post.ts';
import { newId, newToken, tokenHash } from '#identity/tokens.ts';
import * as fileRows from '#store/openable-files.ts';
import * as linkRows from '#store/recipient-links.ts';
import type { RecipientLinkRow } from '#store/recipient-links.ts';
import { type BrandId, type BrandStore, type Committed, Conflict, type Entry, type Part, type PartFields, type Statement } from '#store/store.ts';

const DAY = 86_400_000;
/** Codes of one link in any day: ten times five tries of a million. */
const CODES_A_DAY = 10;
const PROOF = /^(b[0-9a-z]{12})\.[A-Za-z0-9_-]{43}$/;
const TOKEN = /^rfl_(b[0-9a-z]{12})\.[A-Za-z0-9_-]{43}$/;

export interface RecipientLinkParts {
  readonly keyring: Keyring;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
  /** Can the file still be handed out? Its conversation may be due, which this room does not know. */
  readonly there: (brandId: BrandId, file: fileRows.OpenableFile) => boolean;
}

export interface Issue {
  readonly fileId: string;
  /** One bare address. */
  readonly recipient: string;
  /** ms since 1970 UTC */
  readonly expiresAt: number;
  /** Who forwards; null for the house itself. */
  readonly by: { readonly kind: 'agent' | 'key'; readonly id: string } | null;
  /** It ends with this forward, and calls the file as its mail does. */
  readonly forward?: { readonly id: string; readonly fileName: string };
}

export interface Issued {
  readonly id: string;
  /** Shown once, in the mail: `recipientLinkUrl` makes its address. */
  readonly token: string;
  /** For the unit of what mails it. */
  readonly statement: Statement;
  readonly entry: Entry;
}

const ownerOf = (id: string): string => `recipient_links/${id}`;
export const recipientOf = (keyring: Pick<Keyring, 'open'>, row: Pick<RecipientLinkRow, 'id' | 'recipient'>): string => Buffer.from(keyring.open(row.recipient, ownerOf(row.id))).toString('utf8');

/** Behind the `#` a browser sends it to nobody: a scanner that opens the page uses nothing up, and no log holds it. */
export const recipientLinkUrl = (origin: string, slug: string, token: string): string => `${origin}/b/${slug}/file#${token}`;

/** Makes a link; it stands once `statement` is committed. Ask first whether the file may leave at all: this does not. */
export function issueRecipientLink({ keyring, now }: Pick<RecipientLinkParts, 'now'> & { readonly keyring: Pick<Keyring, 'seal'> }, brand: BrandStore, { fileId, recipient, expiresAt, by, forward }: Issue): Issued {
  const id = newId('rfl');
  const token = `rfl_${brand.id}.${newToken().text}`;
  const at = now();
  const statement = linkRows.insert(brand, {
    id, file_id: fileId, token_hash: tokenHash(token), recipient: keyring.seal(recipient, ownerOf(id)), created_at: at, created_by: by?.id ?? null, expires_at: expiresAt, forward_id: forward?.id ?? null, shown_name: forward?.fileName ?? null,
  });
  const entry: Entry = {
    id: newId('evt'), at, actor: by ?? { kind: 'system', id: null }, event: 'recipient_link.issued', entity: { kind: 'recipient_link', id },
    facts: { file: fileId, until: expiresAt, ...(forward === undefined ? {} : { forward: forward.id }) },
  };
  return { id, token, statement, entry };
}

/** What withdraws it, for one unit. A conflict `recipient_link.revoked` when somebody was first. */
export function revokeRecipientLink(brand: BrandStore, { id, file_id: fileId }: Pick<RecipientLinkRow, 'id' | 'file_id'>, agentId: string, at: number): PartFields {
  const entry: Entry = { id: newId('evt'), at, actor: { kind: 'agent', id: agentId }, event: 'recipient_link.revoked', entity: { kind: 'recipient_link', id }, facts: { file: fileId } };
  return { statements: [linkRows.revoke(brand, id, at, agentId)], entries: [entry] };
}

/** The brand a proof names; null when it cannot be one. */
export const brandOfProof = (proof: string): BrandId | null => PROOF.exec(proof)?.[1] ?? null;

/** The brand a token names; null when it cannot be one. */
export const brandOfRecipientToken = (token: string): BrandId | null => TOKEN.exec(token)?.[1] ?? null;

/** `a•••@example.com`: enough to know in which mailbox to look, and no more for whoever found the link. */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 1 ? '•••' : `${[...address][0] ?? ''}•••${address.slice(at)}`;
}

export interface LookedAt {
  readonly row: RecipientLinkRow;
  /** By the name that its recipient reads. */
  readonly file: fileRows.OpenableFile;
}
export type Found<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly denial: Denial; readonly row: RecipientLinkRow | null };

const INVALID = deny('link.invalid', null, {});
const no = <T>(denial: Denial, row: RecipientLinkRow | null = null): Found<T> => ({ ok: false, denial: row === null ? denial : deny(denial.code, denial.setting, { ...denial.facts, link: row.id, file: row.file_id }), row });

/** Withdrawn, by itself or with its forward. */
const isOver = (row: RecipientLinkRow): boolean => row.revoked_at !== null || row.forward_ended_at !== null;

type Judging = Pick<RecipientLinkParts, 'now' | 'there'>;

async function judged({ now, there }: Judging, brand: BrandStore, row: RecipientLinkRow | undefined, provenUntil: number | null): Promise<Found<LookedAt>> {
  if (row === undefined) return no(INVALID);
  const found = await fileRows.openableFile(brand, row.file_id);
  // What was forwarded goes no further than its conversation.
  const file = found === undefined || (row.forward_id !== null && found.status === 'archived') ? undefined : { ...found, name: row.shown_name ?? found.name };
  const decision = decideRecipientLink({ now: now(), expiresAt: row.expires_at, revoked: isOver(row), there: file !== undefined && there(brand.id, file), provenUntil });
  if (decision.allowed && file !== undefined) return { ok: true, value: { row, file } };
  return decision.allowed ? no(INVALID, row) : no(decision, row);
}

/** Looks at a link by its token; it uses nothing up. */
export async function lookAtRecipientLink(parts: Judging, brand: BrandStore, token: string): Promise<Found<LookedAt>> {
  // Whether a code was given is asked of what it opens, not of the link itself.
  return judged(parts, brand, await linkRows.byTokenHash(brand, tokenHash(token)), parts.now() + 1);
}

/** The file, for the browser in which the code was typed. */
export async function openRecipientFile(parts: Judging, brand: BrandStore, proof: string): Promise<Found<LookedAt>> {
  const row = await linkRows.byProvenHash(brand, tokenHash(proof));
  return judged(parts, brand, row, row?.proven_until ?? null);
}

const waitWords = (ms: number): string => (ms > 5_400_000 ? `${Math.ceil(ms / 3_600_000)} hours` : `${Math.max(1, Math.ceil(ms / 60_000))} minutes`);

/** Mails a code to the recipient: five an hour and ten a day for one link, five hundred a day for a brand. */
export async function sendRecipientCode(parts: RecipientLinkParts, brand: BrandStore, brandName: string, token: string): Promise<Found<{ readonly expiresAt: number }>> {
  const { keyring, now } = parts;
  const at = now();
  const found = await lookAtRecipientLink(parts, brand, token);
  if (!found.ok) return found;
  const { row } = found.value;
  const [ofLink, ofBrand] = await Promise.all([linkRows.sentSince(brand, at - DAY, row.id), linkRows.sentSince(brand, at - ONE_TIME_CODE.brandWindowMs)]);
  const sending = maySend({ person: ofLink, brand: ofBrand }, at);
  const retryAt = !sending.allowed ? sending.retryAt : ofLink.length >= CODES_A_DAY ? (ofLink[ofLink.length - CODES_A_DAY] as number) + DAY : null;
  if (retryAt !== null) return no(deny('recipient_link.too_many_codes', null, { wait: waitWords(retryAt - at), retryAfterSeconds: Math.ceil((retryAt - at) / 1_000) }), row);
  const id = newId('rfc');
  const { code, hash } = newOneTimeCode(keyring, id);
  const expiresAt = at + ONE_TIME_CODE.lifetimeMs;
  const statements = [
    linkRows.count(brand, row.id, row.asked),
    linkRows.insertCode(brand, { id, link_id: row.id, hash, created_at: at, expires_at: expiresAt, attempts: 0, used_at: null }),
    posting(keyring, brand, { to: recipientOf(keyring, row), agentId: null, name: '', brandName, kind: 'file_code', facts: { code, minutes: ONE_TIME_CODE.lifetimeMs / 60_000 } }, at),
  ];
  const entry: Entry = { id: newId('evt'), at, actor: { kind: 'anonymous', id: null }, event: 'recipient_link.code_sent', entity: { kind: 'recipient_link', id: row.id }, facts: { file: row.file_id } };
  try {
    await parts.commit([brand.part({ statements, entries: [entry] })]);
  } catch (error) {
    // Two asked at once: one mail is enough for both.
    if (!(error instanceof Conflict) || error.code !== 'recipient_link.busy') throw error;
  }
  return { ok: true, value: { expiresAt } };
}

/** Takes the code. What it gives is shown to that browser once; the link's earlier ones open nothing any more. */
export async function proveRecipient(parts: RecipientLinkParts, brand: BrandStore, token: string, typed: string): Promise<Found<LookedAt & { readonly proof: string; readonly until: number }>> {
  const { keyring, now } = parts;
  const at = now();
  const found = await lookAtRecipientLink(parts, brand, token);
  if (!found.ok) return found;
  const { row } = found.value;
  const code = await linkRows.latestCode(brand, row.id);
  const expired = (): Found<never> => no(deny('code.expired', null, {}), row);
  if (code === undefined || codeState({ expiresAt: code.expires_at, attempts: code.attempts, usedAt: code.used_at }, at) !== 'open') return expired();
  try {
    // Counted before it is compared: tries at the same moment count one by one.
    await brand.note([linkRows.countAttempt(brand, code.id, ONE_TIME_CODE.attempts)]);
    if (!oneTimeCodeMatches(keyring, code.id, typed, code.hash)) return no(deny('recipient_link.wrong_code', null, {}), row);
    const { text: secret } = newToken();
    const proof = `${brand.id}.${secret}`;
    const until = at + PROVEN_MS;
    const entry: Entry = { id: newId('evt'), at, actor: { kind: 'anonymous', id: null }, event: 'recipient_link.proven', entity: { kind: 'recipient_link', id: row.id }, facts: { file: row.file_id } };
    await parts.commit([brand.part({ statements: [linkRows.useCode(brand, code.id, at), linkRows.prove(brand, row.id, { hash: tokenHash(proof), until, at })], entries: [entry] })]);
    return { ok: true, value: { ...found.value, proof, until } };
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    if (error.code === 'code.exhausted' || error.code === 'code.used') return expired();
    if (error.code === 'recipient_link.revoked') return no(deny('recipient_link.revoked', null, {}), row);
    throw error;
  }
}

/** As an agent is shown it. */
export function shownRecipientLink(keyring: Pick<Keyring, 'open'>, row: RecipientLinkRow, nameOf: (id: string) => string, now: number) {
  const state = isOver(row) ? 'revoked' : now < row.expires_at ? 'open' : 'expired';
  return {
    id: row.id, recipient: recipientOf(keyring, row), state, createdAt: row.created_at, byName: row.created_by === null ? null : nameOf(row.created_by), expiresAt: row.expires_at,
    openedAt: row.opened_at, revokedAt: row.revoked_at ?? row.forward_ended_at,
  } as const;
}
