// Tickets for a chat that is to know your signed-in customer: signed by your own server, or minted by the API. Node alone, no dependency.
import { createPrivateKey, type JsonWebKeyInput, type KeyObject, randomBytes, sign } from 'node:crypto';

/** Whom the ticket speaks of. At least one of `externalId`, `email` and `phone`. */
export interface Customer {
  /** Your own id of the customer, at most 200 characters. It wins over email and phone. */
  readonly externalId?: string;
  readonly email?: string;
  /** International form: +49 151 12345678. */
  readonly phone?: string;
  readonly name?: string;
  /** Default true: the ticket works once. */
  readonly oneTime?: boolean;
  /** Default false: what it says fills empty fields only. True needs a key that may overwrite. */
  readonly overrideCustomerDetails?: boolean;
}

export interface Signing extends Customer {
  /** Ed25519 or P-256, as JWK, PEM or KeyObject. It never leaves your server. */
  readonly privateKey: JsonWebKeyInput['key'] | string | KeyObject;
  /** The id that Portcullis gave the key when its public part was registered: `key_…`. */
  readonly keyId: string;
  /** The channel's address from its snippet: `b….chn_…`. */
  readonly channel: string;
  /** Default 60. The channel's own limit counts too: the earlier of the two ends the ticket. */
  readonly lifetimeSeconds?: number;
  /** ms since 1970; default: now. */
  readonly now?: number;
}

export interface Minting extends Customer {
  /** Where Portcullis is reached: `https://chat.example.com`. */
  readonly origin: string | URL;
  /** `pck_…`, with the scope `tickets:write`. */
  readonly apiKey: string;
  /** The channel's id or address. */
  readonly channel: string;
  readonly signal?: AbortSignal;
  /** For tests; default: the global fetch. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface MintedTicket {
  readonly ticket: string;
  readonly expiresAt: Date;
}

/** The API said no. `code` is stable, such as `api.key_revoked`; `id` finds the refusal in the audit trail. */
export class PortcullisError extends Error {
  readonly status: number;
  readonly code: string;
  readonly id: string;
  /** What is wrong with the values, one each. */
  readonly faults: readonly { readonly path: string; readonly code: string; readonly message: string }[];
  constructor(status: number, problem: { readonly code?: string; readonly detail?: string; readonly id?: string; readonly faults?: PortcullisError['faults'] }) {
    const faults = problem.faults ?? [];
    super([problem.detail ?? `Portcullis answered ${status}.`, ...faults.map((fault) => fault.message)].join(' '));
    this.name = 'PortcullisError';
    this.status = status;
    this.code = problem.code ?? 'unknown';
    this.id = problem.id ?? '';
    this.faults = faults;
  }
}

function keyOf(given: Signing['privateKey']): KeyObject {
  if (typeof given === 'string') return createPrivateKey(given);
  if ('kty' in given) return createPrivateKey({ key: given, format: 'jwk' });
  return given as KeyObject;
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function told({ externalId, email, phone, name, oneTime, overrideCustomerDetails }: Customer): Record<string, unknown> {
  if (externalId === undefined && email === undefined && phone === undefined) throw new TypeError('A ticket needs externalId, email or phone: who is the customer?');
  return { external_id: externalId, email, phone, name, one_time: oneTime, override_customer_details: overrideCustomerDetails };
}

/** Signs a ticket (JWT with EdDSA or ES256, by the kind of the key). Make one for each page that opens the chat, and give it to that page alone. */
export function signTicket({ privateKey, keyId, channel, lifetimeSeconds = 60, now = Date.now(), ...customer }: Signing): string {
  const key = keyOf(privateKey);
  const curve = key.asymmetricKeyDetails?.namedCurve;
  const alg = key.asymmetricKeyType === 'ed25519' ? 'EdDSA' : key.asymmetricKeyType === 'ec' && curve === 'prime256v1' ? 'ES256' : undefined;
  if (alg === undefined) throw new TypeError('The private key must be an Ed25519 or a P-256 key.');
  const iat = Math.floor(now / 1_000);
  const claims = { ...told(customer), aud: channel, iat, exp: iat + lifetimeSeconds, jti: randomBytes(24).toString('base64url') };
  const input = `${encoded({ alg, kid: keyId, typ: 'JWT' })}.${encoded(claims)}`;
  const signature = sign(alg === 'ES256' ? 'sha256' : null, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

async function call({ origin, apiKey, signal, fetch = globalThis.fetch }: Pick<Minting, 'origin' | 'apiKey' | 'signal' | 'fetch'>, path: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(new URL(path, origin), {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    // A key is sent to the address that was given, and to no other.
    redirect: 'error',
    ...(signal === undefined ? {} : { signal }),
  });
  const said = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  if (!answer.ok) throw new PortcullisError(answer.status, said);
  return said;
}

/** Has the API mint a ticket. Throws a PortcullisError when it refuses. */
export async function mintTicket({ origin, apiKey, channel, signal, fetch, ...customer }: Minting): Promise<MintedTicket> {
  const said = await call({ origin, apiKey, ...(signal && { signal }), ...(fetch && { fetch }) }, '/api/v1/auth/ticket', { channel, ...told(customer) });
  return { ticket: String(said['ticket']), expiresAt: new Date(String(said['expires_at'])) };
}

/** Ends the chat sessions of a customer who signed out of your site: in one channel, or in all. Name them by exactly one of the three. */
export async function signOutCustomer({ origin, apiKey, channel, signal, fetch, externalId, email, phone }: Pick<Minting, 'origin' | 'apiKey' | 'signal' | 'fetch' | 'externalId' | 'email' | 'phone'> & { readonly channel?: string }): Promise<number> {
  const said = await call({ origin, apiKey, ...(signal && { signal }), ...(fetch && { fetch }) }, '/api/v1/auth/sign-out', { channel, external_id: externalId, email, phone });
  return Number(said['ended']);
}
