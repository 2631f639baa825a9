// What a channel of mail is made of: its addresses, in whose name it answers, its mailbox; what is wrong with them, all at once, and the unit that keeps them.
import { UNSEEN } from '#policy/brand-name.ts';
import { channelColours } from '#policy/channel-look.ts';
import type { Fault } from '#policy/fault.ts';
import { stillMay } from '#identity/actor.ts';
import { parseEmailAddress } from '#identity/email-address.ts';
import type { Keyring } from '#identity/keyring.ts';
import { newId } from '#identity/tokens.ts';
import * as channelRows from '#store/channels.ts';
import type { ChannelRow } from '#store/channels.ts';
import * as mailChannels from '#store/mail-channels.ts';
import type { MailChannelRow } from '#store/mail-channels.ts';
import type { Entry, Store } from '#store/store.ts';
import { type ChannelParts, channelFaults } from '#inbox/channels.ts';

export type Security = 'tls' | 'starttls' | 'none';
/** What becomes of a mail in its mailbox once it was kept here. */
export type AfterRead = 'seen' | 'move' | 'nothing';

export interface Mailbox {
  readonly host: string;
  readonly port: number;
  readonly security: Security;
  readonly user: string;
  readonly folder: string;
  readonly after: AfterRead;
  /** For `move`. */
  readonly moveTo: string;
}

export interface MailFields {
  readonly name?: string;
  readonly addresses?: readonly string[];
  readonly senderName?: string;
  readonly senderAddress?: string;
  readonly takesSmtp?: boolean;
  /** Null: none. */
  readonly mailbox?: Mailbox | null;
  /** Left out: as it was. */
  readonly password?: string;
}

export interface MailChannelParts extends ChannelParts {
  readonly store: Store;
  readonly keyring: Pick<Keyring, 'seal'>;
}

const MOST_ADDRESSES = 20;
const LOCAL_MOST = 37;
export const readMailbox = (row: Pick<MailChannelRow, 'imap'>): Mailbox | null => (row.imap === null ? null : (JSON.parse(row.imap) as Mailbox));
/** What the password of a mailbox is sealed to. */
export const passwordOwner = (brandId: string, channelId: string): string => `mailbox ${brandId}/${channelId}`;

function mailboxFaults({ host, port, user, folder, security, after, moveTo }: Mailbox, hasPassword: boolean): Fault[] {
  const faults: Fault[] = [];
  const line = (path: string, label: string, text: string, most: number): void => {
    if (text.trim() === '' || text.length > most || UNSEEN.test(text)) faults.push({ path: `mailbox.${path}`, code: 'mailbox.text', message: `${label} must have 1 to ${most} characters, without control characters.` });
  };
  if (!/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$|^\[?[0-9a-f:.]+\]?$/i.test(host) || host.length > 253) faults.push({ path: 'mailbox.host', code: 'mailbox.host', message: 'Server must be a host name such as imap.example.com.' });
  if (!Number.isInteger(port) || port < 1 || port > 65_535) faults.push({ path: 'mailbox.port', code: 'mailbox.port', message: 'Port must be a whole number from 1 to 65535; 993 is usual with TLS, 143 with STARTTLS.' });
  line('user', 'User', user, 320);
  line('folder', 'Folder', folder, 200);
  if (after === 'move') line('moveTo', 'Folder to move to', moveTo, 200);
  if (after === 'move' && moveTo === folder) faults.push({ path: 'mailbox.moveTo', code: 'mailbox.move', message: 'Folder to move to must be another one than the folder that is read.' });
  if (security === 'none' && !/^(?:localhost|127\.[\d.]+|\[?::1\]?)$/.test(host)) faults.push({ path: 'mailbox.security', code: 'mailbox.security', message: 'Encryption must be TLS or STARTTLS but for a server on this very machine: the password would be readable on the way.' });
  if (!hasPassword) faults.push({ path: 'password', code: 'mailbox.password', message: 'Password must be given for the mailbox.' });
  return faults;
}

