// Uploads that go on after a cut: pieces are kept where blobs are, so that any node can go on; the whole is then taken in like any other file.
import { decideFile } from '#policy/decide/upload.ts';
import { type Denial, deny } from '#policy/decision.ts';
import { newId } from '#identity/tokens.ts';
import { BlobFault } from '#outside/blobs/blobs.ts';
import { type BrandId, Conflict } from '#store/store.ts';
import * as uploadRows from '#store/uploads.ts';
import type { UploadRow } from '#store/uploads.ts';
import { newBlobKey } from '#media/blob-keeping.ts';
import { readFileName } from '#media/file-name.ts';
import { asDeclared, type Incoming, type IntakeParts, takeIn, type TakenIn } from '#media/intake.ts';
import { discard, spool } from '#media/spool.ts';

/** An upload that is not gone on with for so long is forgotten. */
const UPLOAD_KEPT_MS = 3_600_000;
/** Under way of one person at once: a customer's message carries ten. */
const MOST_UPLOADS = Object.freeze({ customer: 10, agent: 20 });
/** Announced bytes of all that are under way on one side of a brand: who begins many and ends none fills no disk, and stops no agent. */
const MOST_ANNOUNCED = 4 * 1_073_741_824;
/** Pieces of one upload. */
const MOST_PIECES = 400;

export type Beginning = Pick<Incoming, 'channelId' | 'conversationId' | 'side' | 'author' | 'policy' | 'admission'> & { readonly door: UploadRow['door']; readonly name: string; readonly declaredType: string | null; readonly length: number };
export type Begun = { readonly ok: true; readonly upload: UploadRow } | { readonly ok: false; readonly denial: Denial };

const no = (code: 'upload.busy' | 'upload.missing' | 'upload.wrong_offset' | 'upload.storage_full' | 'upload.too_fast', facts: Readonly<Record<string, unknown>> = {}): { readonly ok: false; readonly denial: Denial } => ({ ok: false, denial: deny(code, null, facts) });

/** Judged as declared; what is refused here left no byte. */
export async function beginUpload(parts: IntakeParts, brandId: BrandId, beginning: Beginning): Promise<Begun> {
  const { channelId, conversationId, side, author, policy, door, name, declaredType, length } = beginning;
  const brand = parts.store.brand(brandId);
  const named = readFileName(name);
  const facts = asDeclared({ side, declaredBytes: length }, named);
  const declared = decideFile(policy, facts);
  if (!declared.allowed) {
    parts.judged?.({ brandId, channelId, author, facts, decision: declared, policy });
    return { ok: false, denial: declared };
  }
  const now = parts.now();
  const owner = { author_kind: author.kind as UploadRow['author_kind'], author_id: author.id ?? '' };
  const upload: UploadRow = {
    id: newId('upl'), channel_id: channelId, conversation_id: conversationId, side, ...owner, door, name: name.toWellFormed().replaceAll('\0', '').slice(0, 1_000), declared_type: declaredType?.slice(0, 200) ?? null,
    length, received: 0, pieces: '[]', file_id: null, created_at: now, expires_at: now + UPLOAD_KEPT_MS,
  };
  try {
    await brand.note([...(beginning.admission?.() ?? []), uploadRows.begin(brand, upload), ...uploadRows.withinUnderWay(brand, upload, { theirs: MOST_UPLOADS[side], announced: MOST_ANNOUNCED }, now)]);
  } catch (error) {
    if (error instanceof Conflict && (error.code === 'upload.too_fast' || error.code === 'upload.busy')) return no(error.code, { retryAfterSeconds: 60 });
    throw error;
  }
  return { ok: true, upload };
}

/** Their own, begun for this very place, that is still kept; else undefined, as for one that never was. */
export async function ownUpload(parts: Pick<IntakeParts, 'store' | 'now'>, brandId: BrandId, id: string, { author, channelId, conversationId }: Pick<Incoming, 'author' | 'channelId' | 'conversationId'>): Promise<UploadRow | undefined> {
  const row = await uploadRows.byId(parts.store.brand(brandId), id);
  if (row === undefined || row.author_kind !== author.kind || row.author_id !== author.id || row.expires_at <= parts.now()) return undefined;
  // A customer's conversation may have begun since.
  return row.channel_id === channelId && (row.conversation_id === null || row.conversation_id === conversationId) ? row : undefined;
}

