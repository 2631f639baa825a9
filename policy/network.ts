// The network an address belongs to where people are counted by network: /24 for IPv4, /48 for IPv6 (SETTINGS.md, "Locks").
import { type Address, formatAddress } from './address.ts';

/** `203.0.113.0/24`, `2001:db8:1::/48`, or `unknown`. */
export function networkOf(address: Address | null): string {
  if (address === null) return 'unknown';
  if (address.family === 4) {
    const words = [((address.words[0] as number) & 0xffffff00) >>> 0];
    return `${formatAddress({ family: 4, words })}/24`;
  }
  const words = [address.words[0] as number, ((address.words[1] as number) & 0xffff0000) >>> 0, 0, 0];
  return `${formatAddress({ family: 6, words })}/48`;
}
