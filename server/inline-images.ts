// The images that a mail brought for its own text, as `data:` addresses: a document with an origin of its own has no cookie to fetch them with.
import { fileTypes } from '#policy/file-type-table.ts';
import * as fileRows from '#store/files.ts';
import type { BrandId } from '#store/store.ts';
import type { Parts } from '#server/parts.ts';

const RASTER: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
/** Of one document. */
const MOST_BYTES = 4 * 1_048_576;
const MOST_IMAGES = 30;

/** By Content-ID. `inline`: file ids by Content-ID, of files that were taken in. Whoever asks may see the conversation. */
export async function inlineImages({ store, media, log }: Pick<Parts, 'store' | 'media' | 'log'>, brandId: BrandId, inline: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
  const named = Object.entries(inline).slice(0, MOST_IMAGES);
  const rows = new Map((await fileRows.byIds(store.brand(brandId), named.map(([, id]) => id))).map((row) => [row.id, row]));
  const found = new Map<string, string>();
  let left = MOST_BYTES;
  for (const [contentId, id] of named) {
    const row = rows.get(id);
    const type = fileTypes.find((one) => one.id === row?.type_id)?.mediaType ?? '';
    if (row === undefined || row.state !== 'accepted' || row.blob_key === null || row.bytes === null || row.bytes > left || !RASTER.has(type)) continue;
    try {
      const pieces: Uint8Array[] = [];
      for await (const piece of media.blobs.read(row.blob_key)) pieces.push(piece as Uint8Array);
      left -= row.bytes;
      found.set(contentId, `data:${type};base64,${Buffer.concat(pieces).toString('base64')}`);
    } catch (error) {
      log.warn({ err: error, file: id }, 'an image of a mail could not be read; it is left out');
    }
  }
  return found;
}
