// A list of exact web origins (RFC 6454): https, or http for localhost.
import { formatAddress, parseAddress } from '../address.ts';
import { asciiDomain } from '../domain.ts';
import { type EntryGrammar, type EntryRefusal, type List, type ListKind, type ListParameters, type ListState, listKind } from '../list.ts';

export interface OriginListKind<S extends ListState = ListState> extends ListKind<S> {
  readonly name: 'origin-list';
}

const refuse = (code: string, must: string, offer?: string): EntryRefusal => (offer === undefined ? { code, must } : { code, must, offer });
const PARTS = /^([a-z][a-z0-9+.-]*):\/\/(\[[0-9a-f:.]+\]|[^/?#@:[\]\\]+)(?::([0-9]{1,5}))?([/?#].*)?$/iu;

/** The canonical origin, `scheme://host` with a port unless it is the scheme's own. */
export function readOrigin(text: string): string | EntryRefusal {
  if (text === '') return refuse('origin.empty', 'name an origin');
  if (text.length > 300) return refuse('origin.too_long', 'name origins of at most 300 letters');
  if (/[\s\p{C}\p{Z}\p{DI}]/u.test(text)) return refuse('origin.character', 'name origins without blanks and invisible characters');
  if (text.includes('*')) return refuse('origin.wildcard', 'name each origin exactly, without a wildcard');
  const parts = PARTS.exec(text);
  if (parts === null) return refuse('origin.malformed', 'name an origin such as https://crm.example');
  const scheme = parts[1]!.toLowerCase();
  if (scheme !== 'https' && scheme !== 'http') return refuse('origin.scheme', 'begin with https://');
  const host = readHost(parts[2]!);
  if (host === undefined) return refuse('origin.host', 'name a host by its domain name or its address');
  if (scheme === 'http' && host !== 'localhost') return refuse('origin.insecure', 'begin with https:// (http is for localhost only)', `https://${host}`);
  const port = parts[3] === undefined ? undefined : Number(parts[3]);
  if (port !== undefined && (port < 1 || port > 65_535)) return refuse('origin.port', 'have a port from 1 to 65535');
  const own = scheme === 'https' ? 443 : 80;
  const origin = `${scheme}://${host}${port === undefined || port === own ? '' : `:${port}`}`;
  if (parts[4] !== undefined) return refuse('origin.path', 'name an origin without a path', origin);
  return origin;
}

function readHost(text: string): string | undefined {
  const bracketed = text.startsWith('[');
  const address = parseAddress(bracketed ? text.slice(1, -1) : text);
  if (address === undefined) return bracketed ? undefined : asciiDomain(text);
  if (bracketed !== (address.family === 6)) return undefined;
  return bracketed ? `[${formatAddress(address)}]` : formatAddress(address);
}

function holds(list: List): (value: string) => boolean {
  const entries = new Set(list.entries.map((entry) => entry.value));
  return (value) => entries.has(value);
}

const grammar: EntryGrammar = { name: 'origin-list', example: 'https://crm.example', readEntry: readOrigin, holds };

export const originList = <S extends ListState>(parameters: ListParameters<S>): OriginListKind<S> =>
  listKind(grammar, parameters) as OriginListKind<S>;
