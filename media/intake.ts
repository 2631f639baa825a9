// The one way a file comes in, from whichever door: judged as declared, counted, recognised, looked through, stripped, stored; then a message may carry it.
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { decideDeclaredUpload, decideUpload, uploadSettings, type UploadSide } from '#policy/decide/upload.ts';
import { type Denial, type DenialCode, deny } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import type { Key } from '#policy/catalogue.ts';
import type { Keyring } from '#identity/keyring.ts';
import { newId } from '#identity/tokens.ts';
import type { Antivirus } from '#outside/antivirus/antivirus.ts';
import { BlobFault, type Blobs } from '#outside/blobs/blobs.ts';
import * as fileRows from '#store/files.ts';
import type { FileAuthor, FileRow } from '#store/files.ts';
import type { BrandId, BrandStore, Committed, Entry, Part, Statement, Store } from '#store/store.ts';
import { keepBlob } from '#media/blob-keeping.ts';
import { recognise } from '#media/content.ts';
import { type NamedFile, readFileName } from '#media/file-name.ts';
import { bySetting, type Judged, type Receipt, refusedAt, type Step } from '#media/receipt.ts';
import { spool } from '#media/spool.ts';

export interface IntakeParts {
  readonly store: Store;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly keyring: Pick<Keyring, 'mac' | 'seal' | 'open'>;
  readonly blobs: Blobs;
  /** Null: none is configured, and nothing is looked through. */
  readonly antivirus: Antivirus | null;
  /** A folder of this node alone, where files lie while they come in. */
  readonly spoolFolder: string;
  readonly now: () => number;
}

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
}

export type TakenIn = { readonly ok: true; readonly file: FileRow } | { readonly ok: false; readonly file: FileRow; readonly denial: Denial };
type Row = Parameters<typeof fileRows.insert>[1];

/** What is being judged, and what was judged of it. */
interface Course {
  readonly incoming: Incoming;
  readonly named: NamedFile;
  readonly judged: Judged[];
}

const faultOf = (code: DenialCode, setting: Key | null = null, facts: Readonly<Record<string, unknown>> = {}): Denial => deny(code, setting, facts);

function rowOf({ incoming, named, judged }: Course, now: number): Row {
  const { channelId, conversationId, side, author, door, declaredType, policy } = incoming;
  const receipt: Receipt = { policyVersion: policy.version, at: now, judged };
  return {
    id: newId('fil'), channel_id: channelId, conversation_id: conversationId, name: named.name, declared_type: declaredType?.slice(0, 200) ?? null, type_id: named.extensionType, bytes: null, sha256: null, blob_key: null,
    state: 'refused', denial: null, side, author_kind: author.kind, author_id: author.id, door, receipt: JSON.stringify(receipt), stripped: 0, link_salt: randomBytes(16), created_at: now,
  };
}

const asRow = (row: Row): FileRow => ({ ...row, message_id: null, position: 0, attached_at: null, deleted_at: null });

function entryOf(event: string, row: Row, facts: Readonly<Record<string, unknown>>, now: number): Entry {
  const kind = row.author_kind;
  return {
    id: newId('evt'), at: now, actor: { kind, id: row.author_id }, event, entity: { kind: 'file', id: row.id },
    facts: { channel: row.channel_id, ...(row.conversation_id === null ? {} : { conversation: row.conversation_id }), side: row.side, door: row.door, type: row.type_id, bytes: row.bytes, ...facts },
  };
}

/** Takes one file in. Throws `Conflict` where `admission` does not hold any more, and `StoreFault`; what the sender did wrong is a denial with a row. */
export async function takeIn(parts: IntakeParts, brandId: BrandId, incoming: Incoming): Promise<TakenIn> {
  const brand = parts.store.brand(brandId);
  const course: Course = { incoming, named: readFileName(incoming.name), judged: [] };
  const { policy, side, declaredBytes } = incoming;
  const { extensionType, unsafe: unsafeName } = course.named;
  const declared = decideDeclaredUpload(policy, { side, extensionType, unsafeName, declaredBytes });
  if (!declared.allowed) return refuse(parts, brand, course, 'declared', declared, declaredBytes);
  course.judged.push({ step: 'declared', result: 'passed', ...bySetting(policy, uploadSettings[side].enabled) });
  const most = policy.values['upload.max_bytes'];
  const spooling = await spool(parts.spoolFolder, incoming.body, Math.min(most, declaredBytes ?? most));
  if (!spooling.ok) {
    const { why, bytes } = spooling;
    // More than was announced, and still not more than the setting allows: a lie, or a mistake, about the length.
    const over = bytes > most ? decideUpload(policy, { side, extensionType, unsafeName, declaredBytes: null, bytes, contentType: extensionType }) : faultOf('upload.incomplete', null, { bytes, declaredBytes });
    const denial = why === 'full' ? faultOf('upload.storage_full') : why === 'over' && !over.allowed ? over : faultOf('upload.incomplete', null, { bytes, declaredBytes });
    return refuse(parts, brand, course, 'counted', denial, bytes);
  }
  try {
    return await judgeSpooled(parts, brand, course, spooling.spooled);
  } finally {
    await rm(spooling.spooled.path, { force: true });
  }
}

