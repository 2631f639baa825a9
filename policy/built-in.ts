// What is always so in this program, whatever is set: the other half of what standards ask for. Each with its value in words; the tests that prove it stand in proofs.ts.

interface Fact {
  /** What it is about. */
  readonly label: string;
  readonly value: number | boolean;
  readonly words: string;
}

export const builtIn = {
  'lock.failures_one_network': { label: 'Wrong tries from one network', value: 10, words: 'After 10 wrong tries from one network that network is locked out for the person; from the fifth on each try waits longer.' },
  'lock.failures_all_networks': { label: 'Wrong tries from all networks', value: 100, words: 'After 100 wrong tries a day from all networks together only devices the person used before, or a mailed link, get in.' },
  'lock.for_good': { label: 'Locks without end', value: false, words: 'No lock is for good: after 100 wrong tries strangers are stopped until the day is over, and then counted anew; else anybody could shut a person out for ever.' },
  'lock.minutes': { label: 'Length of a lock', value: 30, words: 'A lock lasts 30 minutes, unless an administrator lifts it.' },
  'password.longest': { label: 'Longest password', value: 1_024, words: 'Up to 1,024 characters, and every one counts.' },
  'password.composition': { label: 'Rules of composition', value: false, words: 'No rules: letters alone are enough, and so are digits. Length and the list of known passwords stand in their place.' },
  'password.blocklist': { label: 'List of common passwords', value: true, words: 'A new password is compared with a shipped list and what is built of it, and with the names of person, brand and product; the reason is told.' },
  'password.exact': { label: 'Passwords taken exactly as typed', value: false, words: 'Compared whole, case and blanks kept, but in Unicode form NFC, so that two keyboards agree.' },
  'password.unicode_form': { label: 'Unicode in passwords', value: true, words: 'Every script is taken, counted by characters and compared in form NFC.' },
  'password.managers': { label: 'Password managers and paste', value: true, words: 'Fields are named for password managers, take a paste, and can be shown.' },
  'password.hints': { label: 'Hints and secret questions', value: false, words: 'There are no hints and no secret questions anywhere.' },
  'password.hashed': { label: 'Passwords at rest', value: true, words: 'Passwords are kept as argon2id with a salt of their own; recovery codes likewise, under a key outside of the database.' },
  'password.chosen_by_person': { label: 'Who chooses a password', value: true, words: 'Its person alone chooses one, by a link that works once and ends; no administrator ever sets or sees one.' },
  'password.renewal_asks_factor': { label: 'Forgotten passwords and second factors', value: true, words: 'Whoever has a second factor is asked for it beside the mailed link, whatever is set.' },
  'factor.once': { label: 'Codes work once', value: true, words: 'A code, step or challenge that was used opens nothing again, also when it comes twice at once.' },
  'factor.phishing_resistant': { label: 'Factors that resist phishing', value: true, words: 'Passkeys and security keys are offered to everybody, beside authenticator apps.' },
  'factor.message_minutes': { label: 'Life of a texted code', value: 10, words: 'A code lives ten minutes, to the millisecond, and takes five tries.' },
  'factor.app_seconds': { label: 'Life of an app’s code', value: 90, words: 'A step is 30 seconds, and one on either side is taken for clocks that drift: a code lives 90 seconds, once.' },
  'session.token_bits': { label: 'Strength of a session', value: 256, words: 'A token has 256 random bits, and is kept as their SHA-256 alone.' },
  'session.new_token': { label: 'New token at each proof', value: true, words: 'A sign-in and every factor given in a session make a new token; the one before is dead.' },
  'session.cookie': { label: 'Session cookies', value: true, words: 'Cookies have the prefix __Host-, Secure, HttpOnly and SameSite, and hold a random text alone.' },
  'session.ends_with_account': { label: 'Sessions of a deactivated person', value: true, words: 'Sessions, sockets and links end in the same unit as the account: from the next request.' },
  'session.others_end': { label: 'Sessions after a change of password or factor', value: true, words: 'All other sessions end by themselves; after a change of a factor they may be kept by choice.' },
  'session.own_list': { label: 'One’s own sessions', value: true, words: 'Sessions are listed for their person, and ended there one by one or all.' },
  'account.password_again': { label: 'Password again before a change of factors', value: false, words: 'Each change asks for a fresh second factor, but not for the password beside it.' },
  'account.notified': { label: 'Mail after a change of factors', value: true, words: 'A mail follows each change of password, factor, recovery codes, address or phone.' },
  'account.addresses': { label: 'Addresses that are notified', value: 1, words: 'There is one, the mail address of the account; a change of it is told to the old and the new one.' },
  'access.denied_unless': { label: 'What nobody allowed', value: true, words: 'What nobody allowed is refused: a route names its door and right, or the server does not start; without a confirmed policy everything is refused.' },
  'access.brands_apart': { label: 'Brands apart from each other', value: true, words: 'The brand is put into every query by the store itself; code that forgets it does not compile.' },
  'audit.complete': { label: 'Everything that is done is written', value: true, words: 'The row of a change is in the transaction of the change: no success without its row, with who, when, from where and what.' },
  'audit.refusals': { label: 'Refusals are written', value: true, words: 'Each refusal is written with its reason; floods are folded and counted.' },
  'audit.sealed': { label: 'The trail cannot be changed', value: true, words: 'Rows are chained by hash, their heads signed with a key outside of the database; a changed or missing row is named.' },
  'audit.kept': { label: 'How long the trail is kept', value: true, words: 'The trail is kept for ever, all of it searchable at once: nothing removes a row.' },
  'audit.secretless': { label: 'Secrets in logs', value: false, words: 'No password, token, key or code reaches a log, the trail or the database as it is.' },
  'page.headers': { label: 'Headers of every answer', value: true, words: 'Every answer carries a Content-Security-Policy without inline script, nosniff, no-referrer, COOP, and HSTS of two years behind TLS.' },
  'files.by_content': { label: 'Files judged by content', value: true, words: 'Extension and content must both be a ticked type; executables, scripts and pages never come in.' },
  'channel.overrides': { label: 'Values of a channel', value: true, words: 'A channel’s value stands above the module’s, a looser one too, unless an administrator locks the module’s.' },
  'step_up.hour': { label: 'Window for changing settings', value: 60, words: 'A fresh second factor opens settings for one hour, at that address alone.' },
} as const satisfies Record<string, Fact>;

export type BuiltIn = keyof typeof builtIn;

export const builtInOf = (name: BuiltIn): Fact => builtIn[name];
