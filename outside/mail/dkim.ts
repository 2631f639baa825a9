// DKIM (RFC 6376): the key that mails are signed with, read whole at the start with every fault, so that none leaves unsigned unnoticed.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Opened } from '#outside/outcome.ts';

export interface Dkim {
  readonly domain: string;
  readonly selector: string;
  /** PEM. */
  readonly key: string;
}

export interface DkimSettings {
  readonly domain: string | undefined;
  readonly selector: string | undefined;
  /** PEM (line breaks may be written as \n), or the path of a file that holds it. */
  readonly key: string | undefined;
}

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;
/** RFC 8301 §3.2. */
const LEAST_RSA_BITS = 1024;

function pemOf(text: string): string | undefined {
  if (text.includes('-----BEGIN')) return text.replaceAll('\\n', '\n');
  try {
    return readFileSync(text, 'utf8');
  } catch {
    return undefined;
  }
}

function keyFault(key: KeyObject): string | undefined {
  // Few receivers verify Ed25519 (RFC 8463), and what signs here cannot make it.
  if (key.asymmetricKeyType !== 'rsa') return 'DKIM_KEY must be an RSA key, and it is another kind.';
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_RSA_BITS ? `DKIM_KEY must have at least ${LEAST_RSA_BITS} bits, better 2048, and it has fewer.` : undefined;
}

/** Nothing set is no signing; some of it set is a fault. A fault never quotes the key. */
export function dkimFrom({ domain, selector, key }: DkimSettings): Opened<Dkim | undefined> {
  if (domain === undefined && selector === undefined && key === undefined) return { ok: true, adapter: undefined };
  const faults: string[] = [];
  if (domain === undefined || !NAME.test(domain) || !domain.includes('.')) faults.push('DKIM_DOMAIN must be the domain that signs, such as example.com, and it is not.');
  if (selector === undefined || !NAME.test(selector)) faults.push('DKIM_SELECTOR must be the name under which the key stands in DNS, such as desk1 for desk1._domainkey, and it is not.');
  const pem = key === undefined ? undefined : pemOf(key);
  if (pem === undefined) faults.push('DKIM_KEY must be a private key in PEM, or the path of a file that can be read and holds one, and it is not.');
  else {
    try {
      const fault = keyFault(createPrivateKey(pem));
      if (fault !== undefined) faults.push(fault);
    } catch {
      faults.push('DKIM_KEY must be a private key in PEM without a passphrase, and it cannot be read as one.');
    }
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, adapter: Object.freeze({ domain: domain!, selector: selector!, key: pem! }) };
}
