// Signs and checks heads of audit chains (Ed25519, RFC 8032) with a key that is kept outside of the database.
import { sign, verify, type KeyObject } from 'node:crypto';

export interface AuditKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** The end of a chain at one moment: the number and hash of its last row. */
export interface Head {
  readonly scope: string;
  readonly seq: number;
  readonly hash: string;
  /** When it was signed, ms since 1970 UTC. */
  readonly at: number;
}

export interface SignedHead extends Head {
  readonly keyId: string;
  /** base64url */
  readonly signature: string;
}

function message(head: Head): Buffer {
  return Buffer.from(`portcullis.audit.head.v1\n${head.scope}\n${head.seq}\n${head.hash}\n${head.at}`, 'utf8');
}

export function signHead(key: AuditKey, head: Head): SignedHead {
  const signature = sign(null, message(head), key.privateKey).toString('base64url');
  return Object.freeze({ ...head, keyId: key.id, signature });
}

/** False for a signature of another key, another head or no signature at all. */
export function holdsHead(key: Pick<AuditKey, 'id' | 'publicKey'>, head: SignedHead): boolean {
  if (head.keyId !== key.id) return false;
  return verify(null, message(head), key.publicKey, Buffer.from(head.signature, 'base64url'));
}
