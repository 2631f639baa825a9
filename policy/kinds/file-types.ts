// Ticks in the table of known file types.
import { type Fault, type Parsed, fault, parsed, refused, shown } from '../fault.ts';
import { type FileType, type FileTypeId, fileTypes } from '../file-type-table.ts';
import { type JsonSchema, type Kind, comparison } from '../kind.ts';

export interface FileTypesKind extends Kind<readonly FileTypeId[]> {
  readonly name: 'file-types';
  readonly options: readonly FileType[];
}

const known = fileTypes.map((type) => type.id);

/** Puts ticks in the order of the table, each once. */
const inOrder = (ticked: (id: FileTypeId) => boolean): readonly FileTypeId[] => Object.freeze(known.filter(ticked));
const within = (a: readonly FileTypeId[], b: readonly FileTypeId[]): boolean => a.every((id) => b.includes(id));

function parse(input: unknown, label: string, path: string): Parsed<readonly FileTypeId[]> {
  if (!Array.isArray(input)) return refused(fault(path, 'types.not_list', label, 'be a list of file types', shown(input)));
  if (input.length > 1_000) return refused(fault(path, 'types.too_many', label, 'be a list of at most 1,000 file types', String(input.length)));
  const faults: Fault[] = [];
  for (const [n, id] of input.entries()) {
    if (!(known as readonly unknown[]).includes(id)) faults.push(fault(`${path}/${n}`, 'types.unknown', label, `name known types (${known.join(', ')})`, shown(id)));
  }
  return faults.length > 0 ? refused(...faults) : parsed(inOrder((id) => input.includes(id)));
}

export function fileTypeTicks(): FileTypesKind {
  return Object.freeze({
    name: 'file-types',
    options: fileTypes,
    parse,
    print: (value: readonly FileTypeId[]) => (value.length === 0 ? 'No file type' : value.join(', ')),
    compare: (a: readonly FileTypeId[], b: readonly FileTypeId[]) => comparison(within(a, b), within(b, a)),
    tighter: (a: readonly FileTypeId[], b: readonly FileTypeId[]) => inOrder((id) => a.includes(id) && b.includes(id)),
    jsonSchema: (): JsonSchema => ({ type: 'array', items: { enum: [...known] }, uniqueItems: true }),
  });
}
