// Small pictures of files: made once of each blob when somebody first asks, kept beside it, and gone with it.
import type { FileTypeId } from '#policy/file-type-table.ts';
import type { Blobs } from '#outside/blobs/blobs.ts';
import type { BrandStore } from '#store/store.ts';
import * as thumbnailRows from '#store/thumbnails.ts';
import { ConverterFault, type Converters } from '#media/converter.ts';

export interface Source {
  readonly key: string;
  readonly bytes: number;
  readonly typeId: string | null;
}

export interface Thumbnails {
  /** A WebP, at most 480 pixels long; null where none can be made. */
  of(brand: BrandStore, source: Source): Promise<Uint8Array | null>;
}

export interface ThumbnailParts {
  readonly blobs: Blobs;
  readonly converters: Converters;
  readonly now: () => number;
}

const CHILD = new URL('./thumbnail-child.ts', import.meta.url);
/** How the picture of a type is made; of others there is none. */
const DRAWN: Readonly<Partial<Record<FileTypeId, 'image' | 'svg' | 'pdf'>>> = { jpeg: 'image', png: 'image', webp: 'image', gif: 'image', svg: 'svg', pdf: 'pdf' };

export const hasThumbnail = (typeId: string | null): boolean => typeId !== null && Object.hasOwn(DRAWN, typeId);

export function openThumbnails({ blobs, converters, now }: ThumbnailParts): Thumbnails {
  /** Being made: who asks meanwhile gets the same. */
  const making = new Map<string, Promise<Uint8Array | null>>();

  async function make(brand: BrandStore, { key, typeId }: Source): Promise<Uint8Array | null> {
    let picture: Uint8Array | null = null;
    try {
      picture = await converters.run(CHILD, [DRAWN[typeId as FileTypeId] as string], blobs.read(key));
    } catch (error) {
      if (!(error instanceof ConverterFault)) throw error;
      // Others wait: that says nothing of this file, and it is tried again when it is next asked for.
      if (error.code === 'busy') return null;
    }
    // That none can be made is kept too: a file that takes a converter down does so once.
    await brand.note([thumbnailRows.put(brand, { blob_key: key, picture, made_at: now() })]);
    return picture;
  }

  return {
    async of(brand, source) {
      if (!hasThumbnail(source.typeId)) return null;
      const known = await thumbnailRows.of(brand, source.key);
      if (known !== undefined) return known.picture;
      const name = `${brand.id} ${source.key}`;
      const present = making.get(name) ?? make(brand, source).finally(() => making.delete(name));
      making.set(name, present);
      return present;
    },
  };
}
