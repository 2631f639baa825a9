// The row of a file that came in or was refused, its receipt and its row in the trail: made in one place, whatever became of the file.
import { randomBytes } from 'node:crypto';
import type { Key } from '#policy/catalogue.ts';
import { type Denial, type DenialCode, deny } from '#policy/decision.ts';
import type { UploadSide } from '#policy/decide/upload.ts';
import type { Policy } from '#policy/effective.ts';
import { newId } from '#identity/tokens.ts';
import type * as fileRows from '#store/files.ts';
import type { FileAuthor, FileRow } from '#store/files.ts';
import type { Entry, Statement } from '#store/store.ts';
import type { Allowance } from '#media/examiners.ts';
import type { NamedFile } from '#media/file-name.ts';
import type { Judged, Receipt } from '#media/receipt.ts';

export interface Incoming {
  readonly channelId: string;
  /** Where it is known already. */
  readonly conversationId: string | null;
  readonly side: UploadSide;
  readonly author: FileAuthor;
  readonly door: FileRow['door'];
  /** As the sender gave it; it is cleaned here. */
  readonly name: string;
  readonly declaredType: string | null;
  /** Null where nobody said. Another number than what comes is refused. */
  readonly declaredBytes: number | null;
  readonly body: AsyncIterable<Uint8Array>;
  /** The channel's: `brand.policyIn(channelId)`. */
  readonly policy: Policy;
  /** As it stands once the last byte has come: a file that takes minutes is judged by what holds then. */
  readonly policyNow?: () => Policy;
  /** Guards that must still hold when the row is written: the session is open, the conversation there. */
  readonly admission?: () => readonly Statement[];
  /** The network that a chat's comes from. A session costs nothing there, so whose turn it is does not go by the person alone. */
  readonly network?: string;
  /** Whoever sends it waits no more: it is looked through for nobody. */
  readonly gone?: AbortSignal;
  /** Told that it waits for its turn to be looked through, and that it does no more. */
  readonly waits?: (waiting: boolean) => void;
  /** What the files that come with it may have together. */
  readonly allowance?: Allowance;
  /** The id that its row is to have, where something else written in the same unit names it. */
  readonly fileId?: string;
}

export type TakenIn = { readonly ok: true; readonly file: FileRow } | { readonly ok: false; readonly file: FileRow; readonly denial: Denial };
export type Row = Parameters<typeof fileRows.insert>[1];

/** What is being judged, and what was judged of it. */
export interface Course {
  readonly incoming: Incoming;
  readonly named: NamedFile;
  readonly judged: Judged[];
}

export const faultOf = (code: DenialCode, setting: Key | null = null, facts: Readonly<Record<string, unknown>> = {}): Denial => deny(code, setting, facts);

export function rowOf({ incoming, named, judged }: Course, now: number): Row {
  const { channelId, conversationId, side, author, door, declaredType, policy } = incoming;
  const receipt: Receipt = { policyVersion: policy.version, at: now, judged };
  return {
    id: incoming.fileId ?? newId('fil'), channel_id: channelId, conversation_id: conversationId, name: named.name, declared_type: declaredType?.slice(0, 200) ?? null, type_id: named.extensionType, bytes: null, sha256: null, blob_key: null,
    state: 'refused', denial: null, side, author_kind: author.kind, author_id: author.id, door, receipt: JSON.stringify(receipt), stripped: 0, link_salt: randomBytes(16), created_at: now,
  };
}

export const asRow = (row: Row): FileRow => ({ ...row, message_id: null, position: 0, attached_at: null, deleted_at: null });

export function entryOf(event: string, row: Row, facts: Readonly<Record<string, unknown>>, now: number): Entry {
  const kind = row.author_kind;
  return {
    id: newId('evt'), at: now, actor: { kind, id: row.author_id }, event, entity: { kind: 'file', id: row.id },
    facts: { channel: row.channel_id, ...(row.conversation_id === null ? {} : { conversation: row.conversation_id }), side: row.side, door: row.door, type: row.type_id, bytes: row.bytes, ...facts },
  };
}
