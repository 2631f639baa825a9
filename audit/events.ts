// Every event the audit trail can hold, each with the sentence a person reads; its family is what stands before the first dot.
import { type DenialCode, denials } from '#policy/decision.ts';
import type { AuditRow } from '#store/audit-rows.ts';

/** What fills a sentence: names where they are known, else ids. */
export interface Named {
  readonly actor: string;
  /** False when nobody knows who it was. */
  readonly actorKnown: boolean;
  readonly entity: string;
  /** The name of a person that the facts speak of. */
  readonly person: (id: unknown) => string;
}

type Facts = Readonly<Record<string, unknown>>;
type Sentence = (named: Named, facts: Facts) => string;

const text = (value: unknown): string => (value === null || value === undefined ? 'unknown' : String(value));
/** Words for the codes that rows keep. */
const WORDS: Readonly<Record<string, string>> = {
  signed_out: 'signed out',
  idle: 'no input for too long',
  absolute: 'longest length reached',
  ended: 'ended by somebody',
  revoked: 'revoked',
  deactivated: 'the account was deactivated',
  ten_wrong_codes: 'ten wrong codes in a row',
  'password+code': 'password and code',
  host: 'a link made on the server',
  totp: 'authenticator app',
  passkey: 'passkey',
  sms: 'text message',
  trusted_device: 'trusted device',
  password_changed: 'the password was changed',
  factor_changed: 'a second factor was changed',
  by_admin: 'ended by an administrator',
  elsewhere: 'ended from another session',
  frame_removed: 'the site around its frame was taken off the list',
  recovery: 'recovery code',
};
/** What a ticket can verify a customer by. */
const KINDS: Readonly<Record<string, string>> = { external_id: 'external id', email: 'email address', phone: 'phone number' };
const word = (value: unknown): string => (typeof value === 'string' && Object.hasOwn(WORDS, value) ? (WORDS[value] as string) : text(value));
const sizeOf = (bytes: unknown): string => (typeof bytes === 'number' ? (bytes === 1 ? '1 byte' : `${bytes.toLocaleString('en')} bytes`) : `${text(bytes)} bytes`);
const from = (facts: Facts): string => (facts['address'] === undefined ? '' : ` from ${facts['address'] === null ? 'an unknown address' : text(facts['address'])}`);

/** What a refusal was for, in words; a code of a later version as it stands. */
const titleOf = (code: unknown): string => (typeof code === 'string' && Object.hasOwn(denials, code) ? denials[code as DenialCode].title : text(code));

function refused({ actor, actorKnown, entity }: Named, facts: Facts): string {
  const why = titleOf(facts['code']);
  if (!text(facts['route']).startsWith('/api/v1/sign-in')) return `The ${entity} door refused ${actor}${from(facts)}: ${why}.`;
  return `A sign-in${actorKnown ? ` as ${actor}` : ''} was refused${from(facts)}: ${why}.`;
}

function policyChanged({ actor }: Named, facts: Facts): string {
  const where = facts['channel'] === undefined ? '' : ` of the channel “${text(facts['channelName'])}”`;
  const looser = [facts['direction'] === 'looser' ? 'than before' : '', facts['looser'] === true ? 'than the module' : ''].filter((one) => one !== '');
  return `${actor} changed “${text(facts['label'])}”${where}${looser.length === 0 ? '' : ` (looser ${looser.join(' and ')})`}.`;
}

