// NIST SP 800-63B-4 (August 2025) at authentication assurance level 2, as far as an application that verifies its own passwords can answer it.
import type { Preset } from '../preset.ts';

const everybodyHasTwo = { key: 'two_factor.mode', want: { oneOf: ['on'] }, because: 'A password is only ever one of two factors; then 8 characters are enough.' } as const;

export const nist80063b: Preset = {
  id: 'nist-800-63b-4-aal2',
  name: 'NIST SP 800-63B-4, AAL2',
  publisher: 'National Institute of Standards and Technology',
  about: 'Sections 2 to 5 for passwords, second factors and sessions at level 2. What is only recommended (SHOULD) is asked here too. Identity proofing, federation, biometrics and FIPS 140 are not judged.',
  requirements: [
    { id: '2.2.1', number: '2.2.1', by: 'setting', asks: 'Two different factors are asked of everybody.', key: 'two_factor.mode', want: { oneOf: ['on'] }, set: 'on' },
    { id: '2.2.2-phishing', number: '2.2.2', by: 'product', asks: 'At least one way to authenticate resists phishing (3.2.5).', fact: 'factor.phishing_resistant', want: { oneOf: [true] } },
    { id: '2.2.2-channel', number: '2.2.2', by: 'server', asks: 'People and verifier talk over an authenticated protected channel.', fact: 'https', want: { oneOf: [true] } },
    { id: '2.2.2-fips', number: '2.2.2', by: 'you', asks: 'Federal agencies: cryptography validated under FIPS 140.', why: 'Portcullis uses the cryptography of Node.js, which is not validated as shipped.' },
    { id: '2.2.3-overall', number: '2.2.3', by: 'setting', asks: 'Authentication again at least every 24 hours.', key: 'session.absolute_hours', want: { to: 24 }, set: 24 },
    { id: '2.2.3-idle', number: '2.2.3', by: 'setting', asks: 'A session ends after at most one hour without activity.', key: 'session.idle_timeout_minutes', want: { from: 1, to: 60 }, set: 60 },
    { id: '3.1.1.2-alone', number: '3.1.1.2', by: 'setting', asks: 'A password that is the only factor has at least 15 characters.', key: 'password.min_length', want: { from: 15 }, set: 15, unless: everybodyHasTwo },
    { id: '3.1.1.2-least', number: '3.1.1.2', by: 'setting', asks: 'A password beside another factor has at least 8 characters.', key: 'password.min_length', want: { from: 8 }, set: 15 },
    { id: '3.1.1.2-longest', number: '3.1.1.2', by: 'product', asks: 'At least 64 characters are taken, and none is cut off.', fact: 'password.longest', want: { from: 64 } },
    { id: '3.1.1.2-unicode', number: '3.1.1.2', by: 'product', asks: 'Every script is taken, in Unicode form NFC.', fact: 'password.unicode_form', want: { oneOf: [true] } },
    { id: '3.1.1.2-composition', number: '3.1.1.2', by: 'product', asks: 'No rules of composition.', fact: 'password.composition', want: { oneOf: [false] } },
    { id: '3.1.1.2-periodic', number: '3.1.1.2', by: 'setting', asks: 'No periodic change: only where a password may be compromised.', key: 'password.max_age_days', want: { oneOf: [0] }, set: 0 },
    { id: '3.1.1.2-hints', number: '3.1.1.2', by: 'product', asks: 'No hints and no secret questions.', fact: 'password.hints', want: { oneOf: [false] } },
    { id: '3.1.1.2-blocklist', number: '3.1.1.2', by: 'product', asks: 'A new password is compared with a list of common, expected or compromised ones, and the reason is told.', fact: 'password.blocklist', want: { oneOf: [true] } },
    { id: '3.1.1.2-managers', number: '3.1.1.2', by: 'product', asks: 'Password managers and paste are allowed, and what is typed can be shown.', fact: 'password.managers', want: { oneOf: [true] } },
    { id: '3.1.1.2-hashed', number: '3.1.1.2', by: 'product', asks: 'Passwords are kept salted and hashed by a costly scheme.', fact: 'password.hashed', want: { oneOf: [true] } },
    { id: '3.2.2-day', number: '3.2.2', by: 'product', asks: 'Guessing is limited: at most 100 failed tries on one account before its person must act.', fact: 'lock.failures_all_networks', want: { to: 100 } },
    { id: '3.2.2-for-good', number: '3.2.2', by: 'product', asks: 'The count goes on over days, until the person gets in or recovers the account.', fact: 'lock.for_good', want: { oneOf: [true] } },
    { id: '3.2.7', number: '3.2.7', by: 'product', asks: 'A factor resists replay.', fact: 'factor.once', want: { oneOf: [true] } },
    { id: '4.2.2.2', number: '4.2.2.2', by: 'setting', asks: 'An account is recovered by a mailed code and another factor, never by the mail alone.', key: 'password.reset_without_otp', want: { oneOf: [false] }, set: false },
    { id: '4.6-told', number: '4.6', by: 'product', asks: 'A new factor and a recovery are told to their person.', fact: 'account.notified', want: { oneOf: [true] } },
    { id: '4.6-addresses', number: '4.6', by: 'product', asks: 'An account can have at least two addresses that are told.', fact: 'account.addresses', want: { from: 2 } },
    { id: '5.1-secret', number: '5.1', by: 'product', asks: 'A session secret has at least 64 random bits.', fact: 'session.token_bits', want: { from: 64 } },
    { id: '5.1-remember', number: '5.1', by: 'setting', asks: 'No cookie that remembers a browser stands for a factor.', key: 'two_factor.trust_days', want: { oneOf: [0] }, set: 0 },
    { id: '5.1.1', number: '5.1.1', by: 'product', asks: 'Session cookies are Secure, HttpOnly, SameSite and bound to the host.', fact: 'session.cookie', want: { oneOf: [true] } },
  ],
};
