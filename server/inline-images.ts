// The images that a mail brought for its own text, as `data:` addresses: a document with an origin of its own has no cookie to fetch them with.
import type { BrandId } from '#store/store.ts';
import type { Parts } from '#server/parts.ts';

/** By Content-ID. `inline`: file ids by Content-ID, of files that were taken in. */
export async function inlineImages(_parts: Parts, _brandId: BrandId, _inline: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
  return new Map();
}
