// What antivirus found: kept sealed, opened by nobody, until an administrator releases or removes it with a fresh code.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileTypeId } from '#policy/file-type-table.ts';
import { deny, type Denial } from '#policy/decision.ts';
import { newId } from '#identity/tokens.ts';
import { advance } from '#store/feed.ts';
import * as fileRows from '#store/files.ts';
import type { FileRow } from '#store/files.ts';
import { type BrandStore, Conflict, type Statement } from '#store/store.ts';
import { keepBlob } from '#media/blob-keeping.ts';
import { asRow, type Course, entryOf, type Row, rowOf, type TakenIn } from '#media/file-rows.ts';
import type { IntakeParts } from '#media/intake.ts';
import { SPOOLED_AS } from '#media/spool.ts';
import { stillRoom } from '#media/waiting.ts';
import { readReceipt } from '#media/receipt.ts';

const CIPHER = 'aes-256-gcm';

/** A key of its own, sealed with the keys of the house, stands in the receipt; the bytes under it are nothing to any other program. */
interface Seal { readonly key: string; readonly nonce: string; readonly tag: string }

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}

/** Keeps it sealed, and answers as a refusal: the sender learns that it was held back. */
export async function holdBack(parts: IntakeParts, brand: BrandStore, course: Course, { path, bytes }: { path: string; bytes: number }, found: string): Promise<TakenIn> {
  const { incoming, judged } = course;
  const sealed = `${path}.sealed`;
  const [key, nonce] = [randomBytes(32), randomBytes(12)];
  try {
    const cipher = createCipheriv(CIPHER, key, nonce);
    await pipeline(createReadStream(path), cipher, createWriteStream(sealed, { flags: 'wx', mode: 0o600 }));
    const sha256 = await digestOf(sealed);
    const file = await keepBlob(parts, brand, { path: sealed, bytes, sha256 }, async (blobKey, statements) => {
      const now = parts.now();
      const row = rowOf({ ...course, judged: [...judged, { step: 'antivirus', result: 'held back', code: 'upload.virus_found', facts: { found } }] }, now);
      const seal: Seal = { key: Buffer.from(parts.keyring.seal(key, `files/${row.id}`)).toString('base64'), nonce: nonce.toString('base64'), tag: cipher.getAuthTag().toString('base64') };
      const held: Row = { ...row, state: 'quarantined', denial: 'upload.virus_found', bytes, blob_key: blobKey, receipt: JSON.stringify({ ...JSON.parse(row.receipt), seal }) };
      await parts.commit([brand.part({ statements: [...(incoming.admission?.() ?? []), ...statements, fileRows.insert(brand, held), ...stillRoom(brand, incoming, held)], entries: [entryOf('file.quarantined', held, { found }, now)] })]);
      return asRow(held);
    });
    return { ok: false, file, denial: deny('upload.virus_found', null, { found, file: file.id }) };
  } finally {
    await rm(sealed, { force: true });
  }
}

export interface Deciding {
  readonly agentId: string;
  /** Uses the fresh code up, in the same unit. */
  readonly using: readonly Statement[];
  /** Whether metadata is removed from what is released. */
  readonly strips: boolean;
}

export type Decided = { readonly ok: true; readonly file: FileRow } | { readonly ok: false; readonly denial: Denial };

const missing: Decided = { ok: false, denial: deny('file.missing', null, {}) };

