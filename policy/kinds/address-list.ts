// A list of mail addresses: `user@host`, `@host` for all of a domain, `@*.host` for all of its subdomains.
import { asciiDomain } from '../domain.ts';
import { type EntryGrammar, type EntryRefusal, type List, type ListKind, type ListParameters, type ListState, listKind } from '../list.ts';

export interface AddressListKind<S extends ListState = ListState> extends ListKind<S> {
  readonly name: 'address-list';
}

/** The letters of a local part without quotes (RFC 5321 `dot-string`, RFC 6531 beyond ASCII). */
const LOCAL = /^(?![.])(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]|[^\x00-\x7f\p{C}\p{Z}\p{DI}])+(?<![.])$/u;
/** What the reading below would give back as it is: ASCII alone, the host in small letters and no A-label. Most addresses are of this kind. */
const PLAIN = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?![0-9]+$|0x[0-9a-f]*$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const refuse = (code: string, must: string): EntryRefusal => ({ code, must });

/** The canonical entry: the local part to the letter (`+tag` is another address), the domain as a lower-case A-label. */
export function readMailAddress(text: string): string | EntryRefusal {
  if (text.length <= 254 && text.indexOf('@') <= 64 && PLAIN.test(text) && !text.includes('xn--')) return text;
  if (text === '') return refuse('address.empty', 'name an address');
  if (text.length > 320) return refuse('address.too_long', 'name addresses of at most 254 letters');
  if (/[\p{Cc}\p{Cs}]/u.test(text)) return refuse('address.character', 'name addresses without control characters');
  if (/[<>]/.test(text)) return refuse('address.display_name', 'name the address alone, without a display name or angle brackets');
  if (/[()]/.test(text)) return refuse('address.comment', 'name addresses without comments');
  if (/[:;]/.test(text)) return refuse('address.group', 'name single addresses without groups');
  if (/\s/.test(text)) return refuse('address.blank', 'have no blank in or around an address');
  const at = text.lastIndexOf('@');
  if (at < 0) return refuse('address.no_at', 'name user@host, @host or @*.host');
  const local = text.slice(0, at);
  const wild = local === '' && text.startsWith('*.', 1);
  const domain = asciiDomain(text.slice(at + (wild ? 3 : 1)));
  if (domain === undefined) return refuse('address.domain', 'name a host by its domain name');
  if (local === '') return wild ? `@*.${domain}` : `@${domain}`;
  if (local.includes('"')) return refuse('address.quoted', 'name addresses without quotation marks');
  if (!LOCAL.test(local) || local.includes('..')) return refuse('address.local', 'name an address with a plain part before the @');
  const canonical = `${local}@${domain}`;
  if (new TextEncoder().encode(local).length > 64 || canonical.length > 254) return refuse('address.too_long', 'name addresses of at most 254 letters');
  return canonical;
}

/** Whether each canonical entry (an address is one) lies wholly in the list. `@*.host` is not host itself. */
function holds(list: List): (value: string) => boolean {
  const entries = new Set(list.entries.map((entry) => entry.value));
  return (value) => {
    if (entries.has(value)) return true;
    const host = value.slice(value.lastIndexOf('@') + 1);
    const wild = host.startsWith('*.');
    if (!wild && entries.has(`@${host}`)) return true;
    const name = wild ? host.slice(2) : host;
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      if (entries.has(`@*.${name.slice(dot + 1)}`)) return true;
    }
    return false;
  };
}

const grammar: EntryGrammar = { name: 'address-list', example: 'user@example.com', readEntry: readMailAddress, holds };

export const addressList = <S extends ListState>(parameters: ListParameters<S>): AddressListKind<S> =>
  listKind(grammar, parameters) as AddressListKind<S>;
