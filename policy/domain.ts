// A domain name as people type it, to the one form it is compared in: an A-label (RFC 5890), lower case.

/** Letters that no one sees, and the ideographic full stop, which becomes a dot: two names that look alike must not become one unnoticed. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{DI}\u3002]/u;
const ASCII_OUTSIDE_NAMES = /[\x00-\x2c\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]/;
/** What the conversion below would give back as it is: small ASCII letters, no A-label, no last label of digits. Most names are of this kind. */
const PLAIN = /^(?!.*(?:^|\.)xn--)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?![0-9]+$|0x[0-9a-f]*$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * `Bücher.example` gives `xn--bcher-kva.example`; undefined for anything that is no host name: addresses, wildcards, a
 * closing dot, blanks, invisible or compatibility letters (full-width). At most 253 letters, 63 a label (RFC 1035 §2.3.4).
 * The conversion is that of the URL standard, which browsers and servers share (UTS #46, non-transitional).
 */
export function asciiDomain(text: string): string | undefined {
  if (text.length <= 253 && PLAIN.test(text)) return text;
  if (text.length === 0 || text.length > 253 || UNSEEN.test(text) || ASCII_OUTSIDE_NAMES.test(text)) return undefined;
  if (text.normalize('NFKC').toLowerCase() !== text.normalize('NFC').toLowerCase()) return undefined;
  if (!URL.canParse(`https://${text}/`)) return undefined;
  const url = new URL(`https://${text}/`);
  const labels = url.hostname.split('.');
  const top = labels.at(-1)!;
  // A last label of digits makes an IPv4 address to a URL reader (`1.2` would be 1.0.0.2).
  if (url.hostname.length > 253 || /^[0-9]+$/.test(top)) return undefined;
  return labels.every((label) => LABEL.test(label)) ? url.hostname : undefined;
}
