// People from a file: what each line says, every fault with its line and column, and the one unit that invites those who are right.
import type { Policy } from '#policy/effective.ts';
import { type Fault, shown } from '#policy/fault.ts';
import type { AgentRow } from '#store/agents.ts';
import { Conflict, type Entry, type Statement } from '#store/store.ts';
import { readCsv, type CsvRecord } from '#identity/csv.ts';
import { issueInvitation, type IssuedLink } from '#identity/person-links.ts';
import { CAPABILITIES } from '#identity/person.ts';
import { readFields, takenFault, type UserFields } from '#identity/user-fields.ts';
import { type Admin, commitChange, type Done, linkFor, linkParts, row, type UsersParts } from '#identity/user-unit.ts';
import { invitedRow, making } from '#identity/users.ts';

/** How many people one file may bring: each is a mail. */
export const MOST_PEOPLE = 500;
/** Faults that are told; the rest are counted. A person mends these first. */
const MOST_FAULTS = 1_000;

/** `line` from 1 as an editor counts; 0 for the file as a whole. `value` is what stands there, made visible, for reading only. */
export interface LineFault {
  readonly line: number;
  readonly column: string;
  readonly code: string;
  readonly value: string;
  readonly message: string;
}

export interface ReadPeople {
  readonly people: readonly { readonly line: number; readonly fields: UserFields }[];
  readonly faults: readonly LineFault[];
  /** Lines that say a person, right or wrong. */
  readonly lines: number;
  /** The file as a whole cannot be read: nothing of it may be taken. */
  readonly broken: boolean;
}

const COLUMNS = ['email', 'name', 'role', 'capabilities', 'phone'] as const;
type Column = (typeof COLUMNS)[number];
const NAMES: Readonly<Record<string, Column>> = { email: 'email', 'e-mail': 'email', 'email address': 'email', name: 'name', role: 'role', capabilities: 'capabilities', rights: 'capabilities', phone: 'phone', 'phone number': 'phone' };

/** Codes and numbers may be typed in full-width letters; names and addresses stay as they are. */
const narrow = (text: string): string => text.normalize('NFKC').trim();
const word = (text: string): string => narrow(text).toLowerCase();

const whole = (code: string, message: string, line = 1, value = ''): ReadPeople => ({ people: [], faults: [{ line, column: '', code, value, message }], lines: 0, broken: true });

interface Header {
  readonly at: ReadonlyMap<Column, number>;
  readonly width: number;
}

function headerOf({ line, fields }: CsvRecord): Header | ReadPeople {
  const at = new Map<Column, number>();
  for (const [index, field] of fields.entries()) {
    const column = Object.hasOwn(NAMES, word(field)) ? NAMES[word(field)] : undefined;
    if (column === undefined) return whole('import.column', `The first line must name the columns, each one of ${COLUMNS.join(', ')}.`, line, shown(field));
    if (at.has(column)) return whole('import.column_twice', `The column ${column} must stand in the first line once.`, line, shown(field));
    at.set(column, index);
  }
  for (const column of ['email', 'name'] as const) if (!at.has(column)) return whole('import.column_missing', `The first line must name the column ${column}.`, line);
  return { at, width: fields.length };
}

/** `forward; see audit` or `forward see_audit`: names in any case, between blanks, commas, semicolons or bars. */
function capabilitiesIn(text: string): string[] {
  const named = CAPABILITIES.reduce((rest, capability) => rest.replaceAll(capability.replace('_', ' '), capability).replaceAll(capability.replace('_', '-'), capability), word(text));
  return named.split(/[\s,;|+]+/).filter((part) => part !== '');
}

/** A spreadsheet would run it as a formula when the people are exported one day (OWASP: CSV injection). */
const FORMULA = /^[=+\-@＝＋－＠\t\r]/;

