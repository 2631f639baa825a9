// Which tests prove that a setting holds, and that what is built in is so: file and title, checked by a house test so that a proof cannot rot.
import type { BuiltIn } from './built-in.ts';
import type { Key } from './catalogue.ts';
import type { Requirement } from './preset.ts';
import type { ServerFact } from './server-facts.ts';

export interface Proof {
  readonly file: string;
  /** As it stands in the file, or a part of it where the title is put together. */
  readonly test: string;
}

const of = (file: string, ...tests: readonly string[]): readonly Proof[] => tests.map((test) => ({ file, test }));
const SESSION = 'server/doors/workspace-session.test.ts';
const CHANGE = 'server/doors/workspace-password-change.test.ts';
const ADDRESS = 'server/doors/workspace-address.test.ts';
const CODE = 'server/routes/sign-in-code.test.ts';

/** Settings that a preset asks something of. */
export const proofsOfSettings: { readonly [K in Key]?: readonly Proof[] } = {
  'management.allowlist': of(ADDRESS, 'a session of an address that is taken off the list is refused at its next request, with its row', 'an open WebSocket of a removed address is closed by the save itself'),
  'api.allowlist': of('server/doors/api-modes.test.ts', 'api.allowlist: any, only, none, saved on the page, and judged before the key is looked up'),
  'api.authentication_mode': of('server/doors/api-modes.test.ts', 'api.authentication_mode: every mode, every place of the key'),
  'mail.customer_details': of('server/doors/workspace-forward.test.ts', "details where the channel keeps them out: 'mail.customer_details'", 'is what the preview showed: no detail of the customer in any part of it'),
  'frame.allowed_origins': of('server/doors/frame.test.ts', 'none: every page says that nobody may frame it, those for frames too; a brand that is not there says the same', 'only: exactly these on the documents for frames alone, and everything else as before'),
  'two_factor.mode': of(ADDRESS, 'two_factor.mode ${title}: ${expected}', 'a password-only session that moves outside is asked for a code in place, and goes on with it'),
  'two_factor.trust_days': of('server/doors/workspace-device.test.ts', 'a browser that was not trusted is asked each time', 'a lowered setting holds for browsers trusted before, and 0 for all'),
  'password.min_length': of('server/doors/workspace-password.test.ts', 'password.min_length at setup'),
  'password.breach_lookup': of(CHANGE, "'password.breach_lookup': a hit is refused, no answer is stated in the answer and the trail, and off asks nobody"),
  'password.reset_without_otp': of('server/doors/workspace-renewal.test.ts', 'password.reset_without_otp off: who has no factor is told by mail to ask an administrator, and gets no link', 'password.reset_without_otp on: the link is enough for who has no factor; it works once and never signs in'),
  'password.max_age_days': of(CHANGE, "'password.max_age_days': a live session is led to the change at its next request and opens nothing else; its sockets close", "'password.max_age_days': after a clock jump of two days a sign-in leads to the change; who has no factor gives the present password alone"),
  'password.history': of(CHANGE, "'password.history': set to 2, the last three are refused and the fourth is taken", "'password.history': a raised number counts at once, and one set to 0 leaves the present one alone"),
  'session.idle_timeout_minutes': of(SESSION, 'session.idle_timeout_minutes: ends at exactly 30 minutes without input; requests do not count, input does', 'session.idle_timeout_minutes: a lowered value holds for the sessions that are open, and the save says how many end'),
  'session.absolute_hours': of(SESSION, 'session.absolute_hours: ends at exactly 12 hours, whatever is typed meanwhile'),
  'upload.max_bytes': of('server/doors/upload.test.ts', "'upload.max_bytes' is a wall for what is announced and for what comes"),
  'media.enforce_access': of('server/doors/media.test.ts', "'media.enforce_access' on", 'a link obeys at once when the setting changes, and when it is withdrawn'),
};