/** Everything that is wrong. `present`: what the channel has by now; undefined for a new one. */
export async function mailFaults(store: Store, brandId: string, fields: MailFields, others: readonly ChannelRow[], present: MailChannelRow | undefined, channelId: string | null): Promise<Fault[]> {
  const faults = channelFaults({ ...(fields.name === undefined && present !== undefined ? {} : { name: fields.name ?? '' }) }, false, others);
  const { addresses, senderName, senderAddress, takesSmtp = present?.takes_smtp !== 0, mailbox = present === undefined ? null : readMailbox(present) } = fields;
  if (addresses !== undefined || present === undefined) {
    const list = addresses ?? [];
    if (list.length === 0 || list.length > MOST_ADDRESSES) faults.push({ path: 'addresses', code: 'mail_channel.addresses', message: `Addresses must be 1 to ${MOST_ADDRESSES}.` });
    const keys: string[] = [];
    for (const [at, typed] of list.entries()) {
      const read = parseEmailAddress(typed);
      if (!read.ok) faults.push({ path: `addresses.${at}`, code: read.code, message: read.sentence });
      else if (read.value.key.split('@')[0]!.length > LOCAL_MOST && at === 0) faults.push({ path: 'addresses.0', code: 'mail_channel.long', message: `The first address must have at most ${LOCAL_MOST} characters before the @: answers come back to it with a token behind a plus.` });
      else if (keys.includes(read.value.key)) faults.push({ path: `addresses.${at}`, code: 'mail_channel.twice', message: `${typed} must not stand there twice.` });
      else keys.push(read.value.key);
    }
    for (const taken of await mailChannels.owners(store.system, keys)) {
      if (taken.target_brand !== brandId || taken.channel_id !== channelId) faults.push({ path: 'addresses', code: 'mail_address.taken', message: `${taken.address_key} must be one that no other channel of this server receives at.` });
    }
  }
  if (senderName !== undefined && (senderName.trim() === '' || [...senderName].length > 100 || UNSEEN.test(senderName) || /[\n\r<>"]/.test(senderName))) faults.push({ path: 'senderName', code: 'mail_channel.sender_name', message: 'Sender name must have 1 to 100 characters on one line, without quotes and angle brackets.' });
  const sender = senderAddress === undefined ? null : parseEmailAddress(senderAddress);
  if (sender?.ok === false) faults.push({ path: 'senderAddress', code: sender.code, message: sender.sentence });
  if (mailbox !== null && (fields.mailbox !== undefined || fields.password !== undefined)) {
    const before = present === undefined ? null : readMailbox(present);
    // A password that was given for one server is never shown to another.
    const same = before !== null && before.host === mailbox.host && before.user === mailbox.user && present?.imap_password !== null;
    faults.push(...mailboxFaults(mailbox, same || (fields.password ?? '') !== ''));
  }
  if (!takesSmtp && mailbox === null) faults.push({ path: 'takesSmtp', code: 'mail_channel.no_way', message: 'Mail must come in by SMTP, from a mailbox, or both.' });
  return faults;
}

const canonical = (typed: string): string => {
  const read = parseEmailAddress(typed);
  return read.ok ? read.value.key : typed;
};

function fieldsOf({ brand, keyring }: MailChannelParts, id: string, fields: MailFields): Partial<mailChannels.MailChannelFields> {
  return {
    ...(fields.addresses === undefined ? {} : { addresses: JSON.stringify(fields.addresses.map(canonical)) }),
    ...(fields.senderName === undefined ? {} : { sender_name: fields.senderName }),
    ...(fields.senderAddress === undefined ? {} : { sender_address: canonical(fields.senderAddress) }),
    ...(fields.takesSmtp === undefined ? {} : { takes_smtp: fields.takesSmtp ? 1 : 0 }),
    ...(fields.mailbox === undefined ? {} : { imap: fields.mailbox === null ? null : JSON.stringify(fields.mailbox) }),
    ...(fields.mailbox === null ? { imap_password: null } : fields.password === undefined || fields.password === '' ? {} : { imap_password: keyring.seal(fields.password, passwordOwner(brand.id, id)) }),
  };
}

async function keep(parts: MailChannelParts, id: string, statements: Parameters<MailChannelParts['brand']['part']>[0]['statements'], entry: Entry, keys: readonly string[] | null): Promise<void> {
  const { brand, session, store } = parts;
  const asked = stillMay(brand, session, 'manage_settings');
  const addresses = keys === null ? [] : [store.system.part({ statements: mailChannels.addressStatements(store.system, brand.id, id, keys), entries: [{ ...entry, id: newId('evt'), actor: { kind: 'system', id: null }, entity: { kind: 'brand', id: brand.id }, before: undefined, after: undefined, facts: { name: entry.facts === undefined ? '' : (entry.facts as { name: string }).name } }] })];
  await parts.commit([brand.part({ statements: [...asked, ...statements], entries: [entry], bumps: ['policy'] }), ...addresses]);
}

const audited = (fields: MailFields) => ({ ...fields, password: undefined, ...(fields.password === undefined ? {} : { passwordChanged: true }) });

/** Keeps a channel whose fields have no faults. Gives its id. Throws `Conflict('mail_address.taken')`. */
export async function createMailChannel(parts: MailChannelParts, fields: MailFields): Promise<string> {
  const at = parts.now();
  const id = newId('chn');
  const [first = ''] = fields.addresses ?? [];
  const name = fields.name ?? '';
  const set = fieldsOf(parts, id, { senderName: name, senderAddress: first, takesSmtp: true, mailbox: null, ...fields });
  const row: ChannelRow = { id, kind: 'email', name, title: name, greeting: '', away_text: '', colour: channelColours[0]!.hex, created_at: at, created_by: parts.session.person.id, disabled_at: null };
  const entry: Entry = { id: newId('evt'), at, actor: { kind: 'agent', id: parts.session.person.id }, event: 'channel.created', entity: { kind: 'channel', id }, after: audited(fields), facts: { name, address: parts.address } };
  await keep(parts, id, [channelRows.insert(parts.brand, row), mailChannels.insert(parts.brand, id, { imap: null, imap_password: null, ...set } as mailChannels.MailChannelFields)], entry, (fields.addresses ?? []).map(canonical));
  return id;
}

/** Changes what is given. Another mailbox is read from now on. */
export async function changeMailChannel(parts: MailChannelParts, channel: ChannelRow, present: MailChannelRow, fields: MailFields): Promise<void> {
  const at = parts.now();
  const set = fieldsOf(parts, channel.id, fields);
  const before = readMailbox(present);
  const anew = fields.mailbox !== undefined && fields.mailbox !== null && (before === null || before.host !== fields.mailbox.host || before.user !== fields.mailbox.user || before.folder !== fields.mailbox.folder);
  const entry: Entry = { id: newId('evt'), at, actor: { kind: 'agent', id: parts.session.person.id }, event: 'channel.changed', entity: { kind: 'channel', id: channel.id }, after: audited(fields), facts: { name: fields.name ?? channel.name, address: parts.address } };
  const statements = [
    ...(fields.name === undefined ? [] : [channelRows.update(parts.brand, channel.id, { name: fields.name, title: fields.name })]),
    ...(Object.keys(set).length === 0 ? [] : [mailChannels.update(parts.brand, channel.id, set, anew)]),
  ];
  if (statements.length > 0) await keep(parts, channel.id, statements, entry, fields.addresses === undefined ? null : fields.addresses.map(canonical));
}