async function judgeSpooled(parts: IntakeParts, brand: BrandStore, course: Course, { path, bytes, sha256 }: { path: string; bytes: number; sha256: string }): Promise<TakenIn> {
  const { incoming: { side, declaredBytes }, named: { extensionType, unsafe: unsafeName }, judged } = course;
  const policy = course.incoming.policyNow?.() ?? course.incoming.policy;
  if (declaredBytes !== null && bytes !== declaredBytes) return refuse(parts, brand, course, 'counted', faultOf('upload.incomplete', null, { bytes, declaredBytes }), bytes);
  judged.push({ step: 'counted', result: 'passed', ...bySetting(policy, 'upload.max_bytes'), facts: { bytes } });
  const contentType = extensionType === null ? null : await recognise(path, extensionType);
  const counted = decideUpload(policy, { side, extensionType, unsafeName, declaredBytes, bytes, contentType });
  if (!counted.allowed) return refuse(parts, brand, course, 'type', counted, bytes);
  judged.push({ step: 'type', result: 'passed', ...bySetting(policy, uploadSettings[side].types), facts: { contentType } });
  const verdict = parts.antivirus === null ? null : await parts.antivirus.scan(createReadStream(path, { highWaterMark: 256 * 1024 }));
  if (verdict?.outcome === 'unknown') return refuse(parts, brand, course, 'antivirus', faultOf('upload.not_scanned', null, { why: verdict.why }), bytes);
  judged.push({ step: 'antivirus', result: verdict === null ? 'off' : 'passed' });
  return accept(parts, brand, course, { path, bytes, sha256 });
}

async function accept(parts: IntakeParts, brand: BrandStore, course: Course, kept: { path: string; bytes: number; sha256: string }): Promise<TakenIn> {
  const { incoming, judged } = course;
  const bytes = (await stat(kept.path)).size;
  try {
    const file = await keepBlob(parts, brand, { ...kept, bytes }, async (blobKey, blobStatements) => {
      const now = parts.now();
      const row: Row = { ...rowOf({ ...course, judged: [...judged, { step: 'stored', result: 'passed', facts: { bytes } }] }, now), state: 'accepted', bytes, sha256: kept.sha256, blob_key: blobKey };
      const statements = [...(incoming.admission?.() ?? []), ...blobStatements, fileRows.insert(brand, row)];
      await parts.commit([brand.part({ statements, entries: [entryOf('file.accepted', row, { stripped: row.stripped === 1 }, now)] })]);
      return asRow(row);
    });
    return { ok: true, file };
  } catch (error) {
    if (error instanceof BlobFault && error.code === 'blob.full') return refuse(parts, brand, course, 'stored', faultOf('upload.storage_full'), bytes);
    throw error;
  }
}

/** A refused file is a row, so that the message that carried it can say so. Over HTTP the row of the trail is written with the answer; for a mail nobody answers. */
async function refuse(parts: IntakeParts, brand: BrandStore, course: Course, step: Step, denial: Denial, bytes: number | null): Promise<TakenIn> {
  const { incoming, judged } = course;
  const now = parts.now();
  judged.push(refusedAt(step, incoming.policy, denial));
  const row: Row = { ...rowOf(course, now), denial: denial.code, bytes };
  const statements = [...(incoming.admission?.() ?? []), fileRows.insert(brand, row)];
  const facts = { code: denial.code, ...(denial.setting === null ? {} : { setting: denial.setting, origin: incoming.policy.origins[denial.setting], policyVersion: incoming.policy.version }), ...denial.facts };
  if (incoming.door === 'mail') await parts.commit([brand.part({ statements, entries: [entryOf('file.refused', row, facts, now)] })]);
  else await brand.note(statements);
  return { ok: false, file: asRow(row), denial: deny(denial.code, denial.setting, { ...denial.facts, channel: incoming.channelId, file: row.id, ...(incoming.conversationId === null ? {} : { conversation: incoming.conversationId }) }) };
}
