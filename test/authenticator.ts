// A passkey authenticator in software, for tests: ES256, attestation "none", with flags, counter, origin and RP id as the test wants them.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

interface CreationOptions {
  readonly challenge: string;
  readonly user: { readonly id: string };
}

interface RequestOptions {
  readonly challenge: string;
}

/** What a wrong authenticator, browser or page would do differently. */
export interface Faults {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly userVerified?: boolean;
  readonly userPresent?: boolean;
  readonly counter?: number;
  readonly userHandle?: string;
  readonly type?: string;
  /** Signs with a key of somebody else. */
  readonly key?: KeyObject;
}

export interface Authenticator {
  readonly id: string;
  /** What the next assertion counts; 0 for one that does not count, as synced passkeys. */
  counter: number;
  /** The private key, to plant it elsewhere. */
  readonly key: KeyObject;
  create(options: CreationOptions, faults?: Faults): Record<string, unknown>;
  get(options: RequestOptions, faults?: Faults): Record<string, unknown>;
}

const sha256 = (data: Uint8Array | string): Buffer => createHash('sha256').update(data).digest();
const b64 = (data: Uint8Array | string): string => Buffer.from(data as Uint8Array).toString('base64url');

/** CBOR (RFC 8949) of the few things that are needed: whole numbers, bytes, text and maps. */
function cbor(value: number | Uint8Array | string | Map<number | string, unknown>): Buffer {
  const head = (major: number, n: number): Buffer => (n < 24 ? Buffer.from([(major << 5) | n]) : n < 256 ? Buffer.from([(major << 5) | 24, n]) : Buffer.from([(major << 5) | 25, n >> 8, n & 255]));
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value, 'utf8')]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one as Uint8Array)])]);
}

/** Makes one for a page at `origin` with the RP id `rpId`. */
export function authenticator({ origin, rpId }: { origin: string; rpId: string }): Authenticator {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = pair.publicKey.export({ format: 'jwk' });
  const credentialId = randomBytes(32);
  const coordinate = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64url');
  const cose = cbor(new Map<number | string, unknown>([[1, 2], [3, -7], [-1, 1], [-2, coordinate(jwk.x)], [-3, coordinate(jwk.y)]]));
  let handle = '';

  const clientData = (type: string, challenge: string, faults: Faults): Buffer =>
    Buffer.from(JSON.stringify({ type: faults.type ?? type, challenge: faults.challenge ?? challenge, origin: faults.origin ?? origin, crossOrigin: false }));
  function authData(faults: Faults, attested: Uint8Array): Buffer {
    const flags = ((faults.userPresent ?? true) ? 1 : 0) | ((faults.userVerified ?? true) ? 4 : 0) | (attested.length > 0 ? 64 : 0);
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(faults.counter ?? made.counter);
    return Buffer.concat([sha256(faults.rpId ?? rpId), Buffer.from([flags]), counter, attested]);
  }

  const made: Authenticator = {
    id: b64(credentialId),
    counter: 0,
    key: pair.privateKey,
    create(options, faults = {}) {
      handle = options.user.id;
      const length = Buffer.from([0, credentialId.length]);
      const data = authData(faults, Buffer.concat([Buffer.alloc(16), length, credentialId, cose]));
      const attestation = cbor(new Map<number | string, unknown>([['fmt', 'none'], ['attStmt', new Map()], ['authData', data]]));
      const response = { clientDataJSON: b64(clientData('webauthn.create', options.challenge, faults)), attestationObject: b64(attestation), transports: ['internal', 'hybrid', 'telepathy'] };
      return { id: made.id, rawId: made.id, type: 'public-key', response, clientExtensionResults: {}, authenticatorAttachment: 'platform' };
    },
    get(options, faults = {}) {
      if (made.counter > 0) made.counter += 1;
      const client = clientData('webauthn.get', options.challenge, faults);
      const data = authData(faults, Buffer.alloc(0));
      const signature = sign('sha256', Buffer.concat([data, sha256(client)]), faults.key ?? pair.privateKey);
      const response = { clientDataJSON: b64(client), authenticatorData: b64(data), signature: b64(signature), userHandle: faults.userHandle ?? handle };
      return { id: made.id, rawId: made.id, type: 'public-key', response, clientExtensionResults: {} };
    },
  };
  return made;
}
