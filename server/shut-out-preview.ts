// Tells before a save which administrators it would shut out, each at the address they were last seen at.
import type { Policy } from '#policy/effective.ts';
import { signInNeeds } from '#policy/management-table.ts';
import type { Sessions } from '#identity/sessions.ts';
import type { Store } from '#store/store.ts';
import { seenPeople } from '#server/two-factor-counts.ts';

export interface ShutOut {
  /** Administrators who got in from where they were last seen and would no more, by name. */
  readonly admins: readonly string[];
  /** No administrator but perhaps the saver would get in from where they were last seen. */
  readonly noOtherAdmin: boolean;
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
  return {
    admins: lost.map(({ name }) => name),
    noOtherAdmin: lost.length > 0 && !others.some((person) => getsIn(next, person)),
  };
}
