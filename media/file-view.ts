// Files as messages show them, on both sides: what it is called, what became of it, and why it was refused.
import { type DenialCode, denials, deny, sentenceOf } from '#policy/decision.ts';
import { fileTypes } from '#policy/file-type-table.ts';
import type { FileRow } from '#store/files.ts';
import { readReceipt } from '#media/receipt.ts';
import { hasThumbnail } from '#media/thumbnails.ts';

export interface ShownFile {
  readonly id: string;
  /** Empty once it was removed. */
  readonly name: string;
  /** The id of a known type; null where it is none. */
  readonly type: string | null;
  readonly mediaType: string | null;
  readonly bytes: number | null;
  /** `refused` and `quarantined`: there is nothing to open, and `refusal` says why. `deleted`: it was removed. */
  readonly state: FileRow['state'];
  readonly refusal: Refusal | null;
  /** A small picture of it can be asked for. */
  readonly thumbnail: boolean;
}

export interface Refusal {
  readonly code: string;
  /** As in "scan.zip was refused: type not allowed". */
  readonly words: string;
  /** What its sender can do. */
  readonly detail: string;
}

const mediaTypes: ReadonlyMap<string, string> = new Map(fileTypes.map(({ id, mediaType }) => [id, mediaType]));
const lowered = (title: string): string => `${title.slice(0, 1).toLowerCase()}${title.slice(1)}`;

function refusalOf(row: Pick<FileRow, 'denial' | 'receipt'>): Refusal | null {
  if (row.denial === null) return null;
  // A code of a later version has no words here.
  if (!Object.hasOwn(denials, row.denial)) return { code: row.denial, words: 'not taken', detail: 'This file was not taken.' };
  const code = row.denial as DenialCode;
  const facts = readReceipt(row.receipt)?.judged.findLast((one) => one.code === code)?.facts ?? {};
  return { code, words: lowered(denials[code].title), detail: sentenceOf(deny(code, null, facts)) };
}

export function shownFile(row: FileRow): ShownFile {
  const { id, name, type_id: type, bytes, state } = row;
  return { id, name, type, mediaType: type === null ? null : (mediaTypes.get(type) ?? null), bytes, state, refusal: refusalOf(row), thumbnail: state === 'accepted' && hasThumbnail(type) };
}

/** In the order they stand in the message. */
export const shownFiles = (rows: readonly FileRow[] | undefined): readonly ShownFile[] => (rows === undefined ? NONE : rows.map(shownFile));
const NONE: readonly ShownFile[] = Object.freeze([]);
