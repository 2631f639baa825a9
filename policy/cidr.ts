// One address or network from text to its one canonical text, or the reason why it is refused.
import { formatIPv4, formatIPv6, readIPv4, readIPv6 } from './address.ts';

/** Why an entry is refused; `offer` is the form that was probably meant. */
export interface CidrRefusal {
  readonly code: keyof typeof cidrRefusals;
  readonly offer?: string;
}

/** Every reason, as the words that follow "must". None is guessed right silently: two parsers would guess two ways. */
export const cidrRefusals = Object.freeze({
  'cidr.not_text': 'be given as text',
  'cidr.empty': 'name an address or a network',
  'cidr.too_long': 'name an address or a network of at most 100 letters',
  'cidr.blank': 'have no blank in or around an entry',
  'cidr.character': 'use plain ASCII digits and letters only',
  'cidr.zone': 'name an address without a zone id, because a zone means something on one machine only',
  'cidr.brackets': 'name an address without brackets and port',
  'cidr.port': 'name an address without a port',
  'cidr.netmask': 'give the length of the network as a number (10.0.0.0/8)',
  'cidr.prefix': 'give the length of the network as a number from 1 to 32 (IPv4) or 128 (IPv6)',
  'cidr.zero_prefix': 'name a part of the internet (to let everyone in, choose that state instead)',
  'cidr.host_bits': 'name a network whose host bits are zero',
  'cidr.range': 'name one address or network, with a range written as networks',
  'cidr.wildcard': 'name a network by its length (10.0.0.0/8)',
  'cidr.octal': 'write numbers without leading zeros, because some programs read those as octal',
  'cidr.hex': 'write IPv4 addresses in decimal numbers',
  'cidr.short': 'write all four numbers of an IPv4 address',
  'cidr.octet': 'write four numbers from 0 to 255',
  'cidr.name': 'name an address in numbers',
  'cidr.malformed': 'name one IPv4 or IPv6 address or network',
});

const LONGEST = 100;
const MAPPED = 0xffff;

/**
 * Reads `address` or `address/length` into `words` (one or four). Returns family * 256 + length, or 0 when it is neither.
 * A mapped network `::ffff:a.b.c.d/96+n` is the IPv4 network a.b.c.d/n. Host bits are left as they stand.
 */
export function scanNetwork(text: string, words: Uint32Array): number {
  if (text.length > LONGEST) return 0;
  const slash = text.indexOf('/');
  const end = slash < 0 ? text.length : slash;
  const value = readIPv4(text, 0, end);
  if (value < 0 && !readIPv6(text, 0, end, words)) return 0;
  const bits = value < 0 ? 128 : 32;
  const length = slash < 0 ? bits : readLength(text, slash + 1);
  if (length < 0 || length > bits) return 0;
  if (value >= 0) {
    words[0] = value;
    return 4 * 256 + length;
  }
  if (length < 96 || words[0] !== 0 || words[1] !== 0 || words[2] !== MAPPED) return 6 * 256 + length;
  words[0] = words[3]!;
  return 4 * 256 + length - 96;
}

/** Decimal digits to the end of the text, or -1. `/013` is 13: no parser reads the length as octal. */
function readLength(text: string, from: number): number {
  let length = from < text.length ? 0 : -1;
  for (let i = from; i < text.length; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    length = Math.min(length * 10 + digit, 1000);
  }
  return length;
}

/** The bits of 32-bit word number `word` that belong to a network of this length. */
export function networkMask(length: number, word: number): number {
  const kept = length - word * 32;
  if (kept <= 0) return 0;
  return kept >= 32 ? 0xffffffff : (0xffffffff << (32 - kept)) >>> 0;
}

const scratch = new Uint32Array(4);

/** The canonical text of an entry (a whole-length network is a bare address), or why it is refused. */
export function readCidr(text: string): string | CidrRefusal {
  const read = scanNetwork(text, scratch);
  if (read === 0) return diagnose(text);
  const length = read & 255;
  if (length === 0) return { code: 'cidr.zero_prefix' };
  const count = read >> 8 === 4 ? 1 : 4;
  let strayBits = false;
  for (let word = 0; word < count; word += 1) {
    const kept = (scratch[word]! & networkMask(length, word)) >>> 0;
    strayBits ||= kept !== scratch[word];
    scratch[word] = kept;
  }
  const address = count === 1 ? formatIPv4(scratch[0]!) : formatIPv6(scratch);
  const canonical = length === count * 32 ? address : `${address}/${length}`;
  return strayBits ? { code: 'cidr.host_bits', offer: canonical } : canonical;
}

/** Names the reason why a text is no address and no network. Slow and only run on refusal. */
function diagnose(text: string): CidrRefusal {
  if (text === '') return { code: 'cidr.empty' };
  if (text.length > LONGEST) return { code: 'cidr.too_long' };
  if (/[ \t\r\n\v\f]/.test(text)) {
    const closed = text.replace(/^[ \t\r\n\v\f]+|[ \t\r\n\v\f]+$/g, '').replace(/[ \t]*\/[ \t]*/, '/');
    const inner = /\s/.test(closed) ? undefined : readCidr(closed);
    return typeof inner === 'string' ? { code: 'cidr.blank', offer: inner } : { code: 'cidr.blank' };
  }
  if (/[^\x21-\x7e]/.test(text)) return { code: 'cidr.character' };
  if (text.includes('%')) return { code: 'cidr.zone' };
  if (/[[\]]/.test(text)) return { code: 'cidr.brackets' };
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const length = slash < 0 ? undefined : text.slice(slash + 1);
  if (readIPv4(address, 0, address.length) >= 0 || readIPv6(address, 0, address.length, scratch)) {
    return { code: length !== undefined && /[.:]/.test(length) ? 'cidr.netmask' : 'cidr.prefix' };
  }
  return { code: diagnoseAddress(address) };
}

function diagnoseAddress(text: string): CidrRefusal['code'] {
  if (text.includes('*')) return 'cidr.wildcard';
  if (/^[0-9.]+:[0-9]+$/.test(text)) return 'cidr.port';
  if (/^[0-9a-f.:]+-[0-9a-f.:]+$/i.test(text)) return 'cidr.range';
  const dotted = text.slice(text.lastIndexOf(':') + 1).split('.');
  const numbers = dotted.every((part) => /^(0x[0-9a-f]*|[0-9]+)$/i.test(part));
  if (numbers && (dotted.length > 1 || !text.includes(':'))) {
    if (dotted.some((part) => /^0x/i.test(part))) return 'cidr.hex';
    if (dotted.some((part) => /^0[0-9]/.test(part))) return 'cidr.octal';
    if (dotted.length < 4) return 'cidr.short';
    if (dotted.length === 4 && dotted.some((part) => Number(part) > 255)) return 'cidr.octet';
    return 'cidr.malformed';
  }
  return /^(?=.*[a-z])[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/i.test(text) ? 'cidr.name' : 'cidr.malformed';
}
