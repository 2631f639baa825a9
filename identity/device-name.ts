// What a browser calls itself, in words a person knows: its name and the system it runs on, read from the User-Agent.
import Bowser from 'bowser';

export interface DeviceName {
  /** Such as `Firefox 128`; null when it is none we know. */
  readonly browser: string | null;
  /** Such as `Windows 10` or `iOS 17`. */
  readonly system: string | null;
  readonly kind: 'desktop' | 'phone' | 'tablet' | 'unknown';
}

const KINDS: Readonly<Record<string, DeviceName['kind']>> = { desktop: 'desktop', mobile: 'phone', tablet: 'tablet' };
const UNKNOWN: DeviceName = Object.freeze({ browser: null, system: null, kind: 'unknown' });
/** Longer than any real one; a hostile text costs no more than this to read. */
const LONGEST = 400;
/** Anything may stand in a User-Agent: only words and numbers are shown of it. */
const PLAIN = /^[\p{L}\p{N} .+()-]{1,40}$/u;
const LEADING_NUMBERS = /^\d{1,4}/;

function plain(name: string | undefined, version: string | undefined): string | null {
  if (name === undefined || !PLAIN.test(name)) return null;
  const major = LEADING_NUMBERS.exec(version ?? '')?.[0];
  return major === undefined ? name : `${name} ${major}`;
}

/** Never throws, whatever the text is: it is whatever a caller sent. */
export function deviceName(userAgent: string): DeviceName {
  if (userAgent === '') return UNKNOWN;
  try {
    const { browser, os, platform } = Bowser.parse(userAgent.slice(0, LONGEST));
    return Object.freeze({ browser: plain(browser.name, browser.version), system: plain(os.name, os.versionName ?? os.version), kind: KINDS[platform.type ?? ''] ?? 'unknown' });
  } catch {
    return UNKNOWN;
  }
}
