// An agent's email address, the name a person signs in with: read strictly, and the key it is looked up by.
import { domainToASCII, domainToUnicode } from 'node:url';

export interface EmailAddress {
  /** Where mail is sent: the local part as typed, the domain as lower-case A-labels (RFC 5890). */
  readonly address: string;
  /** What it is looked up by: the same in small letters. Two people of one brand never share it. */
  readonly key: string;
}

/** `sentence` says what the address must be, for the person who typed it. */
export type ParsedEmail =
  | { readonly ok: true; readonly value: EmailAddress }
  | { readonly ok: false; readonly code: string; readonly sentence: string };

// RFC 5321 §4.5.3.1: octets of the local part, of the domain, and of a path without its angle brackets.
const LONGEST_LOCAL = 64;
const LONGEST_DOMAIN = 253;
const LONGEST = 254;

/** A dot-string of RFC 5321 §4.1.2. Quoted strings are legal there and disputed everywhere else. */
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
/** A host name as people type it, before it becomes A-labels: letters of any script, digits, hyphens, dots. */
const TYPED_DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const LAST_LABEL = /^[a-z][a-z0-9-]*[a-z0-9]$/;

/**
 * Reads one bare address such as `ada@example.com`. Refused, each with its reason: control characters and spaces, display names, groups, comments,
 * quoted local parts, several addresses, address literals, names without a dot, what is longer than 254 octets, and every domain that would
 * be read as another one than was typed.
 */
export function parseEmailAddress(input: unknown): ParsedEmail {
  if (typeof input !== 'string') return refuse('not_text', 'must be text');
  if (input === '') return refuse('empty', 'must be given');
  if (input.length > LONGEST) return refuse('too_long', `must have at most ${LONGEST} characters`);
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(input)) return refuse('control', 'must have no invisible or control characters');
  if (/[<>"]/.test(input)) return refuse('display_name', 'must be the bare address, such as ada@example.com, without a name, quotes or brackets around it');
  if (/[()]/.test(input)) return refuse('comment', 'must have no comment in brackets');
  if (/[[\]]/.test(input)) return refuse('literal', 'must have a host name after the @, not an address in brackets');
  if (/[,;:]/.test(input)) return refuse('several', 'must be a single address, not a list or a group');
  if (/\s/u.test(input)) return refuse('space', 'must have no spaces, not even before or after it');
  const at = input.indexOf('@');
  if (at === -1 || at !== input.lastIndexOf('@')) return refuse('at', 'must have exactly one @, as in ada@example.com');

  const local = input.slice(0, at);
  if (local === '') return refuse('local', 'must have a name before the @');
  if (local.length > LONGEST_LOCAL) return refuse('local', `must have at most ${LONGEST_LOCAL} characters before the @`);
  if (!LOCAL.test(local)) return refuse('local', 'must have only unaccented letters, digits, single dots and common signs before the @');
  const domain = hostOf(input.slice(at + 1));
  if (domain === undefined) return refuse('domain', 'must have a full host name after the @, such as example.com');
  const address = `${local}@${domain}`;
  if (address.length > LONGEST) return refuse('too_long', `must have at most ${LONGEST} characters`);
  return { ok: true, value: Object.freeze({ address, key: address.toLowerCase() }) };
}

/** The A-labels of a typed host name; undefined when it is none, or when its reading would differ from what was typed. */
function hostOf(typed: string): string | undefined {
  // Full-width letters and the like would be folded into others unseen: whoever typed them did not mean them.
  if (!TYPED_DOMAIN.test(typed) || typed.normalize('NFKC') !== typed.normalize('NFC')) return undefined;
  const host = domainToASCII(typed);
  const labels = host.split('.');
  if (host.length > LONGEST_DOMAIN || labels.length < 2) return undefined;
  if (!labels.every((label) => LABEL.test(label) && honestLabel(label))) return undefined;
  return LAST_LABEL.test(labels.at(-1)!) ? host : undefined;
}

/** An A-label must be what its own Unicode form encodes to (RFC 5891 §4.4); other labels stand for themselves. */
function honestLabel(label: string): boolean {
  if (!label.startsWith('xn--')) return true;
  const unicode = domainToUnicode(label);
  return unicode !== '' && unicode !== label && domainToASCII(unicode) === label;
}

function refuse(code: string, must: string): ParsedEmail {
  return { ok: false, code: `email.${code}`, sentence: `The email address ${must}.` };
}
