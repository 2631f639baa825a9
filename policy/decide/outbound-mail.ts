// May this mail leave, to these addresses and with these details? Asked when somebody wants it, and again of the very mail that is about to be sent.
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';
import { readMailAddress } from '../kinds/address-list.ts';
import { matcherOf } from '../mail-matcher.ts';

/** A forward to a third party; an answer to the customer; a notice to an agent; a letter of the house itself (a code, a link); an automatic answer to a mail that came in. */
export type MailKind = 'transfer' | 'reply' | 'notice' | 'letter' | 'bounce-note';

/** One address that an administrator allowed for one conversation, until an instant (ms since 1970). */
export interface MailException {
  readonly address: string;
  readonly until: number;
}

export interface OutboundMailFacts {
  readonly kind: MailKind;
  /** Every address of To, CC and BCC, as it was typed. */
  readonly recipients: readonly string[];
  /** Details of the customer stand in it. */
  readonly details: boolean;
  /** What was allowed for this conversation and not withdrawn. */
  readonly exceptions: readonly MailException[];
  /** What it belongs to is there still: the conversation neither archived nor gone, the forward not withdrawn. */
  readonly live: boolean;
  /** ms since 1970 */
  readonly now: number;
}

/** To, CC and BCC of one forward together. */
export const MOST_RECIPIENTS = 50;
const UNTIDY = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const MOST_NAMED = 10;

/** The one form an address is compared in; undefined for everything that is not one bare address: names, groups, comments, control characters, `@host`. */
export function bareAddress(text: string): string | undefined {
  const read = readMailAddress(text);
  return typeof read === 'string' && !read.startsWith('@') ? read : undefined;
}

/** As they were typed, for the person who typed them: on one line, and no more than can be read. */
function named(addresses: readonly string[]): string[] {
  const shown = addresses.slice(0, MOST_NAMED).map((address) => {
    const line = address.replace(UNTIDY, '·');
    return line === '' ? '(nothing)' : line.length > 100 ? `${line.slice(0, 99).toWellFormed()}…` : line;
  });
  return addresses.length > MOST_NAMED ? [...shown, `${addresses.length - MOST_NAMED} more`] : shown;
}

/**
 * The policy is that of the channel, or of the brand where there is none. Everything of one sort is named at once; nothing is sent in part.
 * Codes: `mail.no_recipient`, `mail.too_many_recipients`, `mail.address_malformed`, `mail.blocked`, `transfer.over`, `transfer.not_allowed`,
 * `transfer.details_not_allowed`, `mail.details_not_allowed`.
 */
export function decideOutboundMail(policy: Policy, { kind, recipients, details, exceptions, live, now }: OutboundMailFacts): Decision {
  if (recipients.length === 0) return deny('mail.no_recipient', null, {});
  if (recipients.length > MOST_RECIPIENTS) return deny('mail.too_many_recipients', null, { recipients: recipients.length, most: MOST_RECIPIENTS });
  const read = recipients.map((typed) => ({ typed, address: bareAddress(typed) }));
  const malformed = read.filter(({ address }) => address === undefined);
  if (malformed.length > 0) return deny('mail.address_malformed', null, { addresses: named(malformed.map(({ typed }) => typed)) });

  /** Of the addresses only those that are refused: the others need not stand in a row. */
  const about = (typed: readonly string[]): Record<string, unknown> => ({ kind, addresses: named(typed), recipients: named(typed) });
  const blocked = matcherOf(policy.values['mail.blocked_addresses'], 'deny');
  const refused = read.filter(({ address }) => blocked.holds(address!));
  if (refused.length > 0) return deny('mail.blocked', 'mail.blocked_addresses', about(refused.map(({ typed }) => typed)));
  if (!live) return deny('transfer.over', null, {});

  if (kind === 'transfer') {
    const allowed = matcherOf(policy.values['transfer.addresses'], 'allow');
    // An end that is not a number allows nothing.
    const open = new Set(exceptions.filter(({ until }) => now < until).map(({ address }) => address));
    const off = read.filter(({ address }) => !allowed.holds(address!) && !open.has(address!));
    if (off.length > 0) return deny('transfer.not_allowed', 'transfer.addresses', about(off.map(({ typed }) => typed)));
    if (details && !policy.values['mail.customer_details']) return deny('transfer.details_not_allowed', 'mail.customer_details', { kind, details, recipients: named(recipients) });
  }
  if (kind === 'notice' && details && !policy.values['mail.customer_details']) return deny('mail.details_not_allowed', 'mail.customer_details', { kind, details });
  return allow();
}
