// Who opened which file: the first time is written before the first byte leaves, and what follows from the same person is the same opening.
import { newId } from '#identity/tokens.ts';
import type { BrandStore, Entry, Part } from '#store/store.ts';

/** A video is asked for in many parts, a page again and again: so long they count as one opening, ms. */
export const SAME_OPENING_MS = 10 * 60_000;
/** Openings remembered at once; beyond it the oldest is forgotten, and would be written once more. */
const MOST = 20_000;

export interface Opening {
  readonly actor: Entry['actor'];
  /** Who counts as one: a session, or a network for people nobody knows. */
  readonly viewer: string;
  readonly fileId: string;
  readonly conversationId: string | null;
  /** A thumbnail shows what is in it too; it is an opening of its own. */
  readonly what: 'file' | 'thumbnail';
  readonly by: 'session' | 'link' | 'recipient';
  readonly address: string | null;
  /** The link it came by, for a recipient's. */
  readonly link?: string;
}

export interface Openings {
  /** Durable when it resolves. Rejects when the row cannot be written: then nothing is opened. */
  note(brand: BrandStore, opening: Opening): Promise<void> | undefined;
  size(): number;
}

export interface OpeningParts {
  readonly commit: (parts: Part[]) => Promise<unknown>;
  readonly now: () => number;
  /** Never set back. */
  readonly uptime: () => number;
}

export function openOpenings({ commit, now, uptime }: OpeningParts): Openings {
  /** `row`: while it is being written, so that a second part waits for the first one's row. */
  const known = new Map<string, { readonly at: number; row?: Promise<void> | undefined }>();

  async function write(brand: BrandStore, { actor, fileId, conversationId, what, by, address, link }: Opening): Promise<void> {
    const entry: Entry = {
      id: newId('evt'), at: now(), actor, event: 'file.opened', entity: { kind: 'file', id: fileId },
      facts: { conversation: conversationId, what, by, address, ...(link === undefined ? {} : { link }) },
    };
    await commit([brand.part({ statements: [], entries: [entry] })]);
  }

  return {
    size: () => known.size,
    note(brand, opening) {
      const key = `${brand.id} ${opening.viewer} ${opening.fileId} ${opening.what}`;
      const at = uptime();
      const last = known.get(key);
      if (last !== undefined && at - last.at < SAME_OPENING_MS) return last.row;
      const one: { at: number; row?: Promise<void> | undefined } = { at };
      one.row = write(brand, opening).then(
        () => {
          one.row = undefined;
        },
        (error: unknown) => {
          if (known.get(key) === one) known.delete(key);
          throw error;
        },
      );
      known.delete(key);
      known.set(key, one);
      if (known.size > MOST) known.delete(known.keys().next().value as string);
      return one.row;
    },
  };
}
