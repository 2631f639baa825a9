// The settings of the tab Password management: what a password must be, how it ages, how it is renewed.
import { count } from '../kinds/count.ts';
import { days } from '../kinds/days.ts';
import { flag } from '../kinds/flag.ts';
import { setting } from '../setting.ts';

const JUDGED = 'Judged where a password is chosen, renewed or signed in with.';

export const password = {
  'password.min_length': setting({
    // NIST SP 800-63B-4 §3.1.1.2: 15 where the password stands alone.
    kind: count({ min: 12, max: 64, tighterIs: 'larger', one: 'character', many: 'characters' }),
    default: 15,
    label: 'Minimum password length',
    help: 'The fewest characters a new password may have; fewer than 15 only while everyone needs a second factor.',
    limits: 'A password chosen before stays good until it is changed.',
    scope: 'brand',
    doors: ['workspace'],
    judged: JUDGED,
  }),
  'password.breach_lookup': setting({
    kind: flag({ tighterIs: 'on' }),
    default: false,
    label: 'Look new passwords up in known breaches',
    help: 'A new password is looked up by the first letters of its digest, so that it never leaves this server.',
    scope: 'brand',
    doors: ['workspace'],
    judged: JUDGED,
  }),
  'password.reset_without_otp': setting({
    kind: flag({ tighterIs: 'off' }),
    default: false,
    label: 'Allow password renewal without OTP',
    help: 'While on, the mailed link is enough for a person without a factor; who has one is always asked for it.',
    scope: 'brand',
    doors: ['workspace'],
    judged: JUDGED,
  }),
  'password.min_age_days': setting({
    kind: days({ min: 0, max: 998, tighterIs: 'larger' }),
    default: 0,
    label: 'Minimum password age',
    help: 'For so many days after it was set a person may not change their own password again.',
    scope: 'brand',
    doors: ['workspace'],
    judged: JUDGED,
  }),
  'password.max_age_days': setting({
    kind: days({ min: 0, max: 999, tighterIs: 'smaller', zeroMeans: 'Never' }),
    default: 0,
    label: 'Maximum password age',
    help: 'After so many days a password must be changed; NIST SP 800-63B-4 and OWASP ASVS 5.0 advise against it.',
    scope: 'brand',
    doors: ['workspace'],
    judged: JUDGED,
  }),
  'password.history': setting({
    kind: count({ min: 0, max: 24, tighterIs: 'larger', one: 'earlier password', many: 'earlier passwords' }),
    default: 5,
    label: 'Number of passwords in password history',
    help: 'A new password may be neither the current one nor one of so many before it.',
    scope: 'brand',
    doors: ['workspace'],
    judged: JUDGED,
  }),
} as const;
