// Who is calling: the remote address of the socket and the client address behind trusted proxies, worked out once a request.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type Address, formatAddress, parseAddress } from '#policy/address.ts';
import { type CidrSet, compileCidrSet } from '#policy/cidr-set.ts';
import { parseCidr } from '#policy/kinds/cidr-list.ts';

/** Why a client address is not known. */
export type Unknown = 'no_socket_address' | 'header_missing' | 'header_malformed' | 'all_trusted';

export interface Client {
  /** The judged address; null when unknown: then it is outside of every list. */
  readonly address: Address | null;
  /** The same in canonical text (RFC 5952), for people and rows. */
  readonly text: string | null;
  readonly unknown: Unknown | null;
}

export interface TrustedProxies {
  readonly header: string;
  readonly set: CidrSet | null;
  readonly entries: readonly string[];
}

const HEADER_NAME = /^[a-z0-9-]{1,64}$/;
/** `Forwarded` (RFC 7239) has a grammar of its own, in which proxies disagree; one plain list is enough. */
const REFUSED_HEADERS = new Set(['forwarded', 'host', 'cookie', 'authorization', 'via']);

/** Parses the proxy configuration; pushes one sentence per fault. `/0` is refused: it would let anybody name any address. */
export function trustedProxies(list: string, header: string, faults: string[]): TrustedProxies {
  const name = header.trim().toLowerCase();
  if (!HEADER_NAME.test(name) || REFUSED_HEADERS.has(name)) {
    faults.push(`CLIENT_ADDRESS_HEADER must be a header holding a plain list of addresses, such as x-forwarded-for, not "${header}".`);
  }
  const entries: string[] = [];
  for (const part of list.split(/[,\n]/).map((text) => text.trim()).filter((text) => text !== '')) {
    const parsed = parseCidr(part, 'TRUSTED_PROXIES', 'TRUSTED_PROXIES');
    if (parsed.ok) entries.push(parsed.value);
    else faults.push(...parsed.faults.map((fault) => (fault.code === 'cidr.zero_prefix' ? `TRUSTED_PROXIES must not name the whole internet, as "${part}" does: anybody could then claim any address.` : fault.message)));
  }
  return Object.freeze({ header: name, set: entries.length > 0 ? compileCidrSet(entries) : null, entries: Object.freeze(entries) });
}

function known(address: Address): Client {
  return Object.freeze({ address, text: formatAddress(address), unknown: null });
}

function unknown(why: Unknown): Client {
  return Object.freeze({ address: null, text: null, unknown: why });
}

const NO_SOCKET = unknown('no_socket_address');
const MISSING = unknown('header_missing');
const MALFORMED = unknown('header_malformed');
const ALL_TRUSTED = unknown('all_trusted');

/** The right-most untrusted address of the header's list. Anything that is not an address makes the whole header unusable. */
export function rightmostUntrusted(header: string | string[] | undefined, trusted: CidrSet): Client {
  if (header === undefined) return MISSING;
  const parts = (Array.isArray(header) ? header.join(',') : header).split(',');
  for (let index = parts.length - 1; index >= 0; index -= 1) {
    const address = parseAddress((parts[index] as string).trim());
    if (address === undefined) return MALFORMED;
    if (!trusted.contains(address)) return known(address);
  }
  return ALL_TRUSTED;
}

interface SocketMemory {
  readonly own: Client;
  readonly speaksForOthers: boolean;
}

/** Returns a function that tells the client of a request. The socket's own part is worked out once a socket. */
export function clientReader(proxies: TrustedProxies): (request: IncomingMessage) => Client {
  const remembered = new WeakMap<Socket, SocketMemory>();

  function remember(socket: Socket): SocketMemory {
    const address = socket.remoteAddress === undefined ? undefined : parseAddress(socket.remoteAddress.replace(/%.*$/, ''));
    const memory: SocketMemory = Object.freeze({
      own: address === undefined ? NO_SOCKET : known(address),
      speaksForOthers: address !== undefined && proxies.set !== null && proxies.set.contains(address),
    });
    remembered.set(socket, memory);
    return memory;
  }

  return function clientOf(request) {
    const memory = remembered.get(request.socket) ?? remember(request.socket);
    if (!memory.speaksForOthers) return memory.own;
    return rightmostUntrusted(request.headers[proxies.header], proxies.set as CidrSet);
  };
}
