// Tickets for the chat: signed here with the shop's own key, or asked for at the desk with an API key.
import { createPrivateKey, randomUUID, sign } from 'node:crypto';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A private key as PEM or as JWK: Ed25519 makes EdDSA, P-256 makes ES256. */
function readKey(text) {
  let key;
  try {
    key = text.trim().startsWith('{') ? createPrivateKey({ key: JSON.parse(text), format: 'jwk' }) : createPrivateKey(text);
  } catch {
    // What was given is not repeated: it may be a key that was copied badly.
    throw new Error('TICKET_KEY names no file that is here, and is no private key itself. Name the file by its whole path, or start the shop in the folder the key was made in.');
  }
  if (key.asymmetricKeyType === 'ed25519') return { key, alg: 'EdDSA' };
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return { key, alg: 'ES256' };
  throw new Error('TICKET_KEY must be an Ed25519 or a P-256 private key.');
}

/** Signs a ticket (JWT, RFC 7519) that is good for a minute and for one chat. */
function signedHere({ ticketKey, keyId, channel }) {
  const { key, alg } = readKey(ticketKey);
  return async ({ id, name, email }) => {
    const now = Math.floor(Date.now() / 1000);
    const head = encode({ alg, kid: keyId, typ: 'JWT' });
    const body = encode({ aud: channel, iat: now, exp: now + 60, jti: randomUUID(), external_id: id, name, email });
    const input = Buffer.from(`${head}.${body}`);
    // JWS wants the two numbers of ES256 side by side, not in DER (RFC 7518 3.4).
    const signature = sign(alg === 'EdDSA' ? null : 'sha256', input, alg === 'EdDSA' ? key : { key, dsaEncoding: 'ieee-p1363' });
    return `${head}.${body}.${signature.toString('base64url')}`;
  };
}

async function atDesk({ desk, apiKey }, path, body) {
  const answer = await fetch(`${desk}/api/v1/auth/${path}`, { method: 'POST', headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }, body: JSON.stringify(body), signal: AbortSignal.timeout(5000) });
  const said = await answer.json();
  if (!answer.ok) throw new Error(`The desk answered ${answer.status} ${said.code}: ${said.detail}`);
  return said;
}

/**
 * @param {{ desk: string, channel: string, ticketKey?: string, keyId?: string, apiKey?: string }} settings
 * @returns {{ ticketFor: (customer: { id: string, name: string, email: string }) => Promise<string | null>, endFor: (customer: { id: string }) => Promise<void> }}
 */
export function ticketSource(settings) {
  const { channel, ticketKey, keyId, apiKey } = settings;
  if (ticketKey && !keyId) throw new Error('TICKET_KEY needs KEY_ID: the id that the desk shows beside the key.');
  const local = ticketKey ? signedHere(settings) : undefined;
  return {
    async ticketFor(customer) {
      if (local) return local(customer);
      if (!apiKey) return null;
      return (await atDesk(settings, 'ticket', { channel, external_id: customer.id, name: customer.name, email: customer.email })).ticket;
    },
    /** Ends the customer's chats on all devices; the desk wants an API key for it. */
    async endFor(customer) {
      if (apiKey) await atDesk(settings, 'sign-out', { channel, external_id: customer.id });
    },
  };
}
