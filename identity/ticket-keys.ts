// Keys with which a site signs tickets, as an administrator pastes them: a JWK (RFC 7517) or PEM, the public part alone, Ed25519 or P-256.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { isRecord } from '#policy/fault.ts';
import { type TicketAlg, strictBase64url } from '#identity/ticket-gate.ts';

/** The public key as it is kept: JSON of a JWK with nothing but the key itself. */
export interface TicketKey {
  readonly alg: TicketAlg;
  readonly jwk: string;
}

export type ReadKey = { readonly ok: true; readonly value: TicketKey } | { readonly ok: false; readonly code: string; readonly sentence: string };

const LONGEST = 4_000;
const PRIVATE_SENTENCE = 'This is a private key. Whoever has seen it can sign as your site, and it has now been sent here: make a new pair, throw this one away, and register only the public key.';
const no = (code: string, sentence: string): ReadKey => ({ ok: false, code: `channel_key.${code}`, sentence });
const NOT_A_KEY = no('not_a_key', 'The key must be a public key as JWK (JSON) or as PEM that begins with "-----BEGIN PUBLIC KEY-----".');
const KIND = no('kind', 'The key must be an Ed25519 key (EdDSA) or a P-256 key (ES256); others are not taken.');
const WEAK = no('weak', 'This key is one that signs anything for anybody. Make a new pair.');

/** 2^255 − 19, and the y of every point of small order on edwards25519, canonical ones (RFC 8032 §5.1; the eight points of its torsion). */
const P = 2n ** 255n - 19n;
const SMALL_ORDER: ReadonlySet<bigint> = new Set([
  0n, 1n, P - 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n, 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
]);

const littleEndian = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);

/** A point that is written as RFC 8032 §5.1.2 says and is not of small order: with one of those, signatures fit any message. */
function soundPoint(bytes: Uint8Array): boolean {
  const y = littleEndian(bytes) & (2n ** 255n - 1n);
  return y < P && !SMALL_ORDER.has(y);
}

function fromJwk(jwk: Readonly<Record<string, unknown>>): KeyObject | ReadKey {
  if (['d', 'k', 'p', 'q', 'dp', 'dq', 'qi', 'oth'].some((part) => jwk[part] !== undefined)) return no('private', PRIVATE_SENTENCE);
  const { kty, crv, x, y, alg, use } = jwk;
  const okp = kty === 'OKP' && crv === 'Ed25519';
  if (!okp && !(kty === 'EC' && crv === 'P-256')) return KIND;
  if (use !== undefined && use !== 'sig') return no('use', 'The key must be one for signatures: its "use" says something else.');
  const { key_ops: operations } = jwk;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return no('use', 'The key must be one for signatures: its "key_ops" must hold "verify".');
  if (alg !== undefined && alg !== (okp ? 'EdDSA' : 'ES256') && !(okp && alg === 'Ed25519')) return no('use', `The "alg" of this key must be ${okp ? 'EdDSA' : 'ES256'}.`);
  const coordinates = okp ? [x] : [x, y];
  if (coordinates.some((one) => typeof one !== 'string' || strictBase64url(one)?.length !== 32)) return NOT_A_KEY;
  return createPublicKey({ key: okp ? { kty: 'OKP', crv: 'Ed25519', x: x as string } : { kty: 'EC', crv: 'P-256', x: x as string, y: y as string }, format: 'jwk' });
}

function keyOf(text: string): KeyObject | ReadKey {
  if (text.startsWith('{')) {
    const jwk: unknown = JSON.parse(text);
    return isRecord(jwk) ? fromJwk(jwk) : NOT_A_KEY;
  }
  if (/PRIVATE KEY/.test(text)) return no('private', PRIVATE_SENTENCE);
  if (!/^-----BEGIN PUBLIC KEY-----\r?\n[A-Za-z0-9+/=\r\n]+-----END PUBLIC KEY-----$/.test(text)) return NOT_A_KEY;
  return createPublicKey({ key: text, format: 'pem' });
}

/** Reads what was pasted: a JWK, as text or already an object, or PEM (SubjectPublicKeyInfo, RFC 7468 §13). */
export function readTicketKey(pasted: unknown): ReadKey {
  const text = (typeof pasted === 'string' ? pasted : (JSON.stringify(pasted) ?? '')).trim();
  if (text === '' || text.length > LONGEST) return NOT_A_KEY;
  try {
    const key = keyOf(text);
    if ('ok' in key) return key;
    const { kty, crv, x, y } = key.export({ format: 'jwk' });
    if (kty === 'EC' && crv === 'P-256') return { ok: true, value: { alg: 'ES256', jwk: JSON.stringify({ kty, crv, x, y }) } };
    if (kty !== 'OKP' || crv !== 'Ed25519') return KIND;
    return soundPoint(Buffer.from(x ?? '', 'base64url')) ? { ok: true, value: { alg: 'EdDSA', jwk: JSON.stringify({ kty, crv, x }) } } : WEAK;
  } catch {
    // Not JSON, not DER, or no point of the curve.
    return NOT_A_KEY;
  }
}

/** The kept key, ready to verify with. */
export function ticketKeyObject(jwk: string): KeyObject {
  return createPublicKey({ key: JSON.parse(jwk), format: 'jwk' });
}
