// The entries of a list setting as they are given: read one by one, faults named, equal ones folded, notes kept to the letter.
import { type Fault, fault, firstUnstorable, isRecord, shown } from './fault.ts';

export interface ListEntry {
  readonly value: string;
  readonly note?: string;
}

/** Why an entry is refused: `must` is the half of the sentence that follows "must". */
export interface EntryRefusal {
  readonly code: string;
  readonly must: string;
  readonly offer?: string;
}

/** One entry to its canonical text, or why not. */
type ReadText = (text: string) => string | EntryRefusal;

export const MAX_ENTRIES = 100_000;
/** In characters (code points). */
export const MAX_NOTE = 200;

/** Entries come as records, as texts, or as one text with commas or new lines between. */
export function readEntries(input: unknown, readText: ReadText, label: string, path: string, faults: Fault[]): ListEntry[] {
  const given = typeof input === 'string' ? splitEntries(input) : input;
  const at = `${path}/entries`;
  if (!Array.isArray(given)) {
    faults.push(fault(at, 'list.entries', label, 'have its entries in a list or in one text', shown(given)));
    return [];
  }
  if (given.length > MAX_ENTRIES) {
    faults.push(fault(at, 'list.too_many', label, `have at most ${MAX_ENTRIES.toLocaleString('en')} entries`, given.length.toLocaleString('en')));
    return [];
  }
  const entries: ListEntry[] = [];
  for (let n = 0; n < given.length; n += 1) {
    const entry = readEntry(given[n], readText, label, `${at}/${n}`, faults);
    if (entry !== undefined) entries.push(entry);
  }
  return withoutDuplicates(entries);
}

/** Blanks beside a separator belong to it; empty lines are nothing. Blanks inside an entry stay, for the grammar to refuse. */
function splitEntries(text: string): string[] {
  return text.split(/[,\n]/).map((part) => part.replace(/^[ \t\r]+|[ \t\r]+$/g, '')).filter((part) => part !== '');
}

function readEntry(input: unknown, readText: ReadText, label: string, path: string, faults: Fault[]): ListEntry | undefined {
  const text = isRecord(input) && Object.hasOwn(input, 'value') ? input['value'] : input;
  if (typeof text !== 'string') {
    faults.push(fault(path, 'list.entry', label, 'have text entries or entries with a value and a note', shown(text)));
    return undefined;
  }
  const read = readText(text);
  if (typeof read !== 'string') {
    const must = read.offer === undefined ? read.must : `${read.must} (perhaps ${read.offer})`;
    faults.push(fault(path, read.code, label, must, shown(text), read.offer));
  }
  const note = isRecord(input) ? readNote(input, label, path, faults) : undefined;
  if (typeof read !== 'string') return undefined;
  return Object.freeze(note === undefined ? { value: read } : { value: read, note });
}

/** Notes are free text: kept to the letter, or refused with the reason. */
function readNote(input: Readonly<Record<string, unknown>>, label: string, path: string, faults: Fault[]): string | undefined {
  for (const field of Object.keys(input)) {
    if (field !== 'value' && field !== 'note') faults.push(fault(path, 'list.unknown_field', label, 'have the fields value and note only', shown(field)));
  }
  const note = Object.hasOwn(input, 'note') ? input['note'] : undefined;
  if (note === undefined || note === null || note === '') return undefined;
  const at = `${path}/note`;
  if (typeof note !== 'string') {
    faults.push(fault(at, 'note.not_text', label, 'have notes in text', shown(note)));
    return undefined;
  }
  const unstorable = firstUnstorable(note);
  if (unstorable !== undefined) faults.push(fault(at, 'note.character', label, `have notes without control characters (${unstorable})`, shown(note)));
  if (note.length > MAX_NOTE && [...note].length > MAX_NOTE) {
    faults.push(fault(at, 'note.too_long', label, `have notes of at most ${MAX_NOTE} characters`, `${[...note].length}`));
  }
  return note;
}

/** The first of equal entries stays; it takes the note of a later one when it has none. */
export function withoutDuplicates(entries: readonly ListEntry[]): ListEntry[] {
  const byValue = new Map<string, ListEntry>();
  for (const entry of entries) {
    const first = byValue.get(entry.value);
    if (first === undefined || (first.note === undefined && entry.note !== undefined)) byValue.set(entry.value, entry);
  }
  return [...byValue.values()];
}
