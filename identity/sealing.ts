// Sealing small secrets: AES-256-GCM with a key's id, a random nonce, and the name of what the secret belongs to.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** One root secret: everything the program seals or authenticates under this id is derived from it. */
export interface RootKey {
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** 32 random bytes. */
  readonly secret: Uint8Array;
}

/** A sealed secret that could not be opened: another key, another owner, or changed bytes. Never says which bytes. */
export class SealFault extends Error {
  readonly code: 'seal.unknown_key' | 'seal.broken';
  constructor(code: 'seal.unknown_key' | 'seal.broken', message: string) {
    super(message);
    this.name = 'SealFault';
    this.code = code;
  }
}

// Layout: version (1) · key id (8) · nonce (12) · ciphertext (as long as the secret) · tag (16).
const VERSION = 1;
const NONCE_AT = 9;
const TEXT_AT = 21;
const TAG_BYTES = 16;

/** How many bytes sealing adds to a secret. */
export const SEAL_OVERHEAD = TEXT_AT + TAG_BYTES;

/**
 * Derives a key for one purpose from a root (HKDF-SHA-256, RFC 5869), so that no key serves two algorithms (NIST SP 800-57 §5.2).
 * @returns 32 bytes
 */
export function deriveKey(root: RootKey, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', root.secret, new Uint8Array(0), `portcullis ${purpose}`, 32));
}

/**
 * Seals a secret for one owner. The nonce is random (96 bits): NIST SP 800-38D §8.3 allows 2³² seals a key, far above
 * what factors and links need.
 * @param key derived by `deriveKey(root, 'seal')`
 * @param belongsTo names the one place where this secret may be opened again, such as `totp_factors/fac_…`
 */
export function sealWith(keyId: string, key: Uint8Array, secret: Uint8Array, belongsTo: string): Uint8Array {
  const head = Buffer.concat([Buffer.of(VERSION), Buffer.from(keyId, 'hex'), randomBytes(TEXT_AT - NONCE_AT)]);
  const cipher = createCipheriv('aes-256-gcm', key, head.subarray(NONCE_AT), { authTagLength: TAG_BYTES });
  cipher.setAAD(associated(head, belongsTo));
  return new Uint8Array(Buffer.concat([head, cipher.update(secret), cipher.final(), cipher.getAuthTag()]));
}

/** The id of the key a sealed secret was sealed with. Throws SealFault when it is no sealed secret at all. */
export function sealedUnder(sealed: Uint8Array): string {
  if (sealed.length < SEAL_OVERHEAD || sealed[0] !== VERSION) throw broken();
  return Buffer.from(sealed.subarray(1, NONCE_AT)).toString('hex');
}

/** Opens what `sealWith` sealed, for the same owner only. Throws SealFault. */
export function openWith(key: Uint8Array, sealed: Uint8Array, belongsTo: string): Uint8Array {
  const head = Buffer.from(sealed.subarray(0, TEXT_AT));
  const decipher = createDecipheriv('aes-256-gcm', key, head.subarray(NONCE_AT), { authTagLength: TAG_BYTES });
  decipher.setAAD(associated(head, belongsTo));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(TEXT_AT, sealed.length - TAG_BYTES)), decipher.final()]));
  } catch {
    throw broken();
  }
}

// Version and key id are authenticated too, so neither can be swapped; they are of fixed length, so nothing is ambiguous.
function associated(head: Uint8Array, belongsTo: string): Uint8Array {
  return Buffer.concat([head.subarray(0, NONCE_AT), Buffer.from(belongsTo, 'utf8')]);
}

function broken(): SealFault {
  return new SealFault('seal.broken', 'A sealed secret cannot be opened: it was changed, or it belongs to something else.');
}
