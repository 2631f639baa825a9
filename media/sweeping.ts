// Takes away what nobody points at: files no message took, blobs without a file, and bytes that a crash left behind. It proves that there are no orphans.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Blobs } from '#outside/blobs/blobs.ts';
import * as blobRows from '#store/blobs.ts';
import * as brandRows from '#store/brands.ts';
import * as fileRows from '#store/files.ts';
import { type BrandStore, Conflict, type Entry, type Store } from '#store/store.ts';
import * as uploadRows from '#store/uploads.ts';
import { newId } from '#identity/tokens.ts';

export interface SweepParts {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly spoolFolder: string;
  readonly now: () => number;
}

/** A file that no message carries is kept so long: its sender may still be writing. */
export const WAITING_KEPT_MS = 86_400_000;
/** Bytes without a row are left alone so long: the unit that will point at them may be under way. */
export const UNKNOWN_KEPT_MS = 3_600_000;
/** What antivirus held back and no message carries: so long somebody may still decide over it. Else whoever sends such files fills the disk for good. */
export const HELD_KEPT_MS = 30 * WAITING_KEPT_MS;
const BATCH = 200;

export interface Swept {
  /** Blobs that nobody pointed at any more. */
  readonly blobs: number;
  /** Bytes that no row ever knew. */
  readonly orphans: number;
}

/** Each with its row in the trail: it was held back with one. */
async function sweepHeld(brand: BrandStore, { store }: SweepParts, at: number): Promise<void> {
  for (const row of await fileRows.heldAlone(brand, at - HELD_KEPT_MS, BATCH)) {
    const entry: Entry = { id: newId('evt'), at, actor: { kind: 'system', id: null }, event: 'file.destroyed', entity: { kind: 'file', id: row.id }, facts: { channel: row.channel_id, bytes: row.bytes } };
    try {
      await store.commit([brand.part({ statements: [fileRows.forgetHeld(brand, row.id)], entries: [entry] })]);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}

/** The row first, under its guard; the bytes after: between the two nobody can be given them, and the next round finds them as unknown. */
async function sweepBrand(brand: BrandStore, parts: SweepParts, at: number): Promise<number> {
  const { blobs } = parts;
  await sweepHeld(brand, parts, at);
  await brand.note([fileRows.sweepWaiting(brand, at - WAITING_KEPT_MS), uploadRows.sweep(brand, at)]);
  let gone = 0;
  for (let full = true; full; ) {
    const rows = await blobRows.unused(brand, BATCH);
    full = rows.length === BATCH;
    for (const row of rows) {
      try {
        await brand.note([blobRows.forget(brand, row)]);
      } catch (error) {
        if (error instanceof Conflict) continue;
        throw error;
      }
      await blobs.remove(row.key);
      gone += 1;
    }
  }
  return gone;
}

/** What lies in the store of blobs and stands in no row, older than its time. */
async function sweepUnknown({ store, blobs }: SweepParts, before: number): Promise<number> {
  const known = new Map<string, ReadonlySet<string>>();
  let gone = 0;
  let batch: string[] = [];
  const brands = new Set((await brandRows.all(store.system)).map(({ id }) => id));
  async function judge(): Promise<void> {
    for (const [brandId, keys] of Map.groupBy(batch, (key) => key.split('/', 1)[0] ?? '')) {
      const brand = brands.has(brandId) ? store.brand(brandId) : null;
      if (brand !== null && !known.has(brandId)) known.set(brandId, await uploadRows.pieces(brand));
      const rows = brand === null ? new Set<string>() : await blobRows.known(brand, keys);
      for (const key of keys) {
        if (rows.has(key) || known.get(brandId)?.has(key) === true) continue;
        await blobs.remove(key);
        gone += 1;
      }
    }
    batch = [];
  }
  for await (const { key, at } of blobs.list()) {
    if (at >= before) continue;
    batch.push(key);
    if (batch.length === BATCH) await judge();
  }
  await judge();
  return gone;
}

/** What came in half when this node stopped. */
async function sweepSpool(folder: string, before: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found !== null && found.mtimeMs < before) await rm(path, { force: true });
  }
}

/** One round over every brand. `unknownBefore` (ms): bytes without a row that are older go. Several nodes may do it at once. */
export async function sweepMedia(parts: SweepParts, unknownBefore = parts.now() - UNKNOWN_KEPT_MS): Promise<Swept> {
  const at = parts.now();
  let blobs = 0;
  for (const { id } of await brandRows.all(parts.store.system)) blobs += await sweepBrand(parts.store.brand(id), parts, at);
  await sweepSpool(parts.spoolFolder, unknownBefore);
  return { blobs, orphans: await sweepUnknown(parts, unknownBefore) };
}
