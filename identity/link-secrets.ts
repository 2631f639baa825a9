// The authenticator secret that a one-time link carries: sealed to that link, so that opening it twice shows the same picture.
import type { Keyring } from '#identity/keyring.ts';
import { newTotpSecret, totpUri } from '#identity/totp.ts';
import type { LinkRow } from '#store/links.ts';

type Named = Pick<LinkRow, 'id' | 'kind'>;

const ownerOf = ({ id, kind }: Named): string => `${kind}/${id}`;

/** A new secret, sealed for the `sealed` column of that link. */
export function sealNewSecret(keyring: Keyring, link: Named): Uint8Array {
  return keyring.seal(newTotpSecret(), ownerOf(link));
}

/** The secret of a link in base32. Throws a SealFault when the link carries none. */
export function secretOf(keyring: Keyring, link: Named & Pick<LinkRow, 'sealed'>): string {
  return Buffer.from(keyring.open(link.sealed ?? new Uint8Array(), ownerOf(link))).toString('utf8');
}

/** What a page draws of it: the secret to type, and the address to scan. */
export function totpOf(keyring: Keyring, link: Named & Pick<LinkRow, 'sealed'>, account: string, brand: string): { readonly secret: string; readonly uri: string } {
  const secret = secretOf(keyring, link);
  return { secret, uri: totpUri({ secret, account, brand }) };
}
