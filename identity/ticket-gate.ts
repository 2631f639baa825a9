// The gate before jose: a compact JWS (RFC 7515 §3.1) in the one form we take. A library of JOSE must be liberal; a door must not.
import { strictObject } from '#identity/strict-json.ts';

export type TicketAlg = 'EdDSA' | 'ES256';

/** A ticket whose form is right. Nothing of it is proven yet. */
export interface SeenTicket {
  readonly alg: TicketAlg;
  /** The id of the key it names. */
  readonly kid: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

export type GateReason = 'too_large' | 'not_three_parts' | 'base64url' | 'header' | 'algorithm' | 'key_id' | 'payload' | 'signature_form';
export type Gated = { readonly ok: true; readonly seen: SeenTicket } | { readonly ok: false; readonly reason: GateReason };

/** Characters, which are bytes here. */
export const LARGEST_TICKET = 4_096;
const BASE64URL = /^[A-Za-z0-9_-]+$/;
const KID = /^[A-Za-z0-9_-]{1,64}$/;
/** Nothing that changes how the rest is read: no crit, jwk, jku, x5c, b64, enc, zip (RFC 8725 §3.1, §3.10). */
const HEADER = new Set(['alg', 'kid', 'typ']);
/** The order of P-256 (SEC 2 §2.4.2): r and s of a signature lie in 1 … n − 1. */
const P256_ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');

const no = (reason: GateReason): Gated => ({ ok: false, reason });

/** The bytes of canonical base64url without padding (RFC 4648 §3.5: unused bits are zero); undefined for every other spelling. */
export function strictBase64url(text: string): Buffer | undefined {
  if (!BASE64URL.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

const ZERO = Buffer.alloc(32);
const inOrder = (half: Uint8Array): boolean => Buffer.compare(half, ZERO) > 0 && Buffer.compare(half, P256_ORDER) < 0;

/** Reads a ticket's form, strictly. */
export function gateTicket(text: string): Gated {
  if (text.length > LARGEST_TICKET) return no('too_large');
  const parts = text.split('.');
  if (parts.length !== 3) return no('not_three_parts');
  const [header, payload, signature] = parts.map(strictBase64url);
  if (header === undefined || payload === undefined || signature === undefined) return no('base64url');

  const head = strictObject(header);
  if (head === undefined || Object.keys(head).some((key) => !HEADER.has(key))) return no('header');
  if (head['typ'] !== undefined && head['typ'] !== 'JWT') return no('header');
  const { alg, kid } = head;
  if (alg !== 'EdDSA' && alg !== 'ES256') return no('algorithm');
  if (typeof kid !== 'string' || !KID.test(kid)) return no('key_id');
  // Both kinds of signature have 64 bytes.
  if (signature.length !== 64) return no('signature_form');
  if (alg === 'ES256' && !(inOrder(signature.subarray(0, 32)) && inOrder(signature.subarray(32)))) return no('signature_form');

  const claims = strictObject(payload);
  return claims === undefined ? no('payload') : { ok: true, seen: Object.freeze({ alg, kid, claims }) };
}
