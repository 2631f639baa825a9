// The headers under which a file leaves: nothing in it runs, nobody keeps it, and only pictures, sound and video are shown in place.
import { create } from 'content-disposition';
import { type HeaderProfile, headerProfile } from '#server/security-headers.ts';

/**
 * The types that a browser shows in place: they hold no markup and no script. Whatever is not here is handed out as bytes to be saved, under
 * `application/octet-stream`, so that no browser finds a use for it (SETTINGS.md, Media).
 */
const IN_PLACE: ReadonlySet<string> = new Set([
  'image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif', 'image/bmp',
  'audio/mpeg', 'audio/mp4', 'audio/ogg', 'audio/wav', 'audio/webm', 'audio/flac', 'audio/aac',
  'video/mp4', 'video/webm', 'video/ogg', 'video/quicktime',
]);

export const shownInPlace = (mime: string): boolean => IN_PLACE.has(mime);

/**
 * No script, no plugin, no form, no fetch, an origin of its own (CSP Level 3 §6.3.1, `sandbox`). What a browser wraps around a picture or a
 * video that is opened alone needs a style and the file itself.
 */
const POLICY = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

export const fileProfile = (secure: boolean): HeaderProfile => headerProfile(secure, { 'content-security-policy': POLICY });

/** What could steer a terminal, a header or the eye: control characters, and those that turn the direction of what follows (Unicode UAX #9 §2). */
const STEERING = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** RFC 6266, with RFC 8187 for names beyond ASCII. `save`: to be saved whatever it is. */
export function dispositionOf(name: string, mime: string, save: boolean): string {
  const plain = name.toWellFormed().replace(STEERING, '_').slice(0, 255);
  return create(plain === '' ? 'file' : plain, { type: !save && shownInPlace(mime) ? 'inline' : 'attachment' });
}

export const contentTypeOf = (mime: string): string => (shownInPlace(mime) ? mime : 'application/octet-stream');
