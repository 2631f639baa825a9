// Whether refusals rose so far under a change that it goes back by itself, and the end of a stage whose time is over or whose refusals rose.
import { askAgain, isQuestion } from '#policy/questions.ts';
import { type Met, type RefusalLimit, refusalsRose, refusedWidely, type Rose } from '#policy/stage-figures.ts';
import * as decisionRows from '#store/decisions.ts';
import * as countRows from '#store/policy-counts.ts';
import * as stageRows from '#store/policy-stages.ts';
import type { BrandStore, Entry } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';
import type { Compared } from '#server/brand-policy.ts';
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

/** The first slot that counts at `now`: of the limit's last minutes, as far as they belong to a change that began at `from`. */
export const firstCounted = ({ minutes }: RefusalLimit, from: number, now: number): number => Math.max(countRows.slotOf(from), countRows.slotOf(now - minutes * MINUTE));

/** Of one person a day's groups are bounded (server/journal-room.ts): this many hold those of enough others. */
const MOST_LOOKED_AT = 20_000;

/** Who was judged under the change, and whom it refuses what they were allowed before: asked again of what the journal holds. */
async function met(rows: BrandStore, { before }: Compared, lately: decisionRows.Lately): Promise<Met> {
  const { question } = lately;
  if (!isQuestion(question)) return { refused: 0, of: 0 };
  const [of, found] = await Promise.all([decisionRows.ownMet(rows, lately), decisionRows.ownRefused(rows, lately, MOST_LOOKED_AT)]);
  const refused = new Set<string | null>();
  for (const { subject_id: id, channel_id: channel, facts } of found) {
    if (!refused.has(id) && askAgain(question, before(channel), JSON.parse(facts) as Record<string, unknown>).allowed) refused.add(id);
  }
  return { refused: refused.size, of };
}

interface Watched {
  readonly id: string;
  readonly limit: RefusalLimit | null;
  /** Counted from here, ms. */
  readonly from: number;
  /** The version it began with. */
  readonly version: number;
}

/** The refusals that make it go back, of the last minutes as far as they belong to it; null while refusals have not risen. */
export async function risen(rows: BrandStore, { compared }: Pick<Brand, 'compared'>, { id, limit, from, version }: Watched, now: number): Promise<Rose | null> {
  if (limit === null || compared?.id !== id) return null;
  const first = firstCounted(limit, from, now);
  for (const rose of refusalsRose(limit, await countRows.since(rows, id, first))) {
    const lately = { question: rose.question, staged: !compared.everybody, from: version, since: first * countRows.SLOT_MS };
    if (refusedWidely(limit, await met(rows, compared, lately))) return rose;
  }
  return null;
}

/** Ends the stage whose time is over, or whose refusals rose. Gives when to look at it next; null while none runs. */
export async function endDueStage(parts: SaveParts, brand: Brand): Promise<number | null> {
  const rows = parts.store.brand(brand.id);
  const row = await stageRows.running(rows);
  if (row === undefined) return null;
  const at = parts.now();
  const limit = limitOf(row);
  const found = await risen(rows, brand, { id: row.id, limit, from: row.phase_at, version: row.from_version }, at);
  if (found === null && at < row.until) return limit === null ? row.until : Math.min(row.until, at + LOOK_AT_COUNTS_MS);
  // As this node knows it: another one that was first has made another version of it.
  const base = brand.policy.version;
  const state = found === null ? 'over' : 'returned';
  const facts = { stage: row.id, ...(found === null ? {} : { refused: found.refused, decisions: found.decisions, percent: row.limit_percent, minutes: row.limit_minutes }) };
  const entry: Entry = { id: newId('evt'), at, actor: { kind: 'system', id: null }, event: found === null ? 'policy.stage_over' : 'policy.stage_returned', entity: { kind: 'policy', id: String(base + 1) }, facts };
  const words = found === null ? 'The time of the change on stage was over.' : `Refusals rose under the change on stage: ${found.refused} of ${found.decisions} decisions.`;
  const figures = JSON.stringify(await figuresSince(rows, row.id, row.began_at));
  const kept = await commitStage(parts, brand, base, { statements: [stageRows.end(rows, row.id, { state, at, by: null, figures })], entry, author: null, words });
  return kept === 'done' ? null : at;
}
