// What a customer may have lying here that no message carries yet: so that whoever sends files and never a message fills no disk.
import { type Denial, deny } from '#policy/decision.ts';
import * as fileRows from '#store/files.ts';
import { type BrandStore, Conflict, type Statement } from '#store/store.ts';
import type { Incoming, Row } from '#media/file-rows.ts';

/** A message carries ten. What waits is forgotten after a day. */
export const MOST_WAITING = Object.freeze({ files: 40, bytes: 400 * 1_048_576 });
export const TOO_MANY_WAITING: Denial = deny('upload.too_many_waiting', null, { most: MOST_WAITING.files });

/** Those of a mail are carried by it. */
const waits = ({ author, door }: Pick<Incoming, 'author' | 'door'>): boolean => author.kind === 'customer' && author.id !== null && door !== 'mail';

/** Is there room for one more now? Asked before its bytes come. */
export async function hasRoom(brand: BrandStore, incoming: Incoming): Promise<boolean> {
  if (!waits(incoming)) return true;
  const { files, bytes } = await fileRows.waitingOf(brand, incoming.author.id ?? '');
  return files < MOST_WAITING.files && bytes + (incoming.declaredBytes ?? 0) <= MOST_WAITING.bytes;
}

/** Asked again in the unit that keeps it, behind its row. */
export const stillRoom = (brand: BrandStore, incoming: Incoming, row: Row): Statement[] => (waits(incoming) ? [fileRows.withinWaiting(brand, row, MOST_WAITING)] : []);

export const isTooMany = (error: unknown): boolean => error instanceof Conflict && error.code === TOO_MANY_WAITING.code;
