// Everything that is known of one customer, from wherever it was ever said: the card, tickets, agents, and the addresses their mails came from.
import * as customerRows from '#store/customers.ts';
import type { CustomerRow } from '#store/customers.ts';
import * as erasures from '#store/erasures.ts';
import * as mailTokens from '#store/mail-tokens.ts';
import * as messageMails from '#store/message-mails.ts';
import type { BrandStore } from '#store/store.ts';
import { type Detail, readOrigins } from '#inbox/customer-origins.ts';
import { fieldsOf, type Known } from '#inbox/known-values.ts';

export function knownOf(customer: CustomerRow, identities: readonly erasures.IdentityRow[], addresses: readonly string[] = []): Known {
  const proven = (kind: erasures.IdentityRow['kind']): string[] => identities.filter((row) => row.kind === kind).map(({ value }) => value);
  const own = (value: string | null): string[] => (value === null ? [] : [value]);
  const distinct = (values: readonly string[]): string[] => [...new Set(values)];
  // What a ticket or an agent set once is known too, also where the card says something else by now.
  const { ticket, agent } = readOrigins(customer);
  const set = (detail: Detail): string[] => [ticket[detail], agent[detail]].filter((value) => value !== undefined);
  return {
    names: distinct([...own(customer.name), ...set('name')]),
    emails: distinct([...own(customer.email), ...proven('email'), ...set('email'), ...addresses]),
    phones: distinct([...own(customer.phone), ...proven('phone'), ...set('phone')]),
    externalIds: distinct([...own(customer.external_id), ...proven('external_id')]),
    others: fieldsOf(customer.fields).filter((field) => field.personal).map((field) => field.value),
  };
}

/** Undefined: no such customer. */
export async function readKnown(brand: BrandStore, customerId: string): Promise<{ readonly customer: CustomerRow; readonly known: Known } | undefined> {
  const [customer, identities, senders] = await Promise.all([customerRows.byId(brand, customerId), erasures.identitiesOf(brand, customerId), mailTokens.sendersOf(brand, customerId)]);
  return customer === undefined ? undefined : { customer, known: knownOf(customer, identities, senders.map((row) => row.address_key)) };
}

interface Sender { readonly name?: unknown; readonly address?: unknown }

/** Who a mail was from, as its row keeps it. */
export function senderOf(text: string): { readonly name: string; readonly address: string } {
  const read = JSON.parse(text) as Sender | null;
  return { name: typeof read?.name === 'string' ? read.name : '', address: typeof read?.address === 'string' ? read.address : '' };
}

/** And who the customer's mails of this conversation were from: names and addresses that no card needs to hold. */
export async function readKnownIn(brand: BrandStore, conversation: { readonly id: string; readonly customer_id: string }): ReturnType<typeof readKnown> {
  const [read, mails, thread] = await Promise.all([readKnown(brand, conversation.customer_id), messageMails.ofConversation(brand, conversation.id), messageMails.thread(brand, conversation.id)]);
  if (read === undefined) return undefined;
  const { customer, known } = read;
  const senders = mails.filter(({ direction }) => direction === 'in').map(({ sender }) => senderOf(sender));
  const named = (values: readonly string[]): string[] => [...new Set(values.filter((value) => value.trim() !== ''))];
  return {
    customer,
    known: {
      ...known,
      names: named([...known.names, ...senders.map(({ name }) => name).filter((name) => !name.includes('@')), thread?.to_name ?? '']),
      emails: named([...known.emails, ...senders.map(({ address }) => address), thread?.to_address ?? '']),
    },
  };
}
