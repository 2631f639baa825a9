// The opening: proves to the chat's frame, which is a page of our own, which site opened it. The site's page fetched it; browsers said from where.
import type { Keyring } from '#identity/keyring.ts';

export interface Opening {
  /** The channel's public address, `<brand id>.<channel id>`. */
  readonly address: string;
  /** The site's origin as its browser said it. */
  readonly site: string;
}

export const OPENING_MS = 600_000;
const PURPOSE = 'chat opening';
const LONGEST = 1_000;

/** Sealed by the keyring's mac, so that any node takes what another gave; good for ten minutes, also more than once. */
export function newOpening(keyring: Keyring, { address, site }: Opening, now: number): string {
  const said = Buffer.from(JSON.stringify([address, site, now + OPENING_MS])).toString('base64url');
  return `${said}.${keyring.mac(PURPOSE, said)}`;
}

/** What it proves; null when it is not ours or too old. */
export function readOpening(keyring: Keyring, opening: string, now: number): Opening | null {
  const point = opening.indexOf('.');
  if (point < 0 || opening.length > LONGEST) return null;
  const said = opening.slice(0, point);
  if (!keyring.macMatches(PURPOSE, said, opening.slice(point + 1))) return null;
  const [address, site, until] = JSON.parse(Buffer.from(said, 'base64url').toString('utf8')) as [string, string, number];
  return now < until ? { address, site } : null;
}

const ADDRESS = /^(b[0-9a-z]{12})\.(chn_[0-9a-z]{26})$/;

/** The parts of a channel's public address; null when it cannot be one. */
export function readChannelAddress(address: string): { readonly brandId: string; readonly channelId: string } | null {
  const parts = ADDRESS.exec(address);
  return parts === null ? null : { brandId: parts[1] as string, channelId: parts[2] as string };
}
