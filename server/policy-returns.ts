// Whether refusals rose so far under a change that it goes back by itself, and the end of a stage whose time is over or whose refusals rose.
import { type RefusalLimit, refusalsRose, type Rose } from '#policy/stage-figures.ts';
import * as countRows from '#store/policy-counts.ts';
import * as stageRows from '#store/policy-stages.ts';
import type { BrandStore, Entry } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';
import type { Brand } from '#server/brands.ts';
import type { SaveParts } from '#server/policy-commit.ts';
import { commitStage, figuresSince } from '#server/policy-stages.ts';

const MINUTE = 60_000;
/** How often counts are looked at: each node writes its own down that often. */
export const LOOK_AT_COUNTS_MS = 5_000;

interface Limited { readonly limit_percent: number | null; readonly limit_least: number | null; readonly limit_minutes: number | null }

export function limitOf({ limit_percent: percent, limit_least: least, limit_minutes: minutes }: Limited): RefusalLimit | null {
  return percent === null || least === null || minutes === null ? null : { percent, least, minutes };
}

/** The refusals that make it go back, of the last minutes as far as they belong to it; null while refusals have not risen. */
export async function risen(rows: BrandStore, compared: string, limit: RefusalLimit | null, from: number, now: number): Promise<Rose | null> {
  if (limit === null) return null;
  const first = Math.max(countRows.slotOf(from), countRows.slotOf(now - limit.minutes * MINUTE));
  return refusalsRose(limit, await countRows.since(rows, compared, first));
}

/** Ends the stage whose time is over, or whose refusals rose. Gives when to look at it next; null while none runs. */
export async function endDueStage(parts: SaveParts, brand: Brand): Promise<number | null> {
  const rows = parts.store.brand(brand.id);
  const row = await stageRows.running(rows);
  if (row === undefined) return null;
  const at = parts.now();
  const limit = limitOf(row);
  const found = await risen(rows, row.id, limit, row.phase_at, at);
  if (found === null && at < row.until) return limit === null ? row.until : Math.min(row.until, at + LOOK_AT_COUNTS_MS);
  // As this node knows it: another one that was first has made another version of it.
  const base = brand.policy.version;
  const state = found === null ? 'over' : 'returned';
  const facts = { stage: row.id, ...(found === null ? {} : { ...found, percent: row.limit_percent, minutes: row.limit_minutes }) };
  const entry: Entry = { id: newId('evt'), at, actor: { kind: 'system', id: null }, event: found === null ? 'policy.stage_over' : 'policy.stage_returned', entity: { kind: 'policy', id: String(base + 1) }, facts };
  const words = found === null ? 'The time of the change on stage was over.' : `Refusals rose under the change on stage: ${found.refused} of ${found.decisions} decisions.`;
  const figures = JSON.stringify(await figuresSince(rows, row.id, row.began_at));
  const kept = await commitStage(parts, brand, base, { statements: [stageRows.end(rows, row.id, { state, at, by: null, figures })], entry, author: null, words });
  return kept === 'done' ? null : at;
}
