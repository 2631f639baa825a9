// What customers tell of themselves in the chat: their name and email, typed and unproven. It joins nothing, and what a ticket said stands.
import { UNSEEN } from '#policy/brand-name.ts';
import type { Fault } from '#policy/fault.ts';
import * as chatSessionRows from '#store/chat-sessions.ts';
import * as customerRows from '#store/customers.ts';
import { advance } from '#store/feed.ts';
import { type BrandId, type Committed, Conflict, type Part, type Store } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';
import { readGiven } from '#inbox/customer-card.ts';
import { headsAnew } from '#inbox/head-text.ts';

export interface TellParts {
  readonly store: Store;
  readonly commit: (parts: Part[]) => Promise<Committed>;
}

export interface Told {
  readonly name?: string | null;
  readonly email?: string | null;
}

const PASSING: ReadonlySet<string> = new Set(['customer.changed', 'conversation.changed']);
const TRIES = 5;

/** Gives what is wrong with it; nothing is kept then. Throws `Conflict('chat.session_ended')` and `Conflict('customer.erased')`. */
export async function tellDetails(parts: TellParts, brandId: BrandId, session: { readonly id: string; readonly customerId: string }, told: Told, now: number): Promise<readonly Fault[]> {
  const { set, faults } = readGiven(told);
  if (typeof set.name === 'string' && UNSEEN.test(set.name)) faults.push({ path: 'name', code: 'text.unseen', message: 'The name must not contain control characters or marks that hide or reorder text.' });
  if (faults.length > 0) return faults;
  const brand = parts.store.brand(brandId);
  for (let tried = 1; ; tried += 1) {
    const customer = await customerRows.byId(brand, session.customerId);
    if (customer === undefined || customer.erased_at !== null) throw new Conflict('customer.erased');
    // A ticket named this customer: what is typed only fills what it left open.
    const open = (name: 'name' | 'email'): boolean => set[name] !== undefined && set[name] !== customer[name] && (customer.verified_by === null || customer[name] === null);
    const what = (['name', 'email'] as const).filter(open);
    if (what.length === 0) return [];
    const fields = Object.fromEntries(what.map((name) => [name, set[name] as string | null]));
    const after = { ...customer, ...fields };
    const entry = { id: newId('evt'), at: now, actor: { kind: 'customer', id: customer.id }, event: 'customer.details_given', entity: { kind: 'customer', id: customer.id }, facts: { what } } as const;
    const statements = [advance(brand), chatSessionRows.stillOpen(brand, session.id, now), customerRows.change(brand, customer, fields), ...(await headsAnew(brand, customer.id, after))];
    try {
      await parts.commit([brand.part({ statements, entries: [entry], bumps: ['inbox'] })]);
      return [];
    } catch (error) {
      if (!(error instanceof Conflict) || !PASSING.has(error.code) || tried === TRIES) throw error;
    }
  }
}
