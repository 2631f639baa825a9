// A list of internet addresses and networks, IPv4 and IPv6 (SETTINGS.md, `management.allowlist`).
import { type Parsed, fault, parsed, refused, shown } from '../fault.ts';
import { cidrRefusals, readCidr } from '../cidr.ts';
import { type CidrSet, compileCidrSet } from '../cidr-set.ts';
import { type EntryGrammar, type EntryRefusal, type List, type ListKind, type ListParameters, type ListState, listKind } from '../list.ts';

export interface CidrListKind<S extends ListState = ListState> extends ListKind<S> {
  readonly name: 'cidr-list';
}

function readEntry(text: string): string | EntryRefusal {
  const read = readCidr(text);
  return typeof read === 'string' ? read : { must: cidrRefusals[read.code], ...read };
}

const compiled = new WeakMap<List, CidrSet>();

/** The entries of a list, compiled once for as long as that frozen value lives. The list's state is not looked at. */
export function cidrSetOf(list: List): CidrSet {
  const present = compiled.get(list);
  if (present !== undefined) return present;
  const set = compileCidrSet(list.entries.map((entry) => entry.value));
  compiled.set(list, set);
  return set;
}

const grammar: EntryGrammar = {
  name: 'cidr-list',
  example: '203.0.113.0/24',
  readEntry,
  holds: (list) => cidrSetOf(list).covers,
};

export const cidrList = <S extends ListState>(parameters: ListParameters<S>): CidrListKind<S> =>
  listKind(grammar, parameters) as CidrListKind<S>;

/** One address or network on its own, such as a trusted proxy: canonical text, or the fault that names it. */
export function parseCidr(input: unknown, label: string, path: string): Parsed<string> {
  if (typeof input !== 'string') return refused(fault(path, 'cidr.not_text', label, cidrRefusals['cidr.not_text'], shown(input)));
  const read = readEntry(input);
  return typeof read === 'string' ? parsed(read) : refused(fault(path, read.code, label, read.must, shown(input), read.offer));
}
