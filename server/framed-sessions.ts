// What becomes of framed sessions when the list of sites that may present the workspace changes.
import { decideFraming } from '#policy/decide/framing.ts';
import { effective } from '#policy/effective.ts';
import type { KeptChange } from '#policy/history.ts';
import * as sessionRows from '#store/sessions.ts';
import type { BrandStore, Entry, Part } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';

const KEY = 'frame.allowed_origins';
const NONE: Pick<Part, 'statements' | 'entries' | 'bumps'> = { statements: [], entries: [], bumps: [] };
/** Sessions that a row of the audit trail names one by one. */
const NAMED = 100;

/** Sessions that the next list does not let stand end in the unit that says so: to list a site again brings none of them back. */
export async function endOfFramed(rows: BrandStore, changes: readonly KeptChange[], { actor, at }: { readonly actor: Entry['actor']; readonly at: number }): Promise<Pick<Part, 'statements' | 'entries' | 'bumps'>> {
  const change = changes.find(({ channel, key }) => channel === null && key === KEY);
  if (change === undefined) return NONE;
  const policy = effective({ version: 0, module: change.after === null ? {} : { [KEY]: { value: change.after.value } } });
  const framed = await sessionRows.openFramed(rows);
  const ids = framed.filter(({ framed_by }) => !decideFraming(policy, { ancestors: JSON.parse(framed_by ?? '[]') as string[] }).allowed).map(({ id }) => id);
  if (ids.length === 0) return NONE;
  const entry: Entry = { id: newId('evt'), at, actor, event: 'frames.ended', entity: { kind: 'setting', id: KEY }, facts: { reason: 'frame_removed', sessions: ids.length, ids: ids.slice(0, NAMED) } };
  // Other nodes must hear of it even where their next look finds the list as it was.
  return { statements: [sessionRows.endThese(rows, ids, 'frame_removed', at)], entries: [entry], bumps: ['people'] };
}