function personIn(record: CsvRecord, { at }: Header, policy: Policy): { fields: UserFields | null; faults: LineFault[] } {
  const raw = (column: Column): string => record.fields[at.get(column) ?? -1] ?? '';
  const { fields, faults } = readFields({
    email: raw('email').trim(),
    name: raw('name').trim(),
    role: word(raw('role')) || 'agent',
    capabilities: capabilitiesIn(raw('capabilities')),
    phone: narrow(raw('phone')),
  }, policy);
  const all: Fault[] = [...faults];
  if (FORMULA.test(raw('name').trim())) all.push({ path: 'name', code: 'text.formula', message: 'Name must not begin with =, +, - or @, which a spreadsheet would run.' });
  return {
    fields: all.length === 0 ? (fields as UserFields) : null,
    faults: all.map(({ path, code, message }) => ({ line: record.line, column: path, code, value: shown(raw(path as Column)), message })),
  };
}

/** Reads a file against the people who are there already; nothing is written. */
export function readPeople(text: string, present: readonly Pick<AgentRow, 'email_key' | 'name' | 'deactivated_at'>[], policy: Policy): ReadPeople {
  const csv = readCsv(text);
  if (!csv.ok) return whole(csv.fault.code, csv.fault.message, csv.fault.line);
  const [first, ...records] = csv.records;
  if (first === undefined || records.length === 0) return whole('import.empty', `The file must have a first line that names the columns (${COLUMNS.join(', ')}) and one line a person.`);
  const header = headerOf(first);
  if ('broken' in header) return header;
  if (records.length > MOST_PEOPLE) return whole('import.too_many', `The file must name at most ${MOST_PEOPLE} people, not ${records.length}: split it.`, records[MOST_PEOPLE]?.line);
  const known = new Map(present.map((agent) => [agent.email_key, agent]));
  const seen = new Map<string, number>();
  const people: { line: number; fields: UserFields }[] = [];
  const faults: LineFault[] = [];
  for (const record of records) {
    const { line } = record;
    if (record.fields.length !== header.width) {
      faults.push({ line, column: '', code: 'import.width', value: `${record.fields.length} fields`, message: `The line must have as many fields as the first line, ${header.width}, not ${record.fields.length}: put a field that holds the separator into quotation marks.` });
      continue;
    }
    const person = personIn(record, header, policy);
    const found = [...person.faults];
    // The address of a line with another fault counts too: both faults are told at once.
    const email = readFields({ email: (record.fields[header.at.get('email') ?? -1] ?? '').trim() }, policy).fields.email;
    if (email !== undefined) {
      const value = shown(email.address);
      const other = known.get(email.key);
      const earlier = seen.get(email.key);
      if (other !== undefined) found.push({ line, column: 'email', code: 'email.taken', value, message: takenFault(other.name, other.deactivated_at !== null).message });
      if (earlier !== undefined) found.push({ line, column: 'email', code: 'email.twice', value, message: `Email must stand in the file once; line ${earlier} has it too.` });
      else seen.set(email.key, line);
    }
    if (found.length === 0 && person.fields !== null) people.push({ line, fields: person.fields });
    faults.push(...found.sort((a, b) => COLUMNS.indexOf(a.column as Column) - COLUMNS.indexOf(b.column as Column)));
  }
  return { people, faults: faults.slice(0, MOST_FAULTS), lines: records.length, broken: false };
}

export type Imported = { readonly ok: true; readonly ids: readonly string[] } | { readonly ok: 'raced' } | Extract<Done, { ok: false }>;

/** Makes every account and mails every invitation, in one unit. `raced`: one of them was made by somebody else meanwhile; nothing was. */
export async function importPeople(parts: UsersParts, admin: Admin, people: readonly UserFields[]): Promise<Imported> {
  const now = parts.now();
  const statements: Statement[] = [];
  const entries: Entry[] = [row(admin, now, 'users.imported', null, { facts: { people: people.length } })];
  const links: IssuedLink[] = [];
  const ids: string[] = [];
  for (const fields of people) {
    const agent = invitedRow(fields, now);
    const { statement, entry } = making(parts, admin, agent, now);
    ids.push(agent.id);
    statements.push(statement);
    entries.push(entry);
    links.push(issueInvitation(linkParts(parts, admin, now), linkFor(admin, agent)));
  }
  try {
    const committed = await commitChange(parts, admin, { statements, entries, links }, now);
    return committed.ok ? { ok: true, ids } : committed;
  } catch (error) {
    if (error instanceof Conflict && error.code === 'agent.email_taken') return { ok: 'raced' };
    throw error;
  }
}
