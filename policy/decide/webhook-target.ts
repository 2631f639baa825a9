// May the server call this address of somebody's choosing? Never what is private, its own, or a way back in (OWASP ASVS 5.0 1.3.6; IANA special-purpose registries).
import { type Address, formatAddress, parseAddress } from '../address.ts';
import { type CidrSet, compileCidrSet } from '../cidr-set.ts';
import { type Decision, allow, deny } from '../decision.ts';

/** Everything that is not an ordinary address of the internet; what IPv6 has beyond 2000::/3 is none either. */
const SPECIAL: CidrSet = compileCidrSet([
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16',
  '192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
  '::/3', '4000::/2', '8000::/1', '2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20',
  // The address at which Azure answers its own machines, metadata among it.
  '168.63.129.16/32',
]);
const PORTS: ReadonlySet<string> = new Set(['', '443', '8443']);
const LONGEST = 2_000;

export interface TargetFacts {
  readonly url: string;
  /** Every address that its host resolves to; null before it was resolved. */
  readonly addresses: readonly Address[] | null;
  /** What the operator allows (WEBHOOK_ALLOW): there plain http and any port may be called too. */
  readonly allowed: CidrSet | null;
}

/** The address that a host is written as, in whatever spelling URL has made canonical; undefined for a name. */
export function literalOf(url: URL): Address | undefined {
  return parseAddress(url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname);
}

/** Codes: `webhook.url_invalid`, `webhook.url_insecure`, `webhook.url_port`, `webhook.address_forbidden`, `webhook.unresolved`. One forbidden address among many refuses. */
export function decideWebhookTarget({ url: text, addresses, allowed }: TargetFacts): Decision {
  const url = text.length > LONGEST ? null : URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '' || url.hostname === '') return deny('webhook.url_invalid', null, {});
  const ordinary = url.protocol === 'https:' && PORTS.has(url.port);
  // What the operator allows is told by addresses: while none is allowed, nothing but the ordinary is.
  if (!ordinary && allowed === null) return url.protocol === 'http:' ? deny('webhook.url_insecure', null, {}) : deny('webhook.url_port', null, { port: url.port });
  const literal = literalOf(url);
  const judged = literal === undefined ? addresses : [literal];
  if (judged === null) return allow();
  if (judged.length === 0) return deny('webhook.unresolved', null, { host: url.hostname });
  for (const address of judged) {
    const byOperator = allowed !== null && allowed.contains(address);
    if (byOperator) continue;
    if (SPECIAL.contains(address)) return deny('webhook.address_forbidden', null, { host: url.hostname, address: formatAddress(address) });
    if (!ordinary) return url.protocol === 'http:' ? deny('webhook.url_insecure', null, {}) : deny('webhook.url_port', null, { port: url.port });
  }
  return allow();
}