export type Grown =
  | { readonly ok: true; readonly received: number; readonly whole: boolean }
  | { readonly ok: false; readonly denial: Denial };

const piecesOf = (row: UploadRow): string[] => JSON.parse(row.pieces) as string[];

/** One more piece, as far as it came: one that is cut off in the middle is kept up to there. */
export async function growUpload(parts: IntakeParts, brandId: BrandId, row: UploadRow, offset: number, body: AsyncIterable<Uint8Array>): Promise<Grown> {
  const brand = parts.store.brand(brandId);
  // One that has all its bytes is gone on with by an empty piece, however many it has.
  const isFull = row.received < row.length && piecesOf(row).length >= MOST_PIECES;
  if (offset !== row.received || row.file_id !== null || isFull) return no('upload.wrong_offset', { offset, received: row.received });
  const spooling = await spool(parts.spoolFolder, body, row.length - row.received, { keepBroken: true });
  if (!spooling.ok) return spooling.why === 'full' ? no('upload.storage_full') : { ok: false, denial: deny('upload.incomplete', null, { bytes: row.received + spooling.bytes, declaredBytes: row.length }) };
  const { spooled } = spooling;
  const { path, bytes } = spooled;
  let given = false;
  try {
    if (bytes === 0) return { ok: true, received: row.received, whole: row.received === row.length };
    const key = newBlobKey(brandId);
    await parts.blobs.put(key, path, spooled.flush);
    given = true;
    const received = row.received + bytes;
    try {
      await brand.note([uploadRows.grow(brand, row, { received, pieces: JSON.stringify([...piecesOf(row), key]), expires_at: parts.now() + UPLOAD_KEPT_MS })]);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      await parts.blobs.remove(key);
      return no('upload.wrong_offset', { offset });
    }
    return { ok: true, received, whole: received === row.length };
  } catch (error) {
    if (error instanceof BlobFault && error.code === 'blob.full') return no('upload.storage_full');
    throw error;
  } finally {
    spooled.close();
    if (!given) await discard(path);
  }
}

/** Being taken in on this node. Elsewhere the unit itself holds: whoever comes second writes nothing. */
const finishing = new Set<string>();
export type Finished = TakenIn | { readonly ok: false; readonly file: null; readonly denial: Denial };

/** Takes the whole in, once. Its pieces are nobody's then, whatever became of it. */
export async function finishUpload(parts: IntakeParts, brandId: BrandId, id: string, incoming: Omit<Incoming, 'name' | 'declaredType' | 'declaredBytes' | 'body' | 'fileId'>): Promise<Finished> {
  const brand = parts.store.brand(brandId);
  const missing: Finished = { ...no('upload.missing'), file: null };
  if (finishing.has(id)) return { ...no('upload.busy', { retryAfterSeconds: 1 }), file: null };
  finishing.add(id);
  try {
    const row = await uploadRows.byId(brand, id);
    if (row === undefined || row.file_id !== null || row.received !== row.length) return missing;
    const pieces = piecesOf(row);
    const body = (async function* whole(): AsyncGenerator<Uint8Array, void, void> {
      for (const key of pieces) yield* parts.blobs.read(key);
    })();
    const fileId = newId('fil');
    const admission = () => [...(incoming.admission?.() ?? []), uploadRows.finish(brand, id, fileId)];
    const taken = await takeIn(parts, brandId, { ...incoming, admission, fileId, name: row.name, declaredType: row.declared_type, declaredBytes: row.length, body });
    for (const key of pieces) await parts.blobs.remove(key);
    return taken;
  } catch (error) {
    if (error instanceof Conflict && error.code === 'upload.missing') return missing;
    throw error;
  } finally {
    finishing.delete(id);
  }
}

export async function cancelUpload(parts: IntakeParts, brandId: BrandId, row: UploadRow): Promise<void> {
  const brand = parts.store.brand(brandId);
  await brand.note([uploadRows.forget(brand, row.id)]);
  for (const key of piecesOf(row)) await parts.blobs.remove(key);
}
