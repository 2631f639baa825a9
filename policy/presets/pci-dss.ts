// PCI DSS 4.0.1 (PCI Security Standards Council, June 2024): what requirements 3, 5, 7, 8 and 10 ask, as far as a workspace for conversations can answer it.
import type { Preset } from '../preset.ts';

const everybodyHasTwo = { key: 'two_factor.mode', want: { oneOf: ['on'] }, because: 'The password is nobody’s only factor: the second one is asked of everybody.' } as const;

export const pciDss: Preset = {
  id: 'pci-dss-4.0.1',
  name: 'PCI DSS 4.0.1',
  publisher: 'PCI Security Standards Council',
  about: 'What requirements 3, 5, 7, 8 and 10 ask of people’s access, of what is kept, of files and of logs. Networks, cardholder data, scans and paper are not judged here: Portcullis is one system component of an assessment, not the whole of it.',
  requirements: [
    { id: '3.5.1', number: '3.5.1', by: 'you', asks: 'Card numbers are unreadable wherever they are stored.', why: 'Portcullis does not recognise card numbers in messages and files: keep them out of conversations, and remove those that come in.' },
    { id: '5.2.1', number: '5.2.1', by: 'server', asks: 'Protection against malicious software on systems at risk: here, of files that come in.', fact: 'antivirus', want: { oneOf: [true] } },
    { id: '7.3.1', number: '7.3.1', by: 'setting', asks: 'Access is restricted to those who need to know.', key: 'media.enforce_access', want: { oneOf: [true] }, set: true },
    { id: '7.3.3', number: '7.3.3', by: 'product', asks: 'Everything is denied unless it was allowed.', fact: 'access.denied_unless', want: { oneOf: [true] } },
    { id: '8.2.2', number: '8.2.2', by: 'you', asks: 'Shared accounts only by exception.', why: 'An account is one person’s with factors of their own; that nobody shares one is yours to see to.' },
    { id: '8.2.5', number: '8.2.5', by: 'product', asks: 'Whoever leaves loses access at once.', fact: 'session.ends_with_account', want: { oneOf: [true] } },
    { id: '8.2.6', number: '8.2.6', by: 'you', asks: 'Accounts not used for 90 days are disabled.', why: 'Nothing deactivates them by itself. The page Users says when each person was last here: deactivate there.' },
    { id: '8.2.8', number: '8.2.8', by: 'setting', asks: 'A session that was idle for more than 15 minutes asks for authentication again.', key: 'session.idle_timeout_minutes', want: { from: 1, to: 15 }, set: 15 },
    { id: '8.3.2-transit', number: '8.3.2', by: 'server', asks: 'Authentication factors are unreadable on their way.', fact: 'https', want: { oneOf: [true] } },
    { id: '8.3.2-rest', number: '8.3.2', by: 'product', asks: 'Authentication factors are unreadable at rest.', fact: 'password.hashed', want: { oneOf: [true] } },
    { id: '8.3.3', number: '8.3.3', by: 'setting', asks: 'The identity of a person is verified before an authentication factor of theirs is changed.', key: 'password.reset_without_otp', want: { oneOf: [false] }, set: false },
    { id: '8.3.4-tries', number: '8.3.4', by: 'product', asks: 'A network that guesses is locked out after at most 10 wrong tries.', fact: 'lock.failures_one_network', want: { to: 10 } },
    { id: '8.3.4-everywhere', number: '8.3.4', by: 'product', asks: 'The user id itself is locked after at most 10 wrong tries, wherever they come from.', fact: 'lock.failures_all_networks', want: { to: 10 } },
    { id: '8.3.4-length', number: '8.3.4', by: 'product', asks: 'A lock lasts at least 30 minutes, or until identity is confirmed.', fact: 'lock.minutes', want: { from: 30 } },
    { id: '8.3.5', number: '8.3.5', by: 'product', asks: 'First and renewed passwords are unique to their person and changed at first use.', fact: 'password.chosen_by_person', want: { oneOf: [true] } },
    { id: '8.3.6-length', number: '8.3.6', by: 'setting', asks: 'Passwords have at least 12 characters.', key: 'password.min_length', want: { from: 12 }, set: 12 },
    { id: '8.3.6-composition', number: '8.3.6', by: 'product', asks: 'Passwords contain both digits and letters.', fact: 'password.composition', want: { oneOf: [true] } },
    { id: '8.3.7', number: '8.3.7', by: 'setting', asks: 'A new password is none of the last four.', key: 'password.history', want: { from: 4 }, set: 4 },
    { id: '8.3.9', number: '8.3.9', by: 'setting', asks: 'Where a password is the only factor, it is changed at least every 90 days (or access is judged dynamically).', key: 'password.max_age_days', want: { from: 1, to: 90 }, set: 90, unless: everybodyHasTwo },
    { id: '8.3.10.1', number: '8.3.10.1', by: 'you', asks: 'Service providers: the same for their customers’ passwords.', why: 'Customers have no passwords here: they are known by your own site’s ticket.' },
    { id: '8.4.2', number: '8.4.2', by: 'setting', asks: 'More than one factor for all access to cardholder data that is not at a console.', key: 'two_factor.mode', want: { oneOf: ['on'] }, set: 'on' },
    { id: '8.4.3', number: '8.4.3', by: 'setting', asks: 'More than one factor for all remote access from outside of your network.', key: 'two_factor.mode', want: { oneOf: ['on'] }, set: 'on' },
    { id: '8.5.1-replay', number: '8.5.1', by: 'product', asks: 'A code that was used cannot be replayed.', fact: 'factor.once', want: { oneOf: [true] } },
    { id: '8.5.1-bypass', number: '8.5.1', by: 'setting', asks: 'Nobody gets past the second factor, but by an exception that was authorised for a time.', key: 'two_factor.trust_days', want: { oneOf: [0] }, set: 0 },
    { id: '10.2.1', number: '10.2.1', by: 'product', asks: 'Logs capture what people and administrators do, and changes of credentials.', fact: 'audit.complete', want: { oneOf: [true] } },
    { id: '10.2.1.4', number: '10.2.1.4', by: 'product', asks: 'Logs capture access that was refused.', fact: 'audit.refusals', want: { oneOf: [true] } },
    { id: '10.3.2', number: '10.3.2', by: 'product', asks: 'Logs cannot be modified, and a change of what was written is seen (10.3.4).', fact: 'audit.sealed', want: { oneOf: [true] } },
    { id: '10.5.1', number: '10.5.1', by: 'product', asks: 'Logs are kept for 12 months, three of them at hand.', fact: 'audit.kept', want: { oneOf: [true] } },
    { id: '10.6.1', number: '10.6.1', by: 'you', asks: 'Clocks are synchronised.', why: 'The clock is the server’s: synchronise it there.' },
  ],
};
