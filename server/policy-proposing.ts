// A change of settings that needs a second person: kept as a proposal on top of the version it was made on, in the place of a save.
import { type KeptChange, writeKeptChanges } from '#policy/history.ts';
import * as proposalRows from '#store/policy-proposals.ts';
import { type BrandStore, Conflict, type Entry } from '#store/store.ts';
import { stillMay } from '#identity/actor.ts';
import { newId } from '#identity/tokens.ts';
import type { Brand } from '#server/brands.ts';
import type { PolicyUnit, SaveParts, Saver } from '#server/policy-commit.ts';
import { proposalLetters } from '#server/policy-letters.ts';

const DAY = 86_400_000;
/** After that nobody may approve it any more: what is approved should be fresh in somebody's mind. */
const PROPOSAL_DAYS = 7;
const MOST_WAITING = 20;
/** Of one person in a day: what they propose beyond that stands in the page, and fills nobody's mailbox. */
const MOST_TOLD = 20;

/** Has this person proposed so little in a day that others are still mailed of it? */
export const stillTold = async (rows: BrandStore, by: string, at: number): Promise<boolean> => (await proposalRows.madeSince(rows, by, at - DAY)) < MOST_TOLD;

export const countOfSettings = (changes: readonly KeptChange[]): string => (changes.length === 1 ? '1 setting' : `${changes.length} settings`);

/** When a proposal made at `at` runs out, ms. */
export const proposalEnds = (at: number): number => at + PROPOSAL_DAYS * DAY;

export type ProposalKept = 'proposed' | 'stale' | 'many';

/** One unit on top of `baseVersion`: whoever proposes must still be there and still may. Changes nothing that holds. */
export async function keepProposal(parts: SaveParts, brand: Brand, { session, client }: Saver, baseVersion: number, { changes, entries, at, reason, trialMinutes, limit, stays, enforces }: PolicyUnit): Promise<ProposalKept> {
  const rows = parts.store.brand(brand.id);
  if ((await proposalRows.waiting(rows)).filter(({ until }) => at < until).length >= MOST_WAITING) return 'many';
  const by = session.person.id;
  const id = newId('prp');
  const manner = JSON.stringify({ reason, trialMinutes, limit, stays, enforces });
  const row = { id, base_version: baseVersion, changes: writeKeptChanges(changes), entries: JSON.stringify(entries), manner, proposed_at: at, proposed_by: by, until: proposalEnds(at) };
  const entry: Entry = {
    id: newId('evt'), at, actor: { kind: 'agent', id: by }, event: 'policy.proposed', entity: { kind: 'policy', id },
    facts: { settings: countOfSettings(changes), keys: [...new Set(changes.map(({ key }) => key))].slice(0, 50), base: baseVersion, until: row.until, address: client.text, ...(reason === undefined ? {} : { reason }) },
  };
  const told = (await stillTold(rows, by, at)) ? await proposalLetters(parts, brand, row, changes, at) : [];
  try {
    await parts.brands.commit([rows.part({ statements: [...stillMay(rows, session, 'manage_settings'), proposalRows.insert(rows, row), ...told], entries: [entry], bumps: [], onPolicyVersion: baseVersion })]);
    return 'proposed';
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    await parts.brands.confirm(brand.id);
    return 'stale';
  }
}