async function decide(parts: IntakeParts, brand: BrandStore, row: FileRow, { agentId, using }: Deciding, event: 'file.released' | 'file.destroyed', next: Pick<FileRow, 'state' | 'blob_key' | 'denial' | 'deleted_at' | 'bytes' | 'sha256'>, more: readonly Statement[] = []): Promise<void> {
  const now = parts.now();
  const before = readReceipt(row.receipt);
  const receipt = JSON.stringify({ policyVersion: before?.policyVersion ?? 0, at: before?.at ?? now, judged: [...(before?.judged ?? []), { step: 'quarantine', result: event === 'file.released' ? 'released' : 'refused', facts: { by: agentId, at: now } }] });
  const told = row.message_id === null ? [] : [fileRows.touchMessage(brand, row.message_id)];
  await parts.commit([brand.part({
    statements: [advance(brand), ...using, ...more, fileRows.release(brand, row.id, { ...next, receipt, created_at: row.message_id === null ? now : row.created_at }), ...told], bumps: ['inbox'],
    entries: [{ id: newId('evt'), at: now, actor: { kind: 'agent', id: agentId }, event, entity: { kind: 'file', id: row.id }, facts: { channel: row.channel_id, ...(row.conversation_id === null ? {} : { conversation: row.conversation_id }), bytes: row.bytes } }],
  })]);
}

async function guarded(work: () => Promise<Decided>): Promise<Decided> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Conflict) || (error.code !== 'file.not_quarantined' && error.code !== 'step_up.required')) throw error;
    return { ok: false, denial: deny(error.code, null, {}) };
  }
}

/** Opens the seal, takes metadata out as any other file's, and gives it to whoever may see its conversation. */
export function releaseFile(parts: IntakeParts, brandId: string, fileId: string, deciding: Deciding): Promise<Decided> {
  return guarded(async () => {
    const brand = parts.store.brand(brandId);
    const row = await fileRows.byId(brand, fileId);
    if (row === undefined) return missing;
    const seal = (JSON.parse(row.receipt) as { seal?: Seal }).seal;
    if (row.state !== 'quarantined' || row.blob_key === null || seal === undefined) return { ok: false, denial: deny('file.not_quarantined', null, {}) };
    const path = join(parts.spoolFolder, newId(SPOOLED_AS));
    const bare = `${path}.bare`;
    try {
      const decipher = createDecipheriv(CIPHER, parts.keyring.open(Buffer.from(seal.key, 'base64'), `files/${row.id}`), Buffer.from(seal.nonce, 'base64')).setAuthTag(Buffer.from(seal.tag, 'base64'));
      await pipeline(Readable.from(parts.blobs.read(row.blob_key), { objectMode: false }), decipher, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
      const examined = await parts.examiners.examine({ path, claimed: row.type_id as FileTypeId, out: bare, strips: deciding.strips }, { of: ['house', brand.id, `agent ${deciding.agentId}`], outside: false });
      // Released as any other file, or not at all: what cannot be stripped or cleaned now stays held back.
      if (!examined.ok) return { ok: false, denial: deny(examined.code, examined.code === 'upload.not_stripped' ? 'upload.strip_metadata' : null, examined.facts) };
      const from = examined.written ? bare : path;
      const sha256 = await digestOf(from);
      const bytes = examined.written ? (await stat(from)).size : (row.bytes ?? 0);
      await keepBlob(parts, brand, { path: from, bytes, sha256 }, (blobKey, statements) => decide(parts, brand, row, deciding, 'file.released', { state: 'accepted', blob_key: blobKey, denial: null, deleted_at: null, bytes, sha256 }, statements));
      return { ok: true, file: (await fileRows.byId(brand, fileId)) ?? row };
    } finally {
      await Promise.all([rm(path, { force: true }), rm(bare, { force: true })]);
    }
  });
}

/** Its bytes go with the next sweep; the message that carried it says on that it was held back. */
export function destroyFile(parts: IntakeParts, brandId: string, fileId: string, deciding: Deciding): Promise<Decided> {
  return guarded(async () => {
    const brand = parts.store.brand(brandId);
    const row = await fileRows.byId(brand, fileId);
    if (row === undefined) return missing;
    await decide(parts, brand, row, deciding, 'file.destroyed', { state: 'refused', blob_key: null, denial: 'upload.virus_found', deleted_at: parts.now(), bytes: row.bytes, sha256: null });
    return { ok: true, file: (await fileRows.byId(brand, fileId)) ?? row };
  });
}
