// Tells before a save whom it would shut out for good: administrators at the address they were last seen at, and keys at the address they last called from.
import { setImmediate as turn } from 'node:timers/promises';
import { parseAddress } from '#policy/address.ts';
import { decideApiAccess } from '#policy/decide/api-access.ts';
import type { Policy } from '#policy/effective.ts';
import { signInNeeds } from '#policy/management-table.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import type { Sessions } from '#identity/sessions.ts';
import type { BrandStore, Store } from '#store/store.ts';
import { seenPeople } from '#server/two-factor-counts.ts';

export interface ShutOut {
  /** Administrators who got in from where they were last seen and would no more, by name. */
  readonly admins: readonly string[];
  /** No administrator but perhaps the saver would get in from where they were last seen. */
  readonly noOtherAdmin: boolean;
  /** Keys in use whose last caller would be refused, by name: a hundred at most. */
  readonly keys: readonly string[];
  /** There are more than those. */
  readonly moreKeys: boolean;
}

const MOST_KEYS = 100;
/** A brand may have a million keys: they are read in pieces, and others are answered between. */
const AT_ONCE = 2_000;

async function lostKeys(brand: BrandStore, current: Policy, next: Policy): Promise<Pick<ShutOut, 'keys' | 'moreKeys'>> {
  const keys: string[] = [];
  // Nothing is read where no caller can be judged otherwise than now.
  if (next.sets['api.allowlist'] === null || JSON.stringify(current.values['api.allowlist']) === JSON.stringify(next.values['api.allowlist'])) return { keys, moreKeys: false };
  const calls = (policy: Policy, from: string | null): boolean => decideApiAccess(policy, { address: from === null ? null : (parseAddress(from) ?? null) }).allowed;
  for (let after = ''; ; ) {
    const rows = await apiKeyRows.callers(brand, after, AT_ONCE);
    for (const { name, last_used_from: from } of rows) {
      if (!calls(current, from) || calls(next, from)) continue;
      if (keys.length === MOST_KEYS) return { keys, moreKeys: true };
      keys.push(name);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < AT_ONCE) return { keys, moreKeys: false };
    after = last.id;
    await turn();
  }
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
    ...(await lostKeys(parts.store.brand(brandId), current, next)),
  };
}
