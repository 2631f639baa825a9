// What the API answers with: conversations, messages, customers, and the rest of the inbox, as schemas of what the routes give to everybody.
import { Type } from 'typebox';
import { anything, flag, list, Moment, oneOf, orNull, shape, text, whole } from '#server/api/shapes.ts';

const Named = shape({ id: text, name: text });
const STATUS = oneOf('open', 'pending', 'solved', 'archived');
const VERIFIED = orNull(oneOf('external_id', 'email', 'phone'));

const summary = {
  id: text, number: whole, channel: Named, customer: shape({ id: text, name: orNull(text), verifiedBy: VERIFIED, erased: flag }), status: STATUS, assignee: orNull(Named), team: orNull(Named), tags: list(text), preview: text,
  lastAuthor: oneOf('customer', 'agent', 'system'), lastSeq: whole, readSeq: whole, lastMessageAt: Moment, waitingSince: orNull(Moment), held: flag, feed: whole,
};
export const Summary = shape(summary);
export const Conversation = shape({ conversation: Summary });

export const File = shape({ id: text, name: text, type: orNull(text), mediaType: orNull(text), bytes: orNull(whole), state: text, refusal: orNull(shape({ code: text, words: text, detail: text })), thumbnail: flag });
export const OneFile = shape({ file: File });
export const Message = shape({
  id: text, seq: whole, feed: whole, kind: oneOf('text', 'note', 'event'), author: shape({ kind: oneOf('customer', 'agent', 'system'), id: orNull(text), name: text }), clientId: Type.Optional(text), text, verified: flag, at: Moment,
  redacted: orNull(shape({ at: Moment, byName: text })), files: list(File),
});
export const Messages = shape({ messages: list(Message), more: flag });
export const OneMessage = shape({ message: Message });

const MailAddress = shape({ name: text, address: text });
/** What came with a message by mail, as its sender wrote it: nothing of it is proven. */
export const MessageMail = shape({
  from: MailAddress, to: list(MailAddress), cc: list(MailAddress), subject: text, text, headers: text, authentication: orNull(text), formatted: flag, raw: orNull(text),
});

const Field = shape({ name: text, value: text, personal: flag });
const customer = { id: text, name: orNull(text), email: orNull(text), phone: orNull(text), externalId: orNull(text), fields: list(Field), verifiedBy: VERIFIED, createdAt: Moment, lastSeenAt: Moment, erasedAt: orNull(Moment) };
export const Card = shape({ ...customer, proven: list(oneOf('name', 'email', 'phone', 'externalId')), conversations: list(shape({ id: text, number: whole, status: STATUS, preview: text, lastMessageAt: Moment })) });
export const OneCustomer = shape({ customer: Card });
export const Customers = shape({ customers: list(shape(customer)), next: orNull(text) });

export const OpenConversation = shape({
  conversation: shape({ ...summary, createdAt: Moment, statusAt: Moment, hold: orNull(shape({ at: Moment, byName: text, reason: text })) }), customer: Card, messages: list(Message), more: flag, feed: whole,
});
export const Inbox = shape({ conversations: list(Summary), next: orNull(text), counts: shape({ mine: whole, unassigned: whole, all: whole }), feed: whole });
export const Found = shape({ conversations: list(shape({ ...summary, found: shape({ messageId: orNull(text), excerpt: anything, at: Moment }) })), next: orNull(text), words: list(anything) });
export const Refusals = shape({ refusals: list(Type.Object({ id: text, at: Moment, code: text, title: text }, { additionalProperties: true })) });

export const Begun = shape({ conversation: shape({ id: text, number: whole }), message: shape({ id: text }), customer: shape({ id: text }) });

/** A trail's row: what its facts hold hangs on the event. */
const auditRow = {
  seq: whole, id: text, at: Type.String({ format: 'date-time' }), actor: shape({ kind: text, id: orNull(text), name: text }), event: text, sentence: text, entity: shape({ kind: text, id: orNull(text), name: text }),
  before: anything, after: anything, facts: anything, hash: text,
};
export const AuditPage = shape({ rows: list(shape(auditRow)), next: orNull(text), chain: shape({ length: whole, head: orNull(text), signedAt: orNull(Type.String({ format: 'date-time' })), signedSeq: orNull(whole) }) });
export const AuditRow = shape({ ...auditRow, setting: anything });

const Origin = shape({ from: text, locked: flag, setBy: orNull(text), setByName: orNull(text), setAt: orNull(Moment) });
export const PolicyAnswer = Type.Object({
  version: whole, settings: Type.Record(Type.String(), shape({ value: anything, default: anything, origin: Origin, enforced: flag, notEnforcedUntil: Type.Optional(text) })), tabs: anything, address: orNull(text), insideList: flag,
}, { additionalProperties: true });
const Setting = shape({ key: text, label: text, value: text, origin: Origin });
const told = { allowed: flag, code: orNull(text), sentence: text, setting: orNull(Setting) };
/** Why something is decided, or was decided so: the setting behind it in words, the same asked now, and what would have to change. */
export const Explained = shape({
  ...told, question: orNull(text), did: orNull(text), channel: orNull(Named), facts: list(shape({ fact: text, label: text, text })), at: orNull(Moment), version: orNull(whole), now: orNull(shape({ ...told, version: whole })), read: list(Setting),
  whatWouldChange: list(shape({ steps: list(shape({ key: text, label: text, place: oneOf('brand', 'channel', 'file'), before: text, after: text, words: text })), allowed: flag, code: orNull(text) })),
});
export const JsonSchema = Type.Object({}, { additionalProperties: true });

const Team = Type.Object({ id: text, name: text }, { additionalProperties: true });
export const Teams = shape({ teams: list(Team) });
export const People = shape({ people: list(Type.Object({ id: text, name: text, availability: text, online: flag }, { additionalProperties: true })), teams: list(Team) });

export const User = shape({ id: text, name: text, email: text, role: oneOf('admin', 'agent'), capabilities: list(text), state: oneOf('invited', 'active', 'deactivated'), createdAt: Moment, deactivatedAt: orNull(Moment) });
export const Users = shape({ users: list(User) });
export const Channel = Type.Object({ id: text, kind: Type.Optional(oneOf('chat', 'email', 'api')), address: text, name: text, enabled: flag, disabledAt: orNull(Moment), createdAt: Moment });
export const Channels = shape({ channels: list(Channel) });
export const MintedTicket = shape({ ticket: text, expires_at: Type.String({ format: 'date-time' }) });
export const SignedOut = shape({ ended: whole });
