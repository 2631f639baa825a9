// What stands in the two key files: new contents at the first start, and a strict reading of what is found later.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { KeyFault } from '#identity/key-folder.ts';
import type { RootKey } from '#identity/sealing.ts';

export interface SecretKeys {
  /** The id of the key that seals now; the others only open. */
  readonly current: string;
  readonly keys: ReadonlyMap<string, RootKey>;
}

export interface AuditKeys {
  readonly current: { readonly id: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  /** Every public key by id, retired ones too. */
  readonly publicKeys: ReadonlyMap<string, KeyObject>;
}

type Fields = Record<string, unknown>;

/** The contents of a new `secrets.json`: one random root key of 256 bits. `now` is ms since 1970. */
export function newSecretsFile(now: number): object {
  const id = randomBytes(8).toString('hex');
  return { format: 1, current: id, keys: [{ id, secret: randomBytes(32).toString('base64url'), createdAt: new Date(now).toISOString() }] };
}

/** The contents of a new `audit.json`: one Ed25519 key (RFC 8032), named by the hash of its public half. */
export function newAuditFile(now: number): object {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const id = auditKeyId(publicKey);
  const key = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url');
  return { format: 1, current: id, keys: [{ id, privateKey: key, createdAt: new Date(now).toISOString() }] };
}

/** Reads what `newSecretsFile` made, with older keys kept beside the current one. Throws KeyFault, which names `where` and no key. */
export function rootKeysFrom(file: unknown, where: string): SecretKeys {
  const { current, entries } = entriesOf(file, where);
  const keys = new Map<string, RootKey>();
  for (const entry of entries) {
    const id = textOf(entry, 'id', where);
    const secret = bytesOf(entry, 'secret', where);
    if (!/^[0-9a-f]{16}$/.test(id)) throw new KeyFault(`${where}: a key's id must be 16 hexadecimal digits.`);
    if (secret.length !== 32) throw new KeyFault(`${where}: the secret of key ${id} must be 32 bytes, not ${secret.length}.`);
    keys.set(id, Object.freeze({ id, secret }));
  }
  if (!keys.has(current)) throw new KeyFault(`${where}: the current key must be one of the keys in the list, and it is not.`);
  return Object.freeze({ current, keys });
}

/** Reads what `newAuditFile` made. A retired key may hold only `publicKey`. Throws KeyFault, which names `where` and no key. */
export function auditKeysFrom(file: unknown, where: string): AuditKeys {
  const { current, entries } = entriesOf(file, where);
  const publicKeys = new Map<string, KeyObject>();
  let signing: KeyObject | undefined;
  for (const entry of entries) {
    const id = textOf(entry, 'id', where);
    const { privateKey, publicKey } = signingPair(entry, where);
    if (auditKeyId(publicKey) !== id) throw new KeyFault(`${where}: key ${id} does not fit its id, so the file was changed.`);
    publicKeys.set(id, publicKey);
    if (id === current) signing = privateKey;
  }
  const publicKey = publicKeys.get(current);
  if (signing === undefined || publicKey === undefined) {
    throw new KeyFault(`${where}: the current key must be in the list with its private half, and it is not.`);
  }
  return Object.freeze({ current: Object.freeze({ id: current, privateKey: signing, publicKey }), publicKeys });
}

/** An audit key's id: the first 64 bits of SHA-256 over its public half, so an id cannot be given to another key. */
function auditKeyId(publicKey: KeyObject): string {
  return createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('hex').slice(0, 16);
}

function signingPair(entry: Fields, where: string): { privateKey: KeyObject | undefined; publicKey: KeyObject } {
  try {
    if (entry['privateKey'] === undefined) {
      const key = Buffer.from(bytesOf(entry, 'publicKey', where));
      return { privateKey: undefined, publicKey: ed25519(createPublicKey({ key, format: 'der', type: 'spki' })) };
    }
    const key = Buffer.from(bytesOf(entry, 'privateKey', where));
    const privateKey = ed25519(createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
    return { privateKey, publicKey: createPublicKey(privateKey) };
  } catch {
    throw new KeyFault(`${where}: an audit key must be an Ed25519 key as Portcullis wrote it, and it is not.`);
  }
}

function ed25519(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not Ed25519');
  return key;
}

function entriesOf(file: unknown, where: string): { current: string; entries: Fields[] } {
  const fields = fieldsOf(file, where);
  if (fields['format'] !== 1) throw new KeyFault(`${where} must have format 1, which this Portcullis reads, and it has not.`);
  const keys = fields['keys'];
  if (!Array.isArray(keys) || keys.length === 0) throw new KeyFault(`${where} must have a list of keys, and it has none.`);
  return { current: textOf(fields, 'current', where), entries: keys.map((entry) => fieldsOf(entry, where)) };
}

function fieldsOf(value: unknown, where: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new KeyFault(`${where} must hold the objects "secrets" and "audit", or one of them as a file, and it does not.`);
}

function textOf(fields: Fields, name: string, where: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new KeyFault(`${where}: "${name}" must be a text, and it is not.`);
}

function bytesOf(fields: Fields, name: string, where: string): Uint8Array {
  const text = textOf(fields, name, where);
  if (/^[A-Za-z0-9_-]+$/.test(text)) return new Uint8Array(Buffer.from(text, 'base64url'));
  throw new KeyFault(`${where}: "${name}" must be base64url, and it is not.`);
}
