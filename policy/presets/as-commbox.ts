// As CommBox: what the help page of CommBox's Privacy & Security module (January 2025) says of how it stands by default, for teams that come from there. Its headings stand in the place of numbers.
import type { Preset } from '../preset.ts';

const unsaid = 'The help page gives no default: Portcullis keeps its own.';

export const asCommBox: Preset = {
  id: 'as-commbox',
  name: 'As CommBox',
  publisher: 'CommBox (help page of Privacy & Security, January 2025)',
  about: 'Not a standard: the defaults that CommBox documents, so that a team which comes from there finds what it knows. Two are weaker than what a list would give: without entries anybody may connect, and anybody may call the API.',
  requirements: [
    { id: 'general-management', number: 'General: IP whitelist for management', by: 'setting', asks: 'Without entries anybody may connect.', key: 'management.allowlist', want: { states: ['any', 'only'] }, set: { state: 'any' } },
    { id: 'general-api', number: 'General: IP whitelist for API access', by: 'setting', asks: 'Without entries any address may call the API.', key: 'api.allowlist', want: { states: ['any', 'only'] }, set: { state: 'any' } },
    { id: 'note-channels', number: 'Note: channels', by: 'product', asks: 'A channel’s own settings take precedence over the module’s.', fact: 'channel.overrides', want: { oneOf: [true] } },
    { id: 'note-otp', number: 'Note: OTP', by: 'product', asks: 'A one-time code is valid for 10 minutes.', fact: 'factor.message_minutes', want: { oneOf: [10] } },
    { id: 'note-window', number: 'Note: editing window', by: 'product', asks: 'After a code the settings stay open for one hour.', fact: 'step_up.hour', want: { oneOf: [60] } },
    { id: 'password-history', number: 'Password management: history', by: 'setting', asks: 'Earlier passwords are refused: with 2, the last three.', key: 'password.history', want: { from: 1 }, set: 5 },
    { id: 'media-size', number: 'Media: maximum file size', by: 'setting', asks: 'Files of up to 20 MB.', key: 'upload.max_bytes', want: { from: 20 * 1_048_576 }, set: 20 * 1_048_576 },
    { id: 'general-mode', number: 'General: API Authentication mode', by: 'you', asks: 'How the access token arrives.', why: unsaid },
    { id: 'session-idle', number: 'Session management', by: 'you', asks: 'How long a session may be idle.', why: unsaid },
    { id: 'password-length', number: 'Password management: length and age', by: 'you', asks: 'How long a password is, and how old it may grow.', why: unsaid },
    { id: 'two-factor', number: '2FA module', by: 'you', asks: 'Who needs a second factor.', why: unsaid },
  ],
};