export const proofsOfBuiltIn: { readonly [F in BuiltIn]: readonly Proof[] } = {
  'lock.failures_one_network': of('identity/locks.test.ts', 'the wait doubles from the fifth failure and is half an hour from the tenth'),
  'lock.failures_all_networks': of('server/routes/sign-in-locks.test.ts', 'stop strangers everywhere, whatever their network, and no known device; the next day begins anew'),
  'lock.for_good': of('server/routes/sign-in-locks.test.ts', 'stop strangers everywhere, whatever their network, and no known device; the next day begins anew'),
  'lock.minutes': of('identity/locks.test.ts', 'the wait doubles from the fifth failure and is half an hour from the tenth'),
  'password.longest': of('identity/passwords.test.ts', 'every character of a long password counts, up to 1,024'),
  'password.composition': of('identity/common-passwords.test.ts', 'a thousand passphrases of four different words, however joined'),
  'password.blocklist': of('identity/common-passwords.test.ts', 'every line of the list, also with an end that reaches 15 characters', '3,000 of 15 characters and more, made of the most common by rule'),
  'password.exact': of('server/hostile-text.test.ts', 'a password is what was typed and nothing else'),
  'password.unicode_form': of('identity/passwords.test.ts', 'the same characters typed on another keyboard match (NFC), other characters that look alike do not', 'length is counted in characters after NFC, and an endless text is not normalised to be refused'),
  'password.managers': of('test/journeys/password.test.ts', 'is masked until it is shown, named for a password manager, and may be pasted'),
  'password.hints': of('server/doors/workspace-renewal.test.ts', 'who has a factor is asked for it'),
  'password.hashed': of('identity/passwords.test.ts', 'two hashes of one password differ', 'a hash with weaker, stronger or other parameters is hashed anew'),
  'password.chosen_by_person': of('server/routes/invitation.test.ts', 'is accepted with a name and a password, once, and signs nobody in', 'works for exactly a day; a newer one ends it; who has joined needs none'),
  'password.renewal_asks_factor': of('server/doors/workspace-renewal.test.ts', 'who has a factor is asked for it', 'wrong codes are counted with those of sign-in, and stop'),
  'factor.once': of(CODE, 'refuses a code that was used, at sign-in and at step-up alike', 'lets one of two equal codes at once in', 'takes a recovery code once'),
  'factor.phishing_resistant': of('server/routes/sign-in-passkey.test.ts', 'answers one challenge once, and only in its five minutes'),
  'factor.message_minutes': of('identity/one-time-codes.test.ts', 'a code lives ten minutes to the millisecond, five attempts, one use'),
  'factor.app_seconds': of('identity/totp.test.ts', 'the window moves at the exact millisecond'),
  'session.token_bits': of('identity/tokens.test.ts', 'a token has 256 bits as 43 letters that need no escaping in a cookie or URL', 'what is stored is the SHA-256 of the text, found again from the text alone'),
  'session.new_token': of('server/doors/workspace-session-token.test.ts', 'is another one after step-up; the old one opens nothing at once, and the session is the same'),
  'session.cookie': of(CODE, 'carry every attribute that keeps them with us, and no others'),
  'session.ends_with_account': of('server/routes/user-access.test.ts', 'closes the socket, ends the session at the next request, every link and the way in'),
  'session.others_end': of(CHANGE, 'is changed with a fresh code and the present one; every other session ends, and a mail tells'),
  'session.own_list': of('server/doors/workspace-session-list.test.ts', 'end one at a time, at once, and by name in the trail; the password again comes first where there is no factor'),
  'account.password_again': of('server/routes/account.test.ts', 'asks for a code each time: one code is one change of a credential'),
  'account.notified': of('server/routes/user-access.test.ts', 'a reset takes every factor away, ends the sessions, mails it, and may send an enrolment link at once'),
  'account.addresses': of('server/routes/sms-factor.test.ts', 'is mailed as a new factor, and can be removed with a fresh code'),
  'access.denied_unless': of('server/doors/workspace.test.ts', 'lets nobody in without a session, and says only that'),
  'access.brands_apart': of('store/scoping.test.ts', 'code that forgets the scope does not compile'),
  'audit.complete': of('store/commit.test.ts', 'there is no success without a row, and no row for a brand that does not exist'),
  'audit.refusals': of('server/routes/audit.test.ts', 'is 20 rows, and one summary a minute that carries the id which the others were told'),
  'audit.sealed': of('audit/verify.test.ts', 'names the first row of ${what}', 'a chain written anew with right hashes does not fit its signed heads'),
  'audit.kept': of('store/commit.test.ts', 'rows of the trail cannot be changed or removed; done behind the store it shows'),
  'audit.secretless': of('server/secrets.test.ts', 'no password, token, secret or code is in the log, the audit rows or the database'),
  'page.headers': of('server/doors/workspace.test.ts', 'carries the security headers on every answer, refusals and pages alike'),
  'files.by_content': of('server/doors/upload.test.ts', "'upload.customer.types' and 'upload.agent.types' are judged by name and by content"),
  'channel.overrides': of('server/doors/chat-ticket.test.ts', "a channel with a ${LIFETIME} of its own keeps it, and the others the module's"),
  'step_up.hour': of('server/routes/policy.test.ts', 'needs a code for it: the window is open one hour to the millisecond'),
};

export const proofsOfServer: { readonly [F in ServerFact]: readonly Proof[] } = {
  antivirus: of('outside/antivirus/clamd.test.ts', 'a real clamd finds EICAR, by socket and by stream of several pieces, and passes what is clean', 'only the one sentence means clean'),
  https: of('server/config.test.ts', 'plain http beyond loopback', 'plain http on a private address'),
};

export function proofsOf(requirement: Requirement): readonly Proof[] {
  switch (requirement.by) {
    case 'setting':
      return proofsOfSettings[requirement.key] ?? [];
    case 'product':
      return proofsOfBuiltIn[requirement.fact];
    case 'server':
      return proofsOfServer[requirement.fact];
    case 'you':
      return [];
  }
}
