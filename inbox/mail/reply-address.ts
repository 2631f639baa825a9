// The addresses that answers come back to: a channel's own, with an unguessable token behind a plus (RFC 5233).
import { randomBytes } from 'node:crypto';
import { base32, tokenHash } from '#identity/tokens.ts';

/** 130 bits as base32: a local part keeps its letters' case nowhere for sure, so there are only small ones. */
const TOKEN_CHARS = 26;
const TOKEN_BYTES = 17;
const TOKEN = /^([0-9a-hjkmnp-tv-z]{26})$/;
/** RFC 5321 §4.5.3.1.1 */
const LONGEST_LOCAL = 64;

export interface ReplyAddress {
  readonly address: string;
  /** What is kept of it. */
  readonly hash: Uint8Array;
}

/** A new one for the channel that receives at `base`. The base's own part behind a plus gives way. */
export function newReplyAddress(base: string, random: (bytes: number) => Uint8Array = randomBytes): ReplyAddress {
  const at = base.lastIndexOf('@');
  const token = base32(random(TOKEN_BYTES), TOKEN_CHARS);
  const local = (base.slice(0, at).split('+')[0] ?? '').slice(0, LONGEST_LOCAL - TOKEN_CHARS - 1);
  return { address: `${local}+${token}${base.slice(at)}`, hash: tokenHash(token) };
}

/** The address without what stands behind its plus, in small letters: what a channel is found by. */
export function plainKey(address: string): string {
  const key = address.trim().toLowerCase();
  const at = key.lastIndexOf('@');
  const plus = key.indexOf('+');
  return plus > 0 && plus < at ? `${key.slice(0, plus)}${key.slice(at)}` : key;
}

/** Hashes of the tokens that stand in these addresses. */
export function tokenHashes(addresses: readonly string[]): Uint8Array[] {
  const tokens = addresses.flatMap((address) => {
    const key = address.trim().toLowerCase();
    const at = key.lastIndexOf('@');
    const token = TOKEN.exec(key.slice(key.lastIndexOf('+', at) + 1, at))?.[1];
    return key.includes('+') && token !== undefined ? [token] : [];
  });
  return [...new Set(tokens)].map(tokenHash);
}

/** A mark in every mail of ours: who finds it in a mail that comes in is being answered by themselves. */
export const loopMark = (brandId: string): string => `portcullis ${brandId}`;
