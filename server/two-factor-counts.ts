// Gathers who is active, what they have and where they were last seen, for the table of the two-factor module.
import { parseAddress } from '#policy/address.ts';
import type { SeenPerson } from '#policy/two-factor-counts.ts';
import { personOf } from '#identity/person.ts';
import type { Sessions } from '#identity/sessions.ts';
import * as agentRows from '#store/agents.ts';
import * as sessionRows from '#store/sessions.ts';
import type { BrandId, Store } from '#store/store.ts';

/** Every active person, by name. What this node saw since the last writing counts before the rows. */
export async function seenPeople({ store, sessions }: { readonly store: Store; readonly sessions: Sessions }, brandId: BrandId): Promise<SeenPerson[]> {
  const brand = store.brand(brandId);
  const [everybody, seen] = await Promise.all([agentRows.everybody(brand), sessionRows.lastSeen(brand)]);
  for (const session of sessions.each()) {
    if (session.brandId !== brandId) continue;
    const { address, lastInputAt } = session;
    if (lastInputAt >= (seen.get(session.person.id)?.last_input_at ?? 0)) seen.set(session.person.id, { address, last_input_at: lastInputAt });
  }
  const active = everybody.filter((row) => row.deactivated_at === null).map((row): SeenPerson => {
    const { id, admin, remoteAccess, hasFactor } = personOf(row);
    const last = seen.get(id);
    return { id, name: row.name, admin, remoteAccess, hasFactor, seen: last !== undefined, address: last?.address == null ? null : (parseAddress(last.address) ?? null) };
  });
  return active.sort((one, other) => (one.name < other.name ? -1 : 1));
}
