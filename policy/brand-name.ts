// What a brand, its address and a person may be called: judged alike by the server, the command line and the setup page.
// Text is kept as given or refused with a reason, never altered.
import type { Fault } from './fault.ts';

/** The name in the path: /b/<slug>/. */
const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const RESERVED = new Set(['api', 'assets', 'b', 'setup', 'unlock', 'health', 'healthz', 'embed', 'widget', 'admin']);
export const NAME_CHARS = 120;

// Control characters, line separators, lone surrogates, and marks that reorder or hide text (Unicode TR 36, 3.2).
export const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/u;

/** Faults of a free one-line text that people read: a name or a label. */
export function lineFaults(text: string, path: string, label: string): Fault[] {
  const length = [...text].length;
  if (text.trim() === '') return [{ path, code: 'text.empty', message: `${label} must not be empty.` }];
  if (text !== text.trim()) return [{ path, code: 'text.outer_space', message: `${label} must not begin or end with a space.` }];
  if (length > NAME_CHARS) return [{ path, code: 'text.too_long', message: `${label} must have at most ${NAME_CHARS} characters, not ${length}.` }];
  if (UNSEEN.test(text)) return [{ path, code: 'text.unseen', message: `${label} must not contain control characters or marks that hide or reorder text.` }];
  return [];
}

export function personName(name: string, path: string): Fault[] {
  return lineFaults(name, path, 'Name');
}

export function brandFaults(brand: { readonly name: string; readonly slug: string } | undefined): Fault[] {
  if (brand === undefined) return [{ path: 'brand/name', code: 'text.empty', message: 'Brand name must not be empty.' }];
  const faults = lineFaults(brand.name, 'brand/name', 'Brand name');
  if (!SLUG.test(brand.slug) || RESERVED.has(brand.slug)) {
    const path = 'brand/slug';
    const offer = slugFrom(brand.name);
    const message = RESERVED.has(brand.slug)
      ? `Address must not be "${brand.slug}", which Portcullis needs itself.`
      : 'Address must be 1 to 40 small letters, digits and inner hyphens, such as acme-support.';
    faults.push(offer === '' || offer === brand.slug ? { path, code: 'brand.slug_invalid', message } : { path, code: 'brand.slug_invalid', message, offer });
  }
  return faults;
}

/** A fitting path name for a brand name, accents taken off ("Café & Söhne" gives "cafe-sohne"); empty when none of its letters fit. */
export function slugFrom(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}+/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const slug = plain.replace(/^-+/, '').slice(0, 40).replace(/-+$/, '');
  return RESERVED.has(slug) ? `${slug}-desk` : slug;
}
