// Links of files: an address that names a file and carries a secret only this house can make. What stands in the database is not enough to make one.
import type { Keyring } from '#identity/keyring.ts';
import type { BrandId } from '#store/store.ts';

/** To whom a link was given: that decides what somebody without a session is answered, and nothing else. */
export type LinkKind = 'workspace' | 'chat' | 'api';

export interface FileLink {
  readonly kind: LinkKind;
  readonly brandId: BrandId;
  readonly fileId: string;
  readonly secret: string;
}

const PURPOSE = 'file link';
const LETTERS: Readonly<Record<string, LinkKind>> = { w: 'workspace', c: 'chat', a: 'api' };
const LINK = /^([wca])(b[0-9a-z]{12})\.([a-z]{1,8}_[0-9a-z]{26})\.([A-Za-z0-9_.-]{20,120})$/;

/** The salt is 128 random bits of the file's own; another salt, and the links of before open nothing. */
const said = ({ kind, brandId, fileId }: Omit<FileLink, 'secret'>, salt: Uint8Array): string => `${kind}\n${brandId}\n${fileId}\n${Buffer.from(salt).toString('base64url')}`;

/** The path of a link, to stand behind PUBLIC_URL. */
export function fileLinkPath(keyring: Keyring, link: Omit<FileLink, 'secret'>, salt: Uint8Array): string {
  return `/f/${link.kind.charAt(0)}${link.brandId}.${link.fileId}.${keyring.mac(PURPOSE, said(link, salt))}`;
}

/** What a link names; null when it cannot be one. */
export function readFileLink(text: string): FileLink | null {
  const parts = LINK.exec(text);
  if (parts === null) return null;
  const [, letter, brandId, fileId, secret] = parts as unknown as [string, string, string, string, string];
  return { kind: LETTERS[letter] as LinkKind, brandId, fileId, secret };
}

/** Whether its secret is the file's, in constant time. */
export const linkHolds = (keyring: Keyring, link: FileLink, salt: Uint8Array): boolean => keyring.macMatches(PURPOSE, said(link, salt), link.secret);
