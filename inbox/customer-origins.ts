// Who set what stands on a customer's card: a ticket, whose word is proven, or an agent; the rest the customer typed.
import { isRecord } from '#policy/fault.ts';
import { parseEmailAddress } from '#identity/email-address.ts';
import type { CustomerRow } from '#store/customers.ts';

export type Detail = 'name' | 'email' | 'phone';
type Details = Partial<Record<Detail, string>>;
/** The values that were set, not only which: one that was written over stands no more. */
export interface Origins {
  readonly ticket: Details;
  readonly agent: Details;
}

function detailsOf(raw: unknown): Details {
  return isRecord(raw) ? Object.fromEntries((['name', 'email', 'phone'] as const).flatMap((kind) => (typeof raw[kind] === 'string' ? [[kind, raw[kind]]] : []))) : {};
}

export function readOrigins({ origins }: Pick<CustomerRow, 'origins'>): Origins {
  const raw: unknown = origins === null ? {} : JSON.parse(origins);
  return isRecord(raw) ? { ticket: detailsOf(raw['ticket']), agent: detailsOf(raw['agent']) } : { ticket: {}, agent: {} };
}

/** As it is kept; what is null is left out, and nothing at all is null. */
export function originsText({ ticket, agent }: { readonly ticket: Readonly<Record<string, string | null>>; readonly agent: Readonly<Record<string, string | null>> }): string | null {
  const kept = { ticket: detailsOf(ticket), agent: detailsOf(agent) };
  return Object.keys(kept.ticket).length + Object.keys(kept.agent).length === 0 ? null : JSON.stringify(kept);
}

/** As it is compared: an address by its key. */
function keyOf(kind: Detail, value: string): string {
  const read = kind === 'email' ? parseEmailAddress(value) : null;
  return read?.ok === true ? read.value.key : value;
}

/** Is this value the proven one? */
export const stands = (kind: Detail, value: string | null, proven: string | undefined): boolean => value !== null && proven !== undefined && keyOf(kind, value) === keyOf(kind, proven);
