// Small pictures of files: made once of each blob when somebody first asks, kept beside it, and gone with it. Who asks waits a moment for it, and is else told to ask again.
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

/** Whose file it is, and what kind of viewer asks: the pictures of one sender are made one after the other, and viewers of one kind take turns with those of others. */
export interface Asking {
  readonly author: string;
  readonly viewer: string;
}

/** Null: none can be made. */
type Picture = Uint8Array | null;

export interface Thumbnails {
  /** A WebP, at most 480 pixels long; null where none can be made; `later` where it is not there yet: whoever wants it asks again. */
  of(brand: BrandStore, source: Source, asking: Asking): Promise<Picture | 'later'>;
  /** After the converters were closed: resolves when nothing more is written. */
  close(): Promise<void>;
}

export interface ThumbnailParts {
  readonly blobs: Blobs;
  readonly converters: Converters;
  readonly now: () => number;
  /** How long somebody who asks waits for one to be made, ms. */
  readonly waitMs?: number | undefined;
}

/** A page has six connections to us, and each such wait holds one. */
const WAIT_MS = 2_000;
const CHILD = new URL('./thumbnail-child.ts', import.meta.url);
/** How the picture of a type is made; of others there is none. */
const DRAWN: Readonly<Partial<Record<FileTypeId, 'image' | 'svg' | 'pdf'>>> = { jpeg: 'image', png: 'image', webp: 'image', gif: 'image', svg: 'svg', pdf: 'pdf' };

/** A program in a page or a drawing may go on for as long as it is let; pixels are many, and no more than so many. ms */
const WITHIN_MS = Object.freeze({ image: 10_000, svg: 5_000, pdf: 5_000 });

export const hasThumbnail = (typeId: string | null): boolean => typeId !== null && Object.hasOwn(DRAWN, typeId);

export function openThumbnails({ blobs, converters, now, waitMs = WAIT_MS }: ThumbnailParts): Thumbnails {
  /** Being made: who asks meanwhile gets the same. */
  const making = new Map<string, Promise<Picture | 'later'>>();

  async function make(brand: BrandStore, { key, typeId }: Source, { author, viewer }: Asking): Promise<Picture | 'later'> {
    const kind = DRAWN[typeId as FileTypeId] as keyof typeof WITHIN_MS;
    let picture: Picture = null;
    let known: thumbnailRows.ThumbnailRow | undefined;
    const wanted = async (): Promise<boolean> => (known = await thumbnailRows.of(brand, key)) === undefined;
    try {
      picture = await converters.run({ script: CHILD, args: [kind], bytes: blobs.read(key), turn: { of: [viewer, brand.id, author], outside: viewer === 'customer' }, withinMs: WITHIN_MS[kind], wanted });
      // Asked for from elsewhere too, and made there.
      if (known !== undefined) return known.picture;
    } catch (error) {
      if (!(error instanceof ConverterFault)) throw error;
      // Others wait: that says nothing of this file, and it is tried again when it is next asked for.
      if (error.code === 'busy') return 'later';
    }
    // That none can be made is kept too: a file that takes a converter down, or all of its time, does so once.
    await brand.note([thumbnailRows.put(brand, { blob_key: key, picture, made_at: now() })]);
    return picture;
  }

  /** What comes of it, or that it takes longer than anybody should wait. */
  async function soon(made: Promise<Picture | 'later'>): Promise<Picture | 'later'> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'later'>((resolve) => (timer = setTimeout(resolve, waitMs, 'later')));
    try {
      return await Promise.race([made, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async of(brand, source, asking) {
      if (!hasThumbnail(source.typeId)) return null;
      const known = await thumbnailRows.of(brand, source.key);
      if (known !== undefined) return known.picture;
      // Viewers of each kind have turns of their own: who waits among few does not wait among many because one of those asked first.
      const name = `${brand.id} ${asking.viewer} ${source.key}`;
      let present = making.get(name);
      if (present === undefined) {
        present = make(brand, source, asking).finally(() => making.delete(name));
        making.set(name, present);
        // It may fail when nobody waits for it any more.
        present.catch(() => undefined);
      }
      return soon(present);
    },
    async close() {
      await Promise.allSettled(making.values());
    },
  };
}
