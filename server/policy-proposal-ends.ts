// Proposals that end by themselves, on time and on whichever node comes first: nobody approved them, or their author may not change settings any more.
import { type KeptChange, readKeptChanges } from '#policy/history.ts';
import * as agentRows from '#store/agents.ts';
import * as proposalRows from '#store/policy-proposals.ts';
import type { PolicyProposalRow } from '#store/policy-proposals.ts';
import { type BrandStore, Conflict, type Entry } from '#store/store.ts';
import { may, personOf } from '#identity/person.ts';
import { newId } from '#identity/tokens.ts';
import type { Brand } from '#server/brands.ts';
import type { SaveParts } from '#server/policy-commit.ts';
import { outcomeLetters } from '#server/policy-letters.ts';
import { countOfSettings } from '#server/policy-proposing.ts';

/** How often it is asked whether an author still may. */
const LOOK_AT_AUTHORS_MS = 30_000;

export const changesOf = (row: PolicyProposalRow): readonly KeptChange[] => readKeptChanges(row.changes) ?? [];

export function endEntry(row: PolicyProposalRow, event: string, actor: Entry['actor'], at: number, more: Readonly<Record<string, unknown>> = {}): Entry {
  return { id: newId('evt'), at, actor, event, entity: { kind: 'policy', id: row.id }, facts: { settings: countOfSettings(changesOf(row)), ...more } };
}

/** An active person with the right to change settings. */
const mayStill = (agent: agentRows.KnownAgent | undefined): boolean => agent !== undefined && agent.deactivated_at === null && may(personOf(agent), 'manage_settings');

/** Null: it waits. */
async function endOf(rows: BrandStore, row: PolicyProposalRow, now: number): Promise<'expired' | 'withdrawn' | null> {
  if (!(now < row.until)) return 'expired';
  return mayStill(await agentRows.byId(rows, row.proposed_by)) ? null : 'withdrawn';
}

/** Those that can still be approved: what has run out does not wait, whether or not a round has ended it. */
export async function stillWaiting({ store, now }: Pick<SaveParts, 'store' | 'now'>, { id }: Brand): Promise<PolicyProposalRow[]> {
  const rows = store.brand(id);
  const found = await proposalRows.waiting(rows);
  const ends = await Promise.all(found.map((row) => endOf(rows, row, now())));
  return found.filter((_, n) => ends[n] === null);
}

/** Ends what is due, each with its row and the mail to its author. Gives when to look again, null while none waits. */
export async function endDueProposals(parts: SaveParts, brand: Brand): Promise<number | null> {
  const rows = parts.store.brand(brand.id);
  const found = await proposalRows.waiting(rows);
  const at = parts.now();
  let next: number | null = null;
  for (const row of found) {
    const state = await endOf(rows, row, at);
    if (state === null) {
      next = Math.min(next ?? Infinity, row.until, at + LOOK_AT_AUTHORS_MS);
      continue;
    }
    const statements = [proposalRows.end(rows, row.id, { state, at, by: null }), ...(await outcomeLetters(parts, brand, row, changesOf(row), { outcome: state }, at))];
    try {
      await parts.brands.commit([rows.part({ statements, entries: [endEntry(row, `policy.proposal_${state}`, { kind: 'system', id: null }, at)] })]);
    } catch (error) {
      // Another node, or a person, ended it meanwhile: whoever did has told its author.
      if (!(error instanceof Conflict)) throw error;
    }
  }
  return next;
}
