// Tells before a save whom it would shut out for good: administrators at the address they were last seen at, and keys at the address they last called from.
import { parseAddress } from '#policy/address.ts';
import { decideApiAccess } from '#policy/decide/api-access.ts';
import type { Policy } from '#policy/effective.ts';
import { signInNeeds } from '#policy/management-table.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import type { Sessions } from '#identity/sessions.ts';
import type { Store } from '#store/store.ts';
import { seenPeople } from '#server/two-factor-counts.ts';

export interface ShutOut {
  /** Administrators who got in from where they were last seen and would no more, by name. */
  readonly admins: readonly string[];
  /** No administrator but perhaps the saver would get in from where they were last seen. */
  readonly noOtherAdmin: boolean;
  /** Keys in use whose last caller would be refused, by name. */
  readonly keys: readonly string[];
}

/** `saver`: the id of who saves, whose own way in is judged by itself. */
export async function previewShutOut(parts: { readonly store: Store; readonly sessions: Sessions }, brandId: string, saver: string, current: Policy, next: Policy): Promise<ShutOut> {
  const people = await seenPeople(parts, brandId);
  const others = people.filter(({ admin, seen, id }) => admin && seen && id !== saver);
  const getsIn = (policy: Policy, { address, admin, remoteAccess, hasFactor }: (typeof others)[number]): boolean => {
    const needs = signInNeeds(policy, { address, admin, remoteAccess, exempt: false });
    return needs === 'password' || (needs === 'password+code' && hasFactor);
  };
  const lost = others.filter((person) => getsIn(current, person) && !getsIn(next, person));
  const calls = (policy: Policy, from: string): boolean => decideApiAccess(policy, { address: parseAddress(from) ?? null }).allowed;
  const keys = (await apiKeyRows.all(parts.store.brand(brandId))).filter(({ revoked_at, last_used_from: from }) => revoked_at === null && from !== null && calls(current, from) && !calls(next, from));
  return {
    admins: lost.map(({ name }) => name),
    noOtherAdmin: lost.length > 0 && !others.some((person) => getsIn(next, person)),
    keys: keys.map(({ name }) => name),
  };
}
