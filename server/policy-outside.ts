// Customers who are refused under a change on stage: they bring nothing back, so whoever began it is told once, by the page and by mail, and takes it back or not.
import { metWords, type OutsideMet, outsideMet, outsideRose, USUAL_LIMIT } from '#policy/stage-figures.ts';
import { readDraft } from '#policy/stage.ts';
import * as agentRows from '#store/agents.ts';
import * as countRows from '#store/policy-counts.ts';
import * as stageRows from '#store/policy-stages.ts';
import type { PolicyStageRow } from '#store/policy-stages.ts';
import { type BrandStore, Conflict, type Entry } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';
import { inUtc } from '#identity/letters.ts';
import type { Brand } from '#server/brands.ts';
import type { SaveParts } from '#server/policy-commit.ts';
import { letterTo, settingsNamed, settingsPage } from '#server/policy-letters.ts';
import { firstCounted, limitOf, LOOK_AT_COUNTS_MS } from '#server/policy-returns.ts';

/** What customers met since the stage holds for whom it holds for. */
export const metOutside = async (rows: BrandStore, { id, phase_at }: Pick<PolicyStageRow, 'id' | 'phase_at'>): Promise<OutsideMet> => outsideMet(await countRows.since(rows, id, countRows.slotOf(phase_at)));

/** Whoever began it; where their account is closed, every administrator. */
async function whomToTell(rows: BrandStore, author: string | null): Promise<agentRows.AgentRow[]> {
  const began = author === null ? undefined : await agentRows.byId(rows, author);
  return began === undefined || began.deactivated_at !== null ? agentRows.activeAdmins(rows) : [began];
}

/** Tells of a stage under which customers are refused over its rate, once over all nodes. Gives when to look again, null where there is nothing to look for. */
export async function tellOfOutside(parts: SaveParts, brand: Brand): Promise<number | null> {
  const rows = parts.store.brand(brand.id);
  const row = await stageRows.running(rows);
  if (row === undefined || row.kind === 'report' || row.told_at !== null) return null;
  const at = parts.now();
  const limit = limitOf(row) ?? USUAL_LIMIT;
  const [rose] = outsideRose(limit, await countRows.since(rows, row.id, firstCounted(limit, row.phase_at, at)));
  if (rose === undefined) return at + LOOK_AT_COUNTS_MS;
  const met = await metOutside(rows, row);
  const facts = { what: settingsNamed(Object.keys(readDraft(row.draft).settings)), since: inUtc(row.phase_at), met: metWords(met), link: settingsPage(parts, brand, 'privacy') };
  const letters = (await whomToTell(rows, row.began_by)).map((one) => letterTo(parts, brand, one, 'stage_refuses', facts, at));
  const entry: Entry = {
    id: newId('evt'), at, actor: { kind: 'system', id: null }, event: 'policy.stage_refuses', entity: { kind: 'policy', id: String(brand.policy.version) },
    facts: { stage: row.id, question: rose.question, refused: rose.refused, decisions: rose.decisions, percent: limit.percent, minutes: limit.minutes },
  };
  try {
    await parts.brands.commit([rows.part({ statements: [stageRows.tell(rows, row, at), ...letters], entries: [entry] })]);
  } catch (error) {
    // Another node has told them.
    if (!(error instanceof Conflict)) throw error;
  }
  return null;
}
