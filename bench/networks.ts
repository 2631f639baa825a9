// Believable networks and addresses, the same at each run: four of five are IPv4.
import { seeded } from './statistics.ts';

type Random = () => number;

const whole = (random: Random, below: number): number => Math.floor(random() * below);

function ipv4(random: Random, length: number): string {
  const value = (whole(random, 223 * 2 ** 24) + 2 ** 24) >>> 0;
  const masked = (value & (length === 32 ? -1 : ~(0xffffffff >>> length))) >>> 0;
  return [masked >>> 24, (masked >>> 16) & 255, (masked >>> 8) & 255, masked & 255].join('.');
}

/** Hextets as RFC 5952 writes them while none is zero. */
function ipv6(random: Random, hextets: number): string {
  const rest = Array.from({ length: hextets - 1 }, () => (1 + whole(random, 65_535)).toString(16));
  return [(0x2001 + whole(random, 0x1000)).toString(16), ...rest].join(':');
}

/** `count` canonical networks: single hosts to /16 in IPv4, /32 to /64 in IPv6. They may overlap, as lists do. */
export function networks(count: number): string[] {
  const random = seeded(41);
  return Array.from({ length: count }, () => {
    if (random() < 0.2) {
      const hextets = 2 + whole(random, 3);
      return `${ipv6(random, hextets)}::/${hextets * 16}`;
    }
    const length = random() < 0.5 ? 32 : 20 + whole(random, 12);
    return `${ipv4(random, length)}/${length}`;
  });
}

/** Addresses to look up: every other one lies in a network of the list. */
export function addresses(list: readonly string[], count: number): string[] {
  const random = seeded(43);
  return Array.from({ length: count }, (_, n) => {
    if (n % 2 === 1) return random() < 0.2 ? ipv6(random, 8) : ipv4(random, 32);
    const cidr = list[whole(random, list.length)]!;
    const base = cidr.slice(0, cidr.indexOf('/'));
    return base.endsWith('::') ? `${base}${(1 + whole(random, 65_535)).toString(16)}` : base;
  });
}
