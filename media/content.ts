// What a file really is, by its content: a library's eye for signatures, and our own for what it does not know.
import { fileTypeFromFile } from 'file-type';
import { type FileTypeId, fileTypes } from '#policy/file-type-table.ts';

const byExtension: ReadonlyMap<string, FileTypeId> = new Map(fileTypes.flatMap((type) => type.extensions.map((extension) => [extension, type.id] as const)));

/** The known type of the file at `path`; null for none of the table. */
export async function recognise(path: string, claimed: FileTypeId): Promise<FileTypeId | null> {
  const found = await fileTypeFromFile(path);
  if (found === undefined) return claimed === 'txt' || claimed === 'csv' ? claimed : null;
  return byExtension.get(found.ext) ?? null;
}
