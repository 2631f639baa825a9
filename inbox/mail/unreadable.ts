// A mail that could not be read as one: what its first lines plainly say, so that it stands in a conversation and is shown as it came.
import type { ReadMail } from '#inbox/mail/read-mail.ts';

const LOOKED_AT = 16_384;
const plain = (value: string): string => value.replace(/[\p{Cc}\p{Cs}]+/gu, ' ').trim();

function field(head: string, name: string): string {
  return plain((new RegExp(`^${name}:[ \\t]*(.{0,500})`, 'im').exec(head)?.[1] ?? '').replaceAll('\ufffd', '?'));
}

export function unreadableMail(raw: Uint8Array): ReadMail {
  const start = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, LOOKED_AT)).toString('utf8');
  const end = /\r?\n\r?\n/.exec(start)?.index ?? start.length;
  const head = start.slice(0, end);
  const from = field(head, 'From');
  // Who else it says it is of: an answer to a forward names one alone.
  const others = [...head.matchAll(/^From:[ \t]*(.{0,200})/gim)].slice(1, 10).map(([, value]) => ({ name: plain(value ?? ''), address: '' }));
  const address = /<([^<>\s]{1,320})>\s*$/.exec(from)?.[1] ?? (/^\S+@\S+$/.test(from) ? from : '');
  return {
    messageId: /<[^<>\s]{1,400}>/.exec(field(head, 'Message-ID'))?.[0] ?? '', refs: [], from: from === '' ? null : { name: address === '' ? from.slice(0, 200) : '', address }, alsoFrom: others, replyTo: null, to: [], cc: [],
    deliveredTo: [], subject: field(head, 'Subject').slice(0, 300), text: '', said: '', html: null, remoteImages: 0, headers: '', written: 'program', loops: [field(head, 'X-Loop')], bounce: null, authentication: null, files: [], filesLeft: 0,
  };
}

/** The mail itself as text, for a place that has nothing but text. */
export const asItCame = (raw: Uint8Array, most: number): string => Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, most)).toString('utf8').replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]+/gu, ' ');