/** The names are permanent: rows of years ago carry them. */
export const EVENTS = {
  'setup.link_issued': () => 'A setup link was printed in the terminal.',
  'setup.completed': (_named, facts) => `A setup link was used up (${text(facts['link'])}).`,
  'brand.created': (_named, facts) => `The brand was made at /b/${text(facts['slug'])}/.`,
  'agent.created': ({ actor, entity }, facts) => `${actor} made the account of ${entity} (${text(facts['role'])}).`,
  'factor.enrolled': ({ actor }, facts) => `${actor} enrolled a second factor (${word(facts['method'])}).`,
  'factor.removed': ({ actor, entity }, facts) => `${actor} removed a second factor${facts['another'] === true ? ` of ${entity}` : ''} (${word(facts['method'])}).`,
  'factor.reset': ({ actor, entity }) => `${actor} removed all second factors of ${entity}.`,
  'recovery_codes.made': ({ actor }) => `${actor} made new recovery codes; the old ones no longer work.`,
  'recovery_code.used': ({ actor }, facts) => `${actor} used a recovery code; ${text(facts['left'])} are left.`,
  'phone.code_sent': ({ actor }) => `A code was sent to the phone of ${actor}.`,
  'phone.verified': ({ actor }) => `${actor} verified a phone number.`,
  'sign_in.succeeded': ({ actor }, facts) => `${actor} signed in${from(facts)} (${word(facts['proven'])}).`,
  'session.ended': ({ actor, person }, facts) => `A session of ${facts['agent'] === undefined ? actor : person(facts['agent'])} ended (${word(facts['reason'])}).`,
  'frame.admitted': ({ actor }, facts) => `${actor} let ${text(facts['origins'])} present the workspace${from(facts)}.`,
  'frame.signed_in': ({ actor }, facts) => `A session of ${actor} began in a frame of ${text(facts['origins'])}${from(facts)}.`,
  'frames.ended': ({ actor }, facts) => `${facts['sessions'] === 1 ? '1 framed session' : `${text(facts['sessions'])} framed sessions`} ended: ${actor} took the site off the list.`,
  'webhook.created': ({ actor }, facts) => `${actor} made the webhook “${text(facts['name'])}”${facts['includeText'] === true ? ', which carries what was written' : ''}.`,
  'webhook.changed': ({ actor }, facts) => `${actor} changed the webhook “${text(facts['name'])}” (${text(facts['what'])}).`,
  'webhook.removed': ({ actor }, facts) => `${actor} removed the webhook “${text(facts['name'])}”.`,
  'webhook.secret_rotated': ({ actor }, facts) => `${actor} gave the webhook “${text(facts['name'])}” a new secret; for a day both count.`,
  'webhook.tested': ({ actor }, facts) => `${actor} sent a test event to the webhook “${text(facts['name'])}”.`,
  'webhook.replayed': ({ actor }, facts) => `${actor} had ${facts['since'] === undefined ? 'one event' : `everything since ${text(facts['since'])}`} sent to a webhook again.`,
  'webhook.disabled': (_named, facts) => `The webhook “${text(facts['name'])}” was switched off: ${facts['why'] === 'gone' ? 'its receiver answered that it is gone' : 'for three days nothing could be delivered'}.`,
  'step_up.granted': ({ actor }, facts) => `${actor} gave a fresh code${from(facts)}.`,
  'second_factor.given': ({ actor }, facts) => `${actor} gave a code for this session${from(facts)}.`,
  'policy.changed': policyChanged,
  'policy.trial_began': ({ actor }, facts) => `${actor} put a change of ${text(facts['settings'])} on trial for ${text(facts['minutes'])} minutes.`,
  'policy.trial_confirmed': ({ actor }) => `${actor} confirmed the change that was on trial.`,
  'policy.trial_undone': ({ actor }) => `${actor} took the change on trial back.`,
  'policy.trial_returned': () => 'Nobody confirmed the change on trial, so the settings went back by themselves.',
  'policy.proposed': ({ actor }, facts) => `${actor} proposed a change of ${text(facts['settings'])}, which waits for a second person.`,
  'policy.proposal_approved': ({ actor }, facts) => `${actor} approved the change of ${text(facts['settings'])} that ${text(facts['byName'])} had proposed.`,
  'policy.proposal_rejected': ({ actor }, facts) => `${actor} rejected the change of ${text(facts['settings'])} that ${text(facts['byName'])} had proposed: ${text(facts['why'])}`,
  'policy.proposal_withdrawn': ({ actor }, facts) => `${actor === 'the system' ? 'A proposed change was withdrawn, since whoever proposed it may not change settings any more' : `${actor} withdrew a proposed change`} (${text(facts['settings'])}).`,
  'policy.proposal_expired': (_named, facts) => `A proposed change of ${text(facts['settings'])} ran out: nobody approved it in time.`,
  'policy.stage_began': ({ actor }, facts) => `${actor} put a change of ${text(facts['settings'])} on stage ${text(facts['for'])}.`,
  'policy.stage_widened': ({ actor }, facts) => `${actor} changed whom the change on stage holds for: ${text(facts['for'])}.`,
  'policy.stage_enforced': ({ actor }) => `${actor} enforced the change that was on stage for everybody.`,
  'policy.stage_taken_back': ({ actor }) => `${actor} took the change on stage back.`,
  'policy.stage_over': () => 'The time of the change on stage was over, so it ended and nothing of it holds.',
  'policy.stage_returned': (_named, facts) => `Refusals rose under the change on stage (${text(facts['refused'])} of ${text(facts['decisions'])} decisions), so it ended by itself.`,
  'policy.stage_refuses': (_named, facts) => `Customers are refused under the change on stage (${text(facts['refused'])} of ${text(facts['decisions'])} decisions); whoever began it was told by mail.`,
  'policy.trial_refused': (_named, facts) => `Refusals rose under the change on trial (${text(facts['refused'])} of ${text(facts['decisions'])} decisions), so the settings went back by themselves.`,
  'policy.trial_stayed': () => 'Refusals did not rise while the change was on trial, so it stays.',
  'policy.returned': ({ actor }, facts) => `“${text(facts['label'])}”${facts['channelName'] === undefined ? '' : ` of the channel “${text(facts['channelName'])}”`} went back to what it was${facts['to'] === undefined ? '' : ` in version ${text(facts['to'])}`}${actor === 'the system' ? '' : ` (${actor})`}.`,
  'policy.applied': (_named, facts) => `“${text(facts['label'])}”${facts['channelName'] === undefined ? '' : ` of the channel “${text(facts['channelName'])}”`} was ${facts['pinned'] === undefined ? 'set' : facts['pinned'] === true ? 'pinned' : 'let go'} by the policy file ${text(facts['file'])} on the server${facts['pastSecondPerson'] === true ? ', without a second person' : ''}.`,
  'policy.locked': ({ actor }, facts) => `${actor} locked “${text(facts['label'])}” for all channels${facts['channels'] === 0 ? '' : `; ${facts['channels'] === 1 ? '1 channel is' : `${text(facts['channels'])} channels are`} held back`}.`,
  'policy.unlocked': ({ actor }, facts) => `${actor} unlocked “${text(facts['label'])}”: channels may be looser again.`,
  'deviation.recorded': ({ actor }, facts) => `${actor} recorded a deviation from ${text(facts['name'])} ${text(facts['number'])}.`,
  'deviation.removed': ({ actor }, facts) => `${actor} removed the recorded deviation from ${text(facts['name'])} ${text(facts['number'])}.`,
  'evidence.exported': ({ actor }, facts) => `${actor} took an evidence report of ${text(facts['name'])} (${text(facts['met'])} met, ${text(facts['notMet'])} not met, ${text(facts['deviations'])} deviations).`,
  'channel.created': ({ actor }, facts) => `${actor} made the channel “${text(facts['name'])}”.`,
  'channel.changed': ({ actor }, facts) => `${actor} changed the channel “${text(facts['name'])}”.`,
  'channel.disabled': ({ actor }, facts) => `${actor} switched the channel “${text(facts['name'])}” off.`,
  'channel.enabled': ({ actor }, facts) => `${actor} switched the channel “${text(facts['name'])}” on again.`,
  'unlock.issued': ({ entity }) => `A break-glass sign-in link for ${entity} was made on the server.`,
  'unlock.used': ({ actor }, facts) => `${actor} signed in with a break-glass link${from(facts)}.`,
  'lock.began': ({ entity }, facts) => `Sign-ins as ${entity} were locked after ${text(facts['failures'])} wrong tries (${text(facts['network'] ?? 'all networks')}).`,
  'lock.lifted': ({ actor, entity }) => `${actor} lifted the locks of ${entity}.`,
  'codes.stopped': ({ entity }, facts) => `Codes of ${entity}${facts['method'] === undefined ? '' : ` (${word(facts['method'])})`} were stopped for the day after ${text(facts['failures'])} wrong ones.`,
  'device.admitted': ({ actor }, facts) => `${actor} let a browser try again by a mailed link${from(facts)}.`,
  'device.trusted': ({ actor }, facts) => `${actor} trusted a device${from(facts)}.`,
  'device.forgotten': ({ actor, entity }) => `${actor} forgot a device of ${entity}.`,
  'user.invited': ({ actor, entity }) => `${actor} invited ${entity}.`,
  'user.joined': ({ actor }) => `${actor} accepted an invitation and chose a password.`,
  'user.changed': ({ actor, entity }, facts) => `${actor} changed ${text(facts['what'])} of ${entity}.`,
  'user.deactivated': ({ actor, entity }) => `${actor} deactivated ${entity}.`,
  'user.reactivated': ({ actor, entity }) => `${actor} activated ${entity} again.`,
  'users.imported': ({ actor }, facts) => `${actor} imported ${text(facts['people'])} people from a file.`,
  'password.changed': ({ actor }, facts) => `${actor} changed their password${from(facts)}${facts['breachLookup'] === 'failed' ? '; nobody could be asked whether it is among breached ones' : ''}.`,
  'password.change_required': ({ actor, entity }) => `${actor} asked for a new password of ${entity}.`,
  'password.renewal_asked': ({ entity }, facts) => `A new password was asked for ${entity}${from(facts)}${facts['why'] === undefined ? '' : `; no link was sent (${titleOf(facts['why'])})`}.`,
  'password.renewal_started': ({ actor, entity }) => `${actor} started the renewal of the password of ${entity}.`,
  'password.renewed': ({ actor }, facts) => `${actor} chose a new password by a mailed link${from(facts)}.`,
  'password.reminded': ({ entity }, facts) => `${entity} was reminded that the password ends in ${text(facts['days'])} days.`,
  'enrolment.link_issued': ({ actor, entity }) => `${actor} sent ${entity} a link to enrol a second factor.`,
  'factor.renamed': ({ actor }) => `${actor} renamed a second factor.`,
  'code.sent': ({ entity }, facts) => `A code was sent to the phone of ${entity} (${text(facts['for'])}).`,
  'sessions.ended': ({ actor, person }, facts) => `${actor} ended ${facts['sessions'] === 1 ? '1 session' : `${text(facts['sessions'])} sessions`} of ${person(facts['agent'])} (${word(facts['reason'])}).`,
  'notification.mailed': ({ entity }, facts) => `A mail to ${entity} tells of ${facts['notifications'] === 1 ? 'one thing' : `${text(facts['notifications'])} things`} in the inbox.`,
  'mail.unconfirmed': (_named, facts) => `A mail was handed over at the moment this server stopped, and nobody knows whether it arrived (${text(facts['mail'])}).`,
  'mail.resent': ({ actor }, facts) => `${actor} had a mail sent again that could not be sent before (${text(facts['mail'])}).`,
  'mail.dropped': ({ actor }, facts) => `${actor} dropped a mail that could not be sent (${text(facts['mail'])}).`,
  'mail.given_up': (_named, facts) => `A mail could not be sent and was given up (${text(facts['mail'])}, ${text(facts['why'])}).`,
  'mail.refused': (_named, facts) => `A mail was not sent: ${titleOf(facts['code'])}${Array.isArray(facts['addresses']) ? ` (${facts['addresses'].map(text).join(', ')})` : ''}.`,
  'conversation.forwarded': ({ actor }, facts) => `${actor} forwarded conversation ${text(facts['number'])} to ${Array.isArray(facts['to']) ? facts['to'].map(text).join(', ') : text(facts['to'])}, ${facts['details'] === true ? 'with' : 'without'} details of the customer.`,
  'forward.replied': (_named, facts) => `${text(facts['from'])} answered a forward of conversation ${text(facts['number'])}.`,
  'forward.stranger_refused': (_named, facts) => `A mail to the reply address of a forward of conversation ${text(facts['number'])} was refused: ${text(facts['why'])}.`,
  'forward.withdrawn': ({ actor }, facts) => `${actor} withdrew a forward of conversation ${text(facts['number'])}.`,
  'exception.asked': ({ actor }, facts) => `${actor} asked to forward conversation ${text(facts['number'])} to ${text(facts['to'])}.`,
  'exception.allowed': ({ actor }, facts) => `${actor} allowed forwards of conversation ${text(facts['number'])} to ${text(facts['to'])} until ${new Date(Number(facts['until'])).toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
  'exception.refused': ({ actor }, facts) => `${actor} did not allow forwards of conversation ${text(facts['number'])} to ${text(facts['to'])}.`,
  'exception.withdrawn': ({ actor }, facts) => `${actor} took back that conversation ${text(facts['number'])} may be forwarded to ${text(facts['to'])}.`,
  'mail.answer_sent': (_named, facts) => `The mail of an answer ${facts['state'] === 'sent' ? 'was handed over to the mail server' : facts['state'] === 'failed' ? 'could not be sent and was given up' : 'could not be sent yet, and is tried again'}.`,
  'mail.ignored': (_named, facts) => `A mail that came in was put aside: it was ${facts['why'] === 'loop' ? 'one of our own that came back in a circle' : 'a report about a mail that is not ours'}.`,
  'mail.came_back': (_named, facts) => `A mail of ours came back: ${facts['failed'] === 0 ? 'it is delayed' : 'it could not be delivered'} (${text(facts['recipients'])} ${facts['recipients'] === 1 ? 'recipient' : 'recipients'}).`,
  'message.redacted': ({ actor }, facts) => `${actor} removed what ${text(facts['author'])} wrote in conversation ${text(facts['number'])}.`,
  'conversation.held': ({ actor }, facts) => `${actor} placed conversation ${text(facts['number'])} on legal hold.`,
  'conversation.released': ({ actor }, facts) => `${actor} released conversation ${text(facts['number'])} from legal hold.`,
  'conversation.exported': ({ actor }, facts) => `${actor} exported conversation ${text(facts['number'])} (${text(facts['messages'])} messages).`,
  'customer.exported': ({ actor }, facts) => `${actor} exported everything about a customer (${text(facts['conversations'])} conversations, ${text(facts['messages'])} messages).`,
  'customer.erased': ({ actor }, facts) => `${actor} erased a customer (${text(facts['conversations'])} conversations are kept, ${text(facts['customerMessages'])} messages are emptied).`,
  'customer.texts_erased': (_named, facts) => `${text(facts['emptied'])} messages of an erased customer were emptied and ${text(facts['masked'])} were masked (${text(facts['conversation'])}).`,
  'customer.erasure_finished': () => 'The erasure of a customer came to its end.',
  'retention.erased': (_named, facts) => `Conversation ${text(facts['number'])} (${text(facts['status'])}, ${text(facts['messages'])} messages) was erased: it was kept as long as the settings say.`,
  'retention.customer_erased': () => 'A customer of whom no conversation was left was erased.',
  'api_key.created': ({ actor }, facts) => `${actor} made the API key “${text(facts['name'])}”.`,
  'api_key.rotated': ({ actor }, facts) => `${actor} gave the API key “${text(facts['name'])}” a new secret; the one before works ${facts['graceDays'] === 0 ? 'no more' : facts['graceDays'] === 1 ? '1 day more' : `${text(facts['graceDays'])} days more`}.`,
  'api_key.changed': ({ actor }, facts) => `${actor} changed the API key “${text(facts['name'])}” (${text(facts['what'])}).`,
  'access_token.bought': (_named, facts) => `An access token was bought with the API key “${text(facts['name'])}”${from(facts)}.`,
  'api_key.revoked': ({ actor }, facts) => `${actor} revoked the API key “${text(facts['name'])}”.`,
  'channel_key.registered': ({ actor }, facts) => `${actor} registered the key “${text(facts['label'])}” that signs tickets${facts['mayOverride'] === true ? ' and may overwrite what is known of a customer' : ''}.`,
  'channel_key.revoked': ({ actor }, facts) => `${actor} revoked the key “${text(facts['label'])}” that signed tickets.`,
  'ticket.minted': () => 'A ticket was made by an API key.',
  'ticket.redeemed': (_named, facts) => `A ticket was redeemed: the customer is verified by ${KINDS[text(facts['by'])] ?? text(facts['by'])}${Array.isArray(facts['conflicts']) && facts['conflicts'].length > 0 ? '; something else it said belongs to another customer and was left alone' : ''}.`,
  'chat_sessions.ended': (_named, facts) => `The site ended ${facts['sessions'] === 1 ? '1 chat session' : `${text(facts['sessions'])} chat sessions`} of a customer.`,
  'team.created': ({ actor }, facts) => `${actor} made the team “${text(facts['name'])}”.`,
  'team.changed': ({ actor }, facts) => `${actor} changed the team “${text(facts['name'])}”.`,
  'team.deleted': ({ actor }, facts) => `${actor} deleted the team “${text(facts['name'])}”.`,
  'availability.changed': ({ actor }, facts) => `${actor} is ${facts['state'] === 'away' ? 'away' : 'available'} for conversations.`,
  'chat.began': (_named, facts) => `A customer opened the chat on ${text(facts['site'])}${facts['proven'] === 'ticket' ? ', known by a ticket' : ''}.`,
  'chat.strangers_forgotten': (_named, facts) => `${text(facts['customers'])} visitors who opened the chat, wrote nothing and left more than a day ago were forgotten.`,
  'chat.signed_out': () => 'A customer signed out of the chat.',
  'customer.details_given': (_named, facts) => `A customer told ${Array.isArray(facts['what']) ? facts['what'].map(text).join(' and ') : 'details'} in the chat.`,
  'request.refused': refused,
  'file.opened': ({ actor, actorKnown }, facts) => `${facts['by'] === 'recipient' ? 'Whom a link was mailed to' : actorKnown ? actor : 'Somebody with its link'} ${facts['what'] === 'thumbnail' ? 'saw the preview of' : 'opened'} a file${from(facts)}${facts['by'] === 'link' && actorKnown ? ' by its link' : ''}.`,
  'file.links_withdrawn': ({ actor }) => `${actor} withdrew the links of a file.`,
  'recipient_link.issued': ({ actor }) => `${actor} made a link to a file for one recipient.`,
  'recipient_link.revoked': ({ actor }) => `${actor} withdrew a recipient’s link to a file.`,
  'recipient_link.code_sent': () => 'A code was mailed to whom a link to a file was made for.',
  'recipient_link.proven': () => 'The code of a recipient’s link to a file was given.',
  'refusals.folded': ({ entity }, facts) => `${text(facts['folded'])} more refusals at the ${entity} door within one minute (${titleOf(facts['code'])}, ${text(facts['network'])}).`,
  'backup.made': () => 'A backup was made on the server.',
  'backup.restored': () => 'The data was restored from a backup on the server.',
  'file.accepted': ({ actor }, facts) => `${actor} sent a file (${text(facts['type'])}, ${sizeOf(facts['bytes'])}) by ${text(facts['door'])}.`,
  'file.refused': ({ actor }, facts) => `A file from ${actor} was refused: ${titleOf(facts['code'])}.`,
  'file.quarantined': ({ actor }, facts) => `A file from ${actor} was held back: antivirus found ${text(facts['found'])}.`,
  'file.released': ({ actor }) => `${actor} released a file that antivirus had held back.`,
  'file.destroyed': ({ actor }) => `${actor} removed a file that antivirus had held back.`,
  'customer.made': ({ actor }) => `${actor} made a customer.`,
  'conversation.begun': ({ actor }) => `${actor} began a conversation.`,
  'conversation.changed': ({ actor }, facts) => `${actor} changed the ${text(facts['what'])} of a conversation${facts['done'] === undefined ? '' : ` (${text(facts['done'])})`}.`,
  'message.sent': ({ actor }, facts) => `${actor} wrote a ${facts['kind'] === 'note' ? 'note' : 'message'} in a conversation (${sizeOf(facts['bytes'])}${facts['verified'] === true ? ', verified' : ''}).`,
  'customer.changed': ({ actor }, facts) => `${actor} changed the card of a customer (${text(facts['what'])}).`,
} satisfies Readonly<Record<string, Sentence>>;

export type Event = keyof typeof EVENTS;

/** The row in words. A row of a later version, whose event is not known here, shows its name. */
export function sentenceOf(row: Pick<AuditRow, 'event'>, named: Named, facts: Facts): string {
  const say = (EVENTS as Readonly<Record<string, Sentence>>)[row.event];
  return say === undefined ? `${row.event} (${named.actor})` : say(named, facts);
}
