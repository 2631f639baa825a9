// Ends changes on trial, on stage and proposed by themselves, when their time is over or refusals rose: of brands whose policy changed at once, of all brands each half minute.
import { clockCourse, timeOn } from '#identity/steady-clock.ts';
import * as brandRows from '#store/brands.ts';
import type { BrandId } from '#store/store.ts';
import type { Parts } from '#server/parts.ts';
import { endDueProposals } from '#server/policy-proposal-ends.ts';
import { tellOfOutside } from '#server/policy-outside.ts';
import { endDueStage } from '#server/policy-returns.ts';
import { returnDue } from '#server/policy-trials.ts';

export const POLICY_ENDS_EVERY_MS = 500;
/** How often brands whose policy nobody changed are looked at: after a start, or where a message was lost. */
const LOOK_EVERY_MS = 30_000;

export type PolicyEndParts = Pick<Parts, 'store' | 'brands' | 'now' | 'uptime' | 'keyring' | 'config'>;

/** One round: what is due is taken back, on whichever node comes first. */
export function policyRound(given: PolicyEndParts): () => Promise<void> {
  // Whoever sets the clock back makes no trial longer.
  const course = clockCourse(given.now(), given.uptime());
  const parts: PolicyEndParts = { ...given, now: () => timeOn(course, given.now(), given.uptime()) };
  const next = new Map<BrandId, number>();
  let lookedAt = -Infinity;
  parts.brands.onPolicy(({ id }) => next.set(id, -Infinity));
  return async () => {
    const uptime = parts.uptime();
    if (uptime - lookedAt >= LOOK_EVERY_MS) {
      lookedAt = uptime;
      for (const { id } of await brandRows.all(parts.store.system)) next.set(id, -Infinity);
    }
    const faults: unknown[] = [];
    for (const [id, at] of [...next]) {
      if (parts.now() < at) continue;
      try {
        const brand = await parts.brands.byId(id);
        const due = brand === null ? [] : [await returnDue(parts, brand), await endDueStage(parts, brand), await tellOfOutside(parts, brand), await endDueProposals(parts, brand)].filter((one) => one !== null);
        if (due.length === 0) next.delete(id);
        else next.set(id, Math.min(...due));
      } catch (error) {
        // One whose settings cannot be read keeps no trial of another waiting.
        faults.push(error);
      }
    }
    if (faults.length > 0) throw faults[0];
  };
}
