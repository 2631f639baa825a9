// Secrets of webhooks and the signatures made with them (Standard Webhooks 1.0.0, symmetric, v1).
import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';

/** `whsec_` and base64 of 256 random bits: shown once, sealed at rest. */
export const newWebhookSecret = (): string => `${PREFIX}${randomBytes(32).toString('base64')}`;

/**
 * The headers of one delivery. After a rotation both secrets sign for a while, the newer first.
 * @param at seconds since 1970: of this try, so that a receiver may refuse old ones
 */
export function signedHeaders(id: string, at: number, body: string, secrets: readonly string[]): Record<string, string> {
  const signatures = secrets.map((secret) => `v1,${createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64')).update(`${id}.${at}.${body}`).digest('base64')}`);
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': signatures.join(' ') };
}
