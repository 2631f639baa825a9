// The keyring: the keys that are kept outside the database, so that a stolen database alone opens and forges nothing.
import { createHmac, type KeyObject } from 'node:crypto';
import { type AuditKeys, auditKeysFrom, newAuditFile, newSecretsFile, rootKeysFrom, type SecretKeys } from '#identity/key-files.ts';
import { KeyFault, readKeyFile, writeKeyFile } from '#identity/key-folder.ts';
import { sameText } from '#identity/same-text.ts';
import { deriveKey, openWith, sealedUnder, sealWith, SealFault } from '#identity/sealing.ts';

export { KeyFault };

/** The Ed25519 key that signs the heads of the audit chains. */
export interface AuditKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface Keyring {
  /** The id of the key that seals now. Store it with the data to tell "wrong keys" from "broken data" at start. */
  readonly sealKeyId: string;
  /** Every key id this ring can open. */
  readonly keyIds: readonly string[];
  /** Seals a small secret for one owner (`belongsTo`, such as `totp_factors/fac_…`). */
  seal(secret: Uint8Array | string, belongsTo: string): Uint8Array;
  /** Opens it again, for that owner only. Throws SealFault. */
  open(sealed: Uint8Array, belongsTo: string): Uint8Array;
  /** HMAC-SHA-256 of the data under a key of that purpose alone, as `<key id>.<base64url>`: stable until the key is changed. */
  mac(purpose: string, data: Uint8Array | string): string;
  /** Whether a stored mac is that of the data, in constant time, under whichever of the ring's keys made it. */
  macMatches(purpose: string, data: Uint8Array | string, stored: string): boolean;
  readonly auditKey: AuditKey;
  /** Public keys of every audit key, retired ones too, by id: for verifying older heads. */
  readonly auditPublicKeys: ReadonlyMap<string, KeyObject>;
  /** Sentences for the operator, such as a key file that others may read. Empty when all is well. */
  readonly warnings: readonly string[];
}

/**
 * Opens the keyring. With `env` (the text of PORTCULLIS_KEYS) no file is read or written; else `secrets.json` and
 * `audit.json` in `folder`, which are made only when `create` is true: that is, while no database exists yet. A key lost later is
 * a fault, never a silent new key: new keys would make every second factor unreadable and every signed head unverifiable.
 * @throws KeyFault
 */
export function openKeyring(from: { folder: string; env?: string | undefined; create: boolean; now: number }): Keyring {
  if (from.env !== undefined && from.env.trim() !== '') {
    const both = parsed(from.env, 'PORTCULLIS_KEYS');
    return ring(rootKeysFrom(both['secrets'], 'PORTCULLIS_KEYS'), auditKeysFrom(both['audit'], 'PORTCULLIS_KEYS'), []);
  }
  const warnings: string[] = [];
  const load = (name: string, fresh: () => object): Record<string, unknown> => {
    let found = readKeyFile(from.folder, name);
    if (found === undefined && from.create) {
      writeKeyFile(from.folder, name, `${JSON.stringify(fresh(), null, 2)}\n`);
      found = readKeyFile(from.folder, name); // What stands there now: another node's first start may have been quicker.
    }
    if (found === undefined) throw new KeyFault(missing(from.folder, name));
    if (found.warning !== undefined) warnings.push(found.warning);
    return parsed(found.text, found.path);
  };
  const secrets = load('secrets.json', () => newSecretsFile(from.now));
  const audit = load('audit.json', () => newAuditFile(from.now));
  return ring(rootKeysFrom(secrets, 'secrets.json'), auditKeysFrom(audit, 'audit.json'), warnings);
}

function ring(secrets: SecretKeys, audit: AuditKeys, warnings: string[]): Keyring {
  const sealKeys = new Map([...secrets.keys].map(([id, root]) => [id, deriveKey(root, 'seal')]));
  const macKeys = new Map<string, Uint8Array>();
  const current = secrets.current;
  // Purposes are a handful of words in the code, so the derived keys are kept; HKDF costs more than the mac itself.
  const macKey = (id: string, purpose: string): Uint8Array | undefined => {
    const root = secrets.keys.get(id);
    if (root === undefined) return undefined;
    const name = `${id} ${purpose}`;
    const known = macKeys.get(name) ?? deriveKey(root, `mac ${purpose}`);
    macKeys.set(name, known);
    return known;
  };
  const macUnder = (id: string, purpose: string, data: Uint8Array | string): string | undefined => {
    const key = macKey(id, purpose);
    return key === undefined ? undefined : `${id}.${createHmac('sha256', key).update(data).digest('base64url')}`;
  };
  return Object.freeze<Keyring>({
    sealKeyId: current,
    keyIds: Object.freeze([...secrets.keys.keys()]),
    seal(secret, belongsTo) {
      const bytes = typeof secret === 'string' ? Buffer.from(secret, 'utf8') : secret;
      return sealWith(current, sealKeys.get(current)!, bytes, belongsTo);
    },
    open(sealed, belongsTo) {
      const id = sealedUnder(sealed);
      const key = sealKeys.get(id);
      if (key === undefined) throw new SealFault('seal.unknown_key', unknownKey(id));
      return openWith(key, sealed, belongsTo);
    },
    mac: (purpose, data) => macUnder(current, purpose, data)!,
    macMatches(purpose, data, stored) {
      const expected = macUnder(stored.slice(0, 16), purpose, data);
      return expected !== undefined && sameText(expected, stored);
    },
    auditKey: audit.current,
    auditPublicKeys: audit.publicKeys,
    warnings: Object.freeze(warnings),
  });
}

function parsed(text: string, where: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // The parser's own message may quote the text, and the text is a key.
  }
  throw new KeyFault(`${where} must be the JSON object that Portcullis wrote, and it is not: put back its backup.`);
}

function unknownKey(id: string): string {
  return `A secret was sealed with key ${id}, which is not in the keyring: put back the key file that belongs to this database.`;
}

function missing(folder: string, name: string): string {
  return `The key file ${name} is missing from ${folder} although a database exists: put back its backup, because without it second factors cannot be read nor the audit trail signed.`;
}
