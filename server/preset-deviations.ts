// Recording on purpose that a requirement of a standard is not met, and taking that back: each with its row in the trail.
import { deny, type Denial } from '#policy/decision.ts';
import { type Fault, fault, firstUnstorable } from '#policy/fault.ts';
import type { Preset } from '#policy/preset.ts';
import { valuesAt } from '#policy/preset-check.ts';
import { presetById } from '#policy/presets.ts';
import { stillMay } from '#identity/actor.ts';
import { newId } from '#identity/tokens.ts';
import * as deviationRows from '#store/deviations.ts';
import type { DeviationRow } from '#store/deviations.ts';
import { Conflict, type Entry } from '#store/store.ts';
import type { Brand } from '#server/brands.ts';
import type { SaveParts, Saver } from '#server/policy-commit.ts';
import type { ServerFacts } from '#policy/server-facts.ts';
import { checkGathered, gather } from '#server/preset-standing.ts';

export type Recorded = { readonly faults: readonly Fault[] } | { readonly denial: Denial } | { readonly id: string };

const LONGEST_REASON = 1_000;
const MISSING = deny('deviation.missing', null, {});
/** What stood in the way of a unit, by the code of its conflict. */
const DENIALS: Readonly<Record<string, Denial>> = { 'deviation.present': deny('deviation.present', null, {}), 'deviation.missing': MISSING, 'session.ended': deny('session.ended', null, {}) };
const NOT_YOURS = deny('capability.missing', null, {});

function reasonFaults(reason: string): Fault[] {
  const length = [...reason].length;
  if (length === 0 || length > LONGEST_REASON) return [fault('reason', 'reason.length', 'The reason', `have 1 to ${LONGEST_REASON} characters`, length === 0 ? 'none' : String(length))];
  const bad = firstUnstorable(reason);
  return bad === undefined ? [] : [fault('reason', 'reason.unstorable', 'The reason', 'have no control characters', bad)];
}

const entryOf = (event: 'deviation.recorded' | 'deviation.removed', row: DeviationRow, { session, client }: Saver, at: number): Entry => {
  const preset = presetById(row.preset);
  const number = preset?.requirements.find(({ id }) => id === row.requirement)?.number ?? row.requirement;
  const said = { reason: row.reason, values: JSON.parse(row.found) as unknown };
  return {
    id: newId('evt'), at, actor: { kind: 'agent', id: session.person.id }, event, entity: { kind: 'deviation', id: row.id },
    ...(event === 'deviation.recorded' ? { before: null, after: said } : { before: said, after: null }), facts: { preset: row.preset, name: preset?.name ?? row.preset, requirement: row.requirement, number, address: client.text },
  };
};

/** Only of what is not met now, and once. */
export async function recordDeviation(parts: Pick<SaveParts, 'store' | 'brands' | 'now'> & { readonly server: ServerFacts }, brand: Brand, preset: Preset, asked: { readonly requirement: string; readonly reason: string }, saver: Saver): Promise<Recorded> {
  const rows = parts.store.brand(brand.id);
  const reason = asked.reason.trim();
  const gathered = await gather(rows, brand, parts.server);
  const found = checkGathered(preset, gathered).find(({ requirement }) => requirement.id === asked.requirement);
  const faults = [
    ...(found === undefined ? [fault('requirement', 'requirement.unknown', 'The requirement', `be one of ${preset.name}`, 'another')] : []),
    ...(found === undefined || ['not_met', 'deviation'].includes(found.state) ? [] : [fault('requirement', 'requirement.not_needed', 'The requirement', 'be one that is not met: from the others nobody deviates', `${found.requirement.number}, which is not`)]),
    ...reasonFaults(reason),
  ];
  if (found === undefined || faults.length > 0) return { faults };
  const at = parts.now();
  const row: DeviationRow = { id: newId('dev'), preset: preset.id, requirement: found.requirement.id, reason, found: valuesAt(found.requirement, gathered.standing), recorded_at: at, recorded_by: saver.session.person.id };
  // One that speaks of other values says nothing any more: the new one takes its place.
  const stale = found.deviation !== null && found.stale ? found.deviation.row : null;
  const statements = [...stillMay(rows, saver.session, 'manage_settings'), ...(stale === null ? [] : [deviationRows.remove(rows, stale.id)]), deviationRows.insert(rows, row)];
  const entries = [...(stale === null ? [] : [entryOf('deviation.removed', stale, saver, at)]), entryOf('deviation.recorded', row, saver, at)];
  try {
    await parts.brands.commit([rows.part({ statements, entries })]);
    return { id: row.id };
  } catch (error) {
    if (error instanceof Conflict) return { denial: DENIALS[error.code] ?? NOT_YOURS };
    throw error;
  }
}

/** Null: it is gone. */
export async function removeDeviation(parts: Pick<SaveParts, 'store' | 'brands' | 'now'>, brand: Brand, preset: Preset, id: string, saver: Saver): Promise<Denial | null> {
  const rows = parts.store.brand(brand.id);
  const row = await deviationRows.byId(rows, id);
  if (row === undefined || row.preset !== preset.id) return MISSING;
  try {
    await parts.brands.commit([rows.part({ statements: [...stillMay(rows, saver.session, 'manage_settings'), deviationRows.remove(rows, id)], entries: [entryOf('deviation.removed', row, saver, parts.now())] })]);
    return null;
  } catch (error) {
    if (error instanceof Conflict) return DENIALS[error.code] ?? NOT_YOURS;
    throw error;
  }
}
