// Decision and Denial, and the table of denial codes: what each means as an HTTP status and in words for a person.
import type { Key } from './catalogue.ts';

/** Why a decision says no, from which setting, on which facts. Facts go to the audit row, never into the answer. */
export interface Denial {
  readonly allowed: false;
  readonly code: DenialCode;
  readonly setting: Key | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

export type Decision = { readonly allowed: true } | Denial;

const ALLOWED: Decision = Object.freeze({ allowed: true });

/** The one answer of yes: shared, because decisions are made at every request. */
export const allow = (): Decision => ALLOWED;

export const deny = (code: DenialCode, setting: Key | null, facts: Readonly<Record<string, unknown>>): Denial =>
  Object.freeze({ allowed: false, code, setting, facts: Object.freeze({ ...facts }) });

export interface DenialText {
  readonly status: number;
  readonly title: string;
  /** What the person can do. Never the rule's content. `{name}` stands for a fact that the person may know. */
  readonly sentence: string;
}

const told = (status: number, title: string, sentence: string): DenialText => Object.freeze({ status, title, sentence });

/** Codes are permanent: people, programs and audit rows rely on them. */
export const denials = Object.freeze({
  'network.not_allowed': told(403, 'Not from this network', 'Connect from a network that your administrator allows, or ask them to add this one.'),
  'network.client_unknown': told(403, 'Your address is not known', 'The server could not tell your address; ask whoever runs it to check its proxy settings.'),
  'second_factor.required': told(401, 'A code is needed', 'Enter a code from your second factor to go on from where you are now.'),
  'factor.none': told(409, 'No second factor', 'Enrol a second factor first: this needs a fresh code.'),
  'session.missing': told(401, 'Sign in', 'Sign in to go on.'),
  'session.ended': told(401, 'Signed out', 'This session was ended; sign in again.'),
  'session.idle': told(401, 'Signed out after inactivity', 'You were signed out because there was no input for a while; sign in again.'),
  'session.absolute': told(401, 'Session over', 'This session has reached its longest length; sign in again.'),
  'step_up.required': told(403, 'A fresh code is needed', 'Confirm with a fresh code from your second factor and repeat what you did.'),
  'request.cross_site': told(403, 'From another site', 'Open the workspace at its own address and repeat what you did there.'),
  'request.wrong_host': told(421, 'Wrong address', 'Open the workspace at the address your administrator gave you.'),
  'request.two_credentials': told(400, 'Two credentials', 'Send either a session cookie or an access token, not both.'),
  'request.rate_limited': told(429, 'Too many requests', 'Wait a moment and try again.'),
  'sign_in.failed': told(401, 'Not signed in', 'Check the email address and the password, and from where you sign in, then try again.'),
  'sign_in.locked': told(429, 'Locked for a while', 'There were too many wrong tries; wait {wait} and try again, or ask an administrator.'),
  'sign_in.busy': told(503, 'Busy', 'Many people are signing in right now; try again in a few seconds.'),
  'code.wrong': told(401, 'Wrong code', 'Check the code and enter the one shown now.'),
  'code.malformed': told(422, 'Not a code', 'Enter the six digits, without letters.'),
  'code.used': told(401, 'Code already used', 'This code was used before; wait for the next one.'),
  'link.invalid': told(410, 'Link no longer valid', 'This link was used or is too old; ask for a new one.'),
  'frame.off': told(403, 'Not in a frame', 'Open the workspace in a window of its own: no site may present it in a frame. An administrator can allow one under Privacy & Security.'),
  'frame.origin_not_allowed': told(403, 'Not in this site', 'Open the workspace in a window of its own: this site may not present it in a frame. An administrator can allow it under Privacy & Security.'),
  'frame.origin_unknown': told(403, 'Unknown site', 'Open the workspace in a window of its own: the browser did not say which site presents it in a frame.'),
  'frame.not_here': told(403, 'Not in a frame', 'Open the workspace in a window of its own to do this: in a frame it is not possible.'),
  'frame.code_invalid': told(401, 'Sign-in not handed over', 'The sign-in was not handed over in time; sign in again.'),
  'webhook.url_invalid': told(422, 'Not an address for events', 'Name a whole https:// address without a user name or password, of at most 2,000 characters.'),
  'webhook.url_insecure': told(422, 'Not over plain http', 'Name an https:// address; plain http is possible only to a network that whoever runs this server allows (WEBHOOK_ALLOW).'),
  'webhook.url_port': told(422, 'Not at this port', 'Use port 443 or 8443; another port is possible only in a network that whoever runs this server allows (WEBHOOK_ALLOW).'),
  'webhook.address_forbidden': told(422, 'Not into this network', 'Name a receiver on the internet; private, local and reserved addresses are called only when whoever runs this server allows them (WEBHOOK_ALLOW).'),
  'webhook.unresolved': told(422, 'Name not found', 'Check the host name: it leads to no address.'),
  'webhook.missing': told(404, 'No such webhook', 'This webhook is not there any more; load the page again.'),
  'webhook.delivery_missing': told(404, 'No such delivery', 'This delivery is not there any more, or was a test; load the log again.'),
  'webhook.too_many': told(409, 'Too many webhooks', 'Remove a webhook first: a brand has at most twenty.'),
  'password.too_short': told(422, 'Password too short', 'Choose a password of at least {minLength} characters.'),
  'password.too_long': told(422, 'Password too long', 'Choose a password of at most {maxLength} characters.'),
  'password.context_word': told(422, 'Password easy to guess', 'Choose a password that is not built from your name or email, the name of your brand, or Portcullis.'),
  'password.common': told(422, 'Password too common', 'Choose another password: this one {why}.'),
  'password.breached': told(422, 'Password known to attackers', 'Choose another password: this one has appeared in a data breach.'),
  'password.recent': told(422, 'Password used before', 'Choose a password you have not used here recently.'),
  'password.too_new': told(409, 'Too early for a new password', 'You can change your password again from {from}; an administrator can start a reset before then.'),
  'password.change_required': told(403, 'A new password is needed', 'Choose a new password to go on.'),
  'factor.enrol_required': told(403, 'A second factor is needed', 'Enrol a second factor to go on.'),
  'factor.needed': told(409, 'The last second factor', 'Enrol another second factor before you remove this one: the workspace asks you for one.'),
  'factor.missing': told(404, 'No such factor', 'This factor is not there any more; load the page again.'),
  'device.missing': told(404, 'No such device', 'This device is not there any more; load the page again.'),
  'passkey.failed': told(401, 'Passkey not accepted', 'Try the passkey again, or use another way to prove who you are.'),
  'passkey.unverified': told(401, 'Passkey without its PIN', 'Unlock the passkey with its PIN, fingerprint or face, or sign in with your password.'),
  'passkey.unavailable': told(409, 'No passkeys here', 'Passkeys need a host name, and this workspace is reached by a bare address; use an authenticator app.'),
  'method.unavailable': told(409, 'Not possible this way', 'Choose another way to prove who you are.'),
  'reset.needs_admin': told(403, 'Ask an administrator', 'Only an administrator can start the renewal of your password; ask one.'),
  'users.last_admin': told(409, 'The last administrator', 'Make somebody else an administrator first: the workspace must always have one.'),
  'users.yourself': told(409, 'This is you', 'Ask another administrator to do this to your own account.'),
  'users.missing': told(404, 'No such person', 'This person is not here any more; load the page again.'),
  'users.changed': told(409, 'Changed meanwhile', 'Somebody else changed this person meanwhile; load the page again and repeat your change.'),
  'users.deactivated': told(409, 'Account deactivated', 'Activate the account first.'),
  'users.active': told(409, 'Account active', 'This account is active already; load the page again.'),
  'users.joined': told(409, 'Invitation accepted', 'This person has accepted the invitation already; load the page again.'),
  'users.not_joined': told(409, 'Not here yet', 'This person has not accepted the invitation yet; send it again.'),
  'mail.missing': told(404, 'No such mail', 'This mail is not here any more, or somebody has dealt with it; load the page again.'),
  'mail.too_many': told(429, 'Too many mails', 'Too many mails were sent to this person; wait an hour and try again.'),
  'policy.unconfirmed': told(503, 'Settings not confirmed', 'This server cannot confirm its settings right now; try again in a few seconds.'),
  'policy.locks_out_saver': told(409, 'This would lock you out', 'Add your own address to the list, or confirm with your second factor where the mode lets you in with it, then save again.'),
  'policy.stale': told(412, 'Changed meanwhile', 'Somebody saved other settings meanwhile; load them again and repeat your change.'),
  'policy.version_unknown': told(404, 'No such version', 'This version of the settings is not kept here; choose one of the list.'),
  'policy.trial_waiting': told(409, 'A change is on trial', 'Confirm the change that is on trial or take it back first; until then no other setting can be saved.'),
  'policy.trial_over': told(409, 'Trial over', 'This trial is over: the change was confirmed or taken back. Load the settings again.'),
  'policy.trial_not_proven': told(403, 'Not proven', 'Confirm from a session that the changed settings themselves let in: this one is exempt from them.'),
  'policy.staged': told(409, 'On stage', 'A change of these settings, or of some that belong with them, is on stage: enforce it for everybody or take it back first.'),
  'policy.stage_running': told(409, 'A change is on stage', 'One change at a time is on stage: enforce it for everybody or take it back first.'),
  'policy.stage_over': told(409, 'Stage over', 'This stage is over: the change was enforced, taken back or went back by itself. Load the settings again.'),
  'policy.version_missing': told(428, 'Which settings were changed?', 'Send If-Match with the version the change was made from.'),
  'two_factor.agents_without_factor': told(409, 'Not everyone has a second factor', 'These people have no second factor yet: {names}. Have each enrol one before you ask everyone for one.'),
  'capability.missing': told(403, 'Not your right', 'Ask an administrator for the right to do this.'),
  'code.expired': told(410, 'Code no longer valid', 'This code is too old or was tried too often; ask for a new one.'),
  'factor.enrol_elsewhere': told(403, 'Not from here', 'Enrol your first second factor from a network on the white-list, or ask an administrator for an enrolment link.'),
  'password.required': told(403, 'Your password again', 'Give your password again to confirm that it is you.'),
  'password.wrong': told(401, 'Wrong password', 'Check the password and try again.'),
  'sms.not_configured': told(409, 'No text messages', 'No text message provider is configured; ask whoever runs this server to set SMS_URL.'),
  'sms.too_many': told(429, 'Too many codes', 'Too many codes were sent; wait an hour and try again.'),
  'sms.failed': told(502, 'The code was not sent', 'The code could not be sent: {why}'),
  'ticket.invalid': told(401, 'Not recognised', 'This sign-in could not be checked, so the chat does not know you yet; reload the page you came from to be recognised.'),
  'ticket.expired': told(401, 'Sign-in too old', 'This sign-in is too old, so the chat does not know you yet; reload the page you came from to be recognised.'),
  'ticket.replayed': told(401, 'Sign-in already used', 'This sign-in was used before, so the chat does not know you yet; reload the page you came from to be recognised.'),
  'ticket.foreign': told(401, 'Sign-in for another chat', 'This sign-in was made for another chat, so this one does not know you yet; open the chat from the page that signed you in.'),
  'ticket.in_address': told(400, 'Ticket in the address', 'Never put a ticket into an address: give it to the chat by portcullis.signIn() or behind a # as #portcullis-ticket=, and make a new one.'),
  'api.key_missing': told(401, 'No access token', 'Send an API key as "Authorization: Bearer pck_…".'),
  'api.key_invalid': told(401, 'Key not accepted', 'Check the API key and that it was copied whole; an administrator makes keys under Settings.'),
  'api.key_expired': told(401, 'Key expired', 'This API key has reached its end date; ask an administrator for a new one.'),
  'api.key_revoked': told(401, 'Key revoked', 'This API key was revoked; ask an administrator for a new one.'),
  'api.scope_missing': told(403, 'Not with this key', 'This needs a key with the scope {scope}; ask an administrator for one.'),
  'api.token_misplaced': told(401, 'Token in the wrong place', 'Send the access token {where}.'),
  'api.exchange_first': told(401, 'Exchange the key first', 'This brand takes no key as it is: send the access token {where}.'),
  'api.exchange_off': told(400, 'No exchange here', 'This brand takes keys as they are: send the key {where}.'),
  'api.token_twice': told(400, 'More than one token', 'Send one token, once, in one place.'),
  'api.token_expired': told(401, 'Access token over', 'Buy a new access token with your key: each lasts an hour at most.'),
  'api.key_network': told(403, 'Not from here with this key', 'This key works from certain addresses only; call from one of them, or ask an administrator to add this one.'),
  'oauth.form': told(400, 'Not a form', 'Send grant_type=client_credentials as application/x-www-form-urlencoded.'),
  'oauth.grant_type': told(400, 'Another grant', 'The only grant here is grant_type=client_credentials, once.'),
  'oauth.scope': told(400, 'Scopes the key has not', 'Ask for scopes that the key has, or for none to get all of them.'),
  'idempotency.name': told(400, 'Not an Idempotency-Key', 'Send an Idempotency-Key of 8 to 200 letters, digits and signs, such as a UUID.'),
  'idempotency.reused': told(422, 'Idempotency-Key used for something else', 'Send a new Idempotency-Key: this one came with another request before.'),
  'idempotency.unfinished': told(409, 'Not known to be done', 'A request with this Idempotency-Key is under way or was cut off; look whether it was done, and use a new one if it was not.'),
  'conversation.not_api': told(409, 'Not a conversation of the API', 'What the customer says comes in by their own channel here; only in a channel of the kind API does a program say it for them.'),
  'api.not_for_keys': told(403, 'Not with a key', 'This is for people in the workspace and not open to API keys; docs/api.md says what is.'),
  'key.missing': told(404, 'No such key', 'This key is not there any more; load the page again.'),
  'api.not_available': told(401, 'No API here yet', 'API keys are not available yet; use the workspace.'),
  'conversation.not_found': told(404, 'No such conversation', 'This conversation is not here, or it is not open to you; load the list again.'),
  'conversation.on_hold': told(409, 'On legal hold', 'A legal hold keeps this conversation as it is; release it first, or ask whoever placed it.'),
  'message.not_found': told(404, 'No such message', 'This message is not here any more; load the conversation again.'),
  'message.not_redactable': told(409, 'Not a message that can be removed', 'Only what somebody wrote can be removed; the record of what was done stays.'),
  'customer.not_found': told(404, 'No such customer', 'This customer is not here, or none of their conversations is open to you; load the list again.'),
  'customer.on_hold': told(409, 'On legal hold', 'A legal hold keeps {conversations}; release it first, or ask whoever placed it.'),
  'customer.erasure_changed': told(409, 'Something came in meanwhile', 'The counts you agreed to have changed; look at the new ones and confirm again.'),
  'customer.closed_team': told(403, 'Not all of it is open to you', 'Some of this customer’s conversations belong to a closed team; ask one of its members with this right, or an administrator.'),
  'customer.erased': told(409, 'Already erased', 'This customer was erased; nothing is left to do.'),
  'team.missing': told(404, 'No such team', 'This team is not there any more; load the page again.'),
  'team.in_use': told(409, 'The team has conversations', 'Give the {conversations} conversations of this team to another one first, archived ones too.'),
  'chat.channel_off': told(404, 'No chat here', 'This chat is not open; reach the company another way.'),
  'chat.site_not_allowed': told(403, 'Not on this site', 'This chat does not open on this site; whoever runs the site can have it added to the sites of the channel.'),
  'chat.opening_invalid': told(403, 'Opened too long ago', 'Load the page again to open the chat.'),
  'chat.session_missing': told(401, 'Chat not begun', 'Open the chat again.'),
  'chat.session_ended': told(401, 'Chat signed out', 'This chat was signed out; open it again.'),
  'chat.session_over': told(401, 'Chat session over', 'This chat has been open for as long as it may be; open it again, or sign in on the site again.'),
  'chat.wrong_credential': told(401, 'Not a chat token', 'Send the token of the chat as "Authorization: Bearer cht_…", and nothing else.'),
  'chat.cross_site': told(403, 'From another site', 'Open the chat on the site it belongs to.'),
  'chat.too_fast': told(429, 'Too fast', 'You are sending very quickly; wait a moment and send it again.'),
  'chat.too_many_windows': told(429, 'Open too many times', 'This chat is open in too many windows; close some of them.'),
  'chat.frame_too_large': told(413, 'Message too large', 'Send a shorter message.'),
  'chat.frame_unreadable': told(400, 'Not understood', 'Load the page again: the chat could not read what was sent.'),
  'chat.out_of_order': told(400, 'Out of order', 'Load the page again: the chat must say who it is before anything else.'),
  'chat.not_kept': told(503, 'Not kept', 'The message could not be kept right now; send it again.'),
  'chat.text_length': told(422, 'Empty or too long', 'Write a message of at least one and at most 8,000 characters.'),
  'channel.missing': told(404, 'No such channel', 'This channel is not here any more; load the list of channels again.'),
  'conversation.archived': told(409, 'Conversation archived', 'Take this conversation out of the archive first: set its status to open.'),
  'conversation.not_solved': told(409, 'Not solved yet', 'Only a solved conversation can be archived; solve it first.'),
  'conversation.open_chat': told(409, 'Another chat is open', 'This customer has another chat that is not archived; go on there, or archive that one first.'),
  'message.id_taken': told(409, 'Not sent', 'Somebody else’s message has this id; send yours again under a new one.'),
  'media.not_found': told(404, 'No such file', 'This file is not here, or it is not open to you; load the conversation again.'),
  'media.sign_in_required': told(401, 'Sign in', 'Sign in, or open the file in the chat in which you were sent it.'),
  'recipient_link.revoked': told(410, 'Link withdrawn', 'This link was withdrawn or its file was removed; ask whoever sent it for a new one.'),
  'recipient_link.expired': told(410, 'Link over', 'This link has reached its end date; ask whoever sent it for a new one.'),
  'recipient_link.code_required': told(401, 'A code is needed', 'Ask for a code and enter the one that was mailed to you.'),
  'recipient_link.too_many_codes': told(429, 'Too many codes', 'Too many codes were sent for this file; wait {wait} and ask again.'),
  'mail.no_recipient': told(422, 'No recipient', 'Name at least one address to send to.'),
  'mail.too_many_recipients': told(422, 'Too many recipients', 'Name at most {most} addresses; this mail has {recipients}.'),
  'mail.address_malformed': told(422, 'Not a bare address', 'Write bare addresses such as claims@example.com, without names, groups, comments or blanks: {addresses}.'),
  'mail.blocked': told(403, 'Never written to', 'Take these addresses off, no mail is ever sent to them: {addresses}.'),
  'mail.details_not_allowed': told(403, 'Without details of the customer', 'Mail of this channel leaves without details of the customer; an administrator can change that.'),
  'transfer.not_allowed': told(403, 'Not to these addresses', 'Nothing was sent: this conversation may not be forwarded to {addresses}. Take them off, or ask an administrator for an exception.'),
  'transfer.details_not_allowed': told(403, 'Without details of the customer', 'Forward it without details of the customer: this channel keeps them out of every forward.'),
  'transfer.over': told(409, 'Forward over', 'This forward was withdrawn, or its conversation is archived or gone; forward it anew if it is needed.'),
  'transfer.changed': told(409, 'Something changed meanwhile', 'What would leave is no longer what you were shown; look at the preview again and send it then.'),
  'transfer.missing': told(404, 'No such forward', 'This forward is not here any more; load the conversation again.'),
  'exception.missing': told(404, 'No such request', 'This request is not here any more; load the list again.'),
  'exception.decided': told(409, 'Decided already', 'Somebody has answered this request already; load the list again.'),
  'exception.waiting': told(409, 'Asked already', 'This was asked already for this conversation; an administrator will answer it.'),
  'upload.not_enabled': told(403, 'No files here', 'Files are not taken here; write what it is about instead, or send it another way.'),
  'upload.too_large': told(413, 'File too large', 'Send a file of at most {most}; this one is larger.'),
  'upload.type_not_allowed': told(415, 'Type not allowed', 'Files of this type are not taken here; send it as another type.'),
  'upload.type_mismatch': told(415, 'Not what its name says', 'The content of this file is not what the end of its name says; save it again under its right type.'),
  'upload.name_unsafe': told(415, 'Name not allowed', 'The name of this file hides another type; give it a plain name with one ending.'),
  'upload.empty': told(422, 'Empty file', 'This file has nothing in it; choose another one.'),
  'upload.damaged': told(422, 'Damaged file', 'This file cannot be read to its end; save it again and send that one.'),
  'upload.incomplete': told(400, 'Cut off', 'Less, or more, of the file came than was announced; send it again.'),
  'upload.encoded': told(415, 'Packed on the way', 'Send the file as it is, without a Content-Encoding.'),
  'upload.expands_too_far': told(422, 'Unpacks to too much', 'This file unpacks to more than can be looked through; send its parts one by one.'),
  'upload.too_many_pixels': told(422, 'Too many pixels', 'Make this image smaller, to at most 50 million pixels, and send it again.'),
  'upload.active_content': told(422, 'Holds a program', 'This file holds a script or a program; save it without and send that one.'),
  'upload.encrypted': told(422, 'Locked with a password', 'This file is locked with a password, so nobody can look through it; send it unlocked.'),
  'upload.virus_found': told(422, 'Held back', 'This file was held back because it may do harm; send another one, or ask the company to look at it.'),
  'upload.not_scanned': told(503, 'Not looked through', 'The file could not be looked through for viruses right now; send it again in a few minutes.'),
  'upload.not_stripped': told(422, 'Details could not be removed', 'What this file tells of places, devices or authors could not be taken out of it; save it again as another type.'),
  'upload.storage_full': told(507, 'No room', 'There is no room for the file right now; whoever runs this server must make some. Try again later.'),
  'upload.busy': told(503, 'Busy', 'Many files are coming in right now; send it again in a moment.'),
  'upload.too_fast': told(429, 'Too many files', 'You are sending very many files; wait a moment and send it again.'),
  'upload.missing': told(404, 'No such upload', 'This upload is not here any more; begin it again.'),
  'upload.wrong_offset': told(409, 'Another place', 'Ask how far the upload has come, and go on from there.'),
  'file.not_attachable': told(409, 'File not there', 'One of the files is not there any more, or stands in a message already; add it again.'),
  'file.missing': told(404, 'No such file', 'This file is not here, or it is not open to you.'),
  'file.not_quarantined': told(409, 'Not held back', 'Somebody else decided about this file meanwhile; load the page again.'),
} satisfies Record<string, DenialText>);

export type DenialCode = keyof typeof denials;

/** The sentence of a denial with the facts it names put in, such as the fewest characters of a password. */
export function sentenceOf(denial: Denial): string {
  return denials[denial.code].sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const fact = Object.hasOwn(denial.facts, name) ? denial.facts[name] : undefined;
    if (Array.isArray(fact)) return fact.join(', ');
    return typeof fact === 'number' ? fact.toLocaleString('en') : String(fact ?? 'enough');
  });
}
