// A customer made by a program: what it says of them is not proven. Tickets alone prove who somebody is.
import type { Denial } from '#policy/decision.ts';
import { deny } from '#policy/decision.ts';
import { type Fault, fault, firstUnstorable } from '#policy/fault.ts';
import { endedWhile } from '#identity/actor.ts';
import { newId } from '#identity/tokens.ts';
import * as customerRows from '#store/customers.ts';
import { type BrandId, Conflict, type Entry, type Statement } from '#store/store.ts';
import type { Actor, DeskParts } from '#inbox/agent-message.ts';
import { type GivenCustomer, readGiven } from '#inbox/customer-card.ts';
import { originsText } from '#inbox/customer-origins.ts';

export interface GivenNew extends GivenCustomer {
  readonly externalId?: string | null;
}

const LONGEST_EXTERNAL_ID = 200;

function externalFaults(externalId: string | null): Fault[] {
  if (externalId === null) return [];
  const length = [...externalId].length;
  if (externalId.trim() === '' || length > LONGEST_EXTERNAL_ID) return [fault('externalId', 'external_id.length', 'The external id', `have 1 to ${LONGEST_EXTERNAL_ID} characters`, externalId.trim() === '' ? 'none' : String(length))];
  const bad = firstUnstorable(externalId);
  return bad === undefined ? [] : [fault('externalId', 'external_id.unstorable', 'The external id', 'have no control characters', bad)];
}

/** The row, what writes it and its row of the trail; or everything that is wrong. */
export function planCustomer(given: GivenNew, actor: Actor, now: number): { readonly row: customerRows.CustomerRow; readonly entry: Entry } | { readonly faults: readonly Fault[] } {
  const { set, faults } = readGiven(given);
  const externalId = given.externalId ?? null;
  const all = [...faults, ...externalFaults(externalId)];
  if (all.length > 0) return { faults: all };
  const { name = null, email = null, phone = null, fields = '[]' } = set;
  const id = newId('cus');
  const row = {
    id, name, email, phone, external_id: externalId, fields, verified_by: null, created_at: now, last_seen_at: now, erased_at: null, erased_by: null,
    // What a program says stands against what the customer types, as what an agent wrote does; and so nobody takes them for a stranger who left.
    origins: originsText({ ticket: {}, agent: { name, email, phone } }) ?? '{}',
  };
  return { row, entry: { id: newId('evt'), at: now, actor, event: 'customer.made', entity: { kind: 'customer', id } } };
}

export type Made = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly denial: Denial } | { readonly ok: false; readonly faults: readonly Fault[] };

export async function makeCustomer(parts: DeskParts, brandId: BrandId, actor: Actor, given: GivenNew): Promise<Made> {
  const brand = parts.store.brand(brandId);
  const planned = planCustomer(given, actor, parts.now());
  if ('faults' in planned) return { ok: false, faults: planned.faults };
  const statements: Statement[] = [actor.still(brand), customerRows.insert(brand, planned.row)];
  try {
    await parts.commit([brand.part({ statements, entries: [planned.entry] })]);
    return { ok: true, id: planned.row.id };
  } catch (error) {
    const ended = error instanceof Conflict ? endedWhile(error.code) : undefined;
    if (ended === undefined) throw error;
    return { ok: false, denial: deny(ended, null, {}) };
  }
}
