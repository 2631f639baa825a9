// Which API keys a draft would refuse at once: by the address they last called from, or by the place in which they last showed their token.
import { setImmediate as turn } from 'node:timers/promises';
import { parseAddress } from '#policy/address.ts';
import { settingOf } from '#policy/catalogue.ts';
import { decideApiAccess, decideTokenPlace } from '#policy/decide/api-access.ts';
import { type Decision, type DenialCode, sentenceOf } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import { type FactsOf, unpacked } from '#policy/questions.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import * as decisionRows from '#store/decisions.ts';
import type { BrandStore } from '#store/store.ts';
import type { Draft } from '#server/touched-now.ts';

export interface TouchedKey {
  readonly id: string;
  readonly name: string;
  readonly lastUsedAt: number | null;
  readonly code: DenialCode;
  /** What the program would be told. */
  readonly sentence: string;
}

export interface TouchedKeys {
  readonly list: readonly TouchedKey[];
  /** There are more than those. */
  readonly more: boolean;
}

const MOST = 100;
/** A brand may have a million keys: they are read in pieces, and others are answered between. */
const AT_ONCE = 500;

type Place = FactsOf<'token-place'>;

/** How each key last showed its token, as the journal has it. */
async function placesOf(brand: BrandStore): Promise<ReadonlyMap<string, Place>> {
  const last = new Map<string, Place>();
  for (const { subject_id: id, facts } of await decisionRows.latestOfKeys(brand, 'token-place')) if (id !== null) last.set(id, unpacked(JSON.parse(facts) as Record<string, unknown>) as unknown as Place);
  return last;
}

/** A key that is refused already is not touched. */
export async function touchedKeys(brand: BrandStore, { current, next, changed }: Draft, now: number): Promise<TouchedKeys> {
  // Nothing is read where no call can be judged otherwise than now.
  if (!changed.some((key) => (settingOf(key).doors as readonly string[]).includes('api'))) return { list: [], more: false };
  const [before, after] = [current(null), next(null)];
  const places = await placesOf(brand);
  const list: TouchedKey[] = [];
  for (let last = ''; ; ) {
    const rows = await apiKeyRows.callers(brand, last, now, AT_ONCE);
    for (const { id, name, last_used_at: lastUsedAt, last_used_from: from } of rows) {
      const address = from === null ? null : (parseAddress(from) ?? null);
      const place = places.get(id);
      const asked = (policy: Policy): Decision[] => [decideApiAccess(policy, { address }), ...(place === undefined ? [] : [decideTokenPlace(policy, place)])];
      if (asked(before).some(({ allowed }) => !allowed)) continue;
      const denial = asked(after).find((decision) => !decision.allowed);
      if (denial === undefined || denial.allowed) continue;
      if (list.length === MOST) return { list, more: true };
      list.push({ id, name, lastUsedAt, code: denial.code, sentence: sentenceOf(denial) });
    }
    if (rows.length < AT_ONCE) return { list, more: false };
    last = rows.at(-1)!.id;
    await turn();
  }
}
