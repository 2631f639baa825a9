// Changes on trial: what waits, confirming it, taking it back by hand, and taking it back when its time is over.
import { labelOf } from '#policy/catalogue.ts';
import { decideTrialConfirm } from '#policy/decide/policy-trial.ts';
import { type Denial, deny } from '#policy/decision.ts';
import { type KeptChange, readKeptChanges } from '#policy/history.ts';
import type { Rose } from '#policy/stage-figures.ts';
import * as channelRows from '#store/channels.ts';
import * as trialRows from '#store/policy-trials.ts';
import type { PolicyTrialRow } from '#store/policy-trials.ts';
import { type BrandStore, Conflict, type Entry, type Statement } from '#store/store.ts';
import { stillMay } from '#identity/actor.ts';
import { newId } from '#identity/tokens.ts';
import type { Brand } from '#server/brands.ts';
import { endOfFramed } from '#server/framed-sessions.ts';
import { limitOf, LOOK_AT_COUNTS_MS, risen } from '#server/policy-returns.ts';
import { keepingOf, type SaveParts, type Saver } from '#server/policy-commit.ts';

/** How the trial ends that is not confirmed. */
type Back = 'undone' | 'returned';

const OVER = deny('policy.trial_over', null, {});
const changesOf = (row: PolicyTrialRow): readonly KeptChange[] => readKeptChanges(row.undo) ?? [];
const inverse = ({ channel, key, before, after }: KeptChange): KeptChange => ({ channel, key, before: after, after: before });

/** What the trail says of each setting that went back. */
export async function returnEntries(rows: BrandStore, changes: readonly KeptChange[], { at, actor, facts }: { readonly at: number; readonly actor: Entry['actor']; readonly facts: Readonly<Record<string, unknown>> }): Promise<Entry[]> {
  const names = new Map((await channelRows.all(rows)).map((row) => [row.id, row.name]));
  return changes.map(({ channel, key, before, after }) => ({
    id: newId('evt'), at, actor, event: 'policy.returned', entity: { kind: 'setting', id: key }, before: before?.value ?? null, after: after?.value ?? null,
    facts: { label: labelOf(key), ...(channel === null ? {} : { channel, channelName: names.get(channel) ?? channel }), ...facts },
  }));
}

const eventOf = ({ state, rose }: { readonly state: Back; readonly rose?: Rose }): string => (state === 'undone' ? 'policy.trial_undone' : rose === undefined ? 'policy.trial_returned' : 'policy.trial_refused');

/** Puts back what stood before the trial, in one unit with its end. Gives false when somebody else ended it or saved first. */
async function putBack(parts: SaveParts, brand: Brand, row: PolicyTrialRow, how: { readonly state: Back; readonly by: string | null; readonly asked: readonly Statement[]; readonly rose?: Rose }): Promise<boolean> {
  const rows = parts.store.brand(brand.id);
  const at = parts.now();
  const actor: Entry['actor'] = how.by === null ? { kind: 'system', id: null } : { kind: 'agent', id: how.by };
  const changes = changesOf(row).map(inverse);
  const base = brand.policy.version;
  const ended: Entry = { id: newId('evt'), at, actor, event: eventOf(how), entity: { kind: 'policy', id: String(row.version) }, facts: { trial: row.id, version: base + 1, ...(how.rose === undefined ? {} : { refused: how.rose.refused, decisions: how.rose.decisions }) } };
  const reason = how.state === 'undone' ? 'The change on trial was taken back.' : how.rose === undefined ? 'Nobody confirmed the change on trial.' : `Refusals rose under the change on trial: ${how.rose.refused} of ${how.rose.decisions} decisions.`;
  const framed = await endOfFramed(rows, changes, { actor, at });
  const statements = [...framed.statements, ...how.asked, trialRows.end(rows, row.id, { state: how.state, at, by: how.by }), ...keepingOf(rows, changes, { version: base + 1, at, author: how.by, reason })];
  const entries = [ended, ...framed.entries, ...(await returnEntries(rows, changes, { at, actor, facts: { trial: row.id, version: base + 1 } }))];
  try {
    await parts.brands.commit([rows.part({ statements, entries, bumps: ['policy', ...framed.bumps], onPolicyVersion: base })]);
    return true;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    await parts.brands.confirm(brand.id);
    return false;
  }
}

/** Confirms the trial `id`: it holds for good. Null: it does. */
export async function confirmTrial(parts: SaveParts, brand: Brand, id: string, saver: Saver): Promise<Denial | null> {
  const rows = parts.store.brand(brand.id);
  const row = await trialRows.waiting(rows);
  if (row === undefined || row.id !== id) return OVER;
  // Another node may have put it on trial a moment ago: who confirms is judged by what is on trial, never by what stood before.
  if (brand.policy.version < row.version) await parts.brands.confirm(brand.id);
  if (brand.policy.version < row.version) return OVER;
  const { session, client } = saver;
  const at = parts.now();
  const { admin, remoteAccess } = session.person;
  const decision = decideTrialConfirm(brand.policy, { address: client.address, admin, remoteAccess, proven: session.proven, until: row.until, now: at });
  if (!decision.allowed) return decision;
  const entry: Entry = { id: newId('evt'), at, actor: { kind: 'agent', id: session.person.id }, event: 'policy.trial_confirmed', entity: { kind: 'policy', id: String(row.version) }, facts: { trial: row.id, address: client.text } };
  try {
    await parts.brands.commit([rows.part({ statements: [...stillMay(rows, saver.session, 'manage_settings'), trialRows.end(rows, row.id, { state: 'confirmed', at, by: session.person.id })], entries: [entry], ...(row.limit_percent === null ? {} : { bumps: ['policy'] }) })]);
    return null;
  } catch (error) {
    if (error instanceof Conflict) return OVER;
    throw error;
  }
}

/** Takes the trial `id` back at once. Null: everything stands as before. */
export async function undoTrial(parts: SaveParts, brand: Brand, id: string, saver: Saver): Promise<Denial | null> {
  const rows = parts.store.brand(brand.id);
  const row = await trialRows.waiting(rows);
  if (row === undefined || row.id !== id) return OVER;
  return (await putBack(parts, brand, row, { state: 'undone', by: saver.session.person.id, asked: stillMay(rows, saver.session, 'manage_settings') })) ? null : OVER;
}

/** Keeps a change that nobody need confirm, since refusals did not rise. */
async function stay({ store, brands, now }: SaveParts, brand: Brand, row: PolicyTrialRow): Promise<boolean> {
  const rows = store.brand(brand.id);
  const at = now();
  const entry: Entry = { id: newId('evt'), at, actor: { kind: 'system', id: null }, event: 'policy.trial_stayed', entity: { kind: 'policy', id: String(row.version) }, facts: { trial: row.id } };
  try {
    // The settings stay, and are read anew all the same: nothing is compared any more.
    await brands.commit([rows.part({ statements: [trialRows.end(rows, row.id, { state: 'confirmed', at, by: null })], entries: [entry], bumps: ['policy'] })]);
    return true;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return false;
  }
}

/** Takes back what nobody confirmed in time, and before its time what refuses too much. Gives when the brand's next trial ends, null while none waits. */
export async function returnDue(parts: SaveParts, brand: Brand): Promise<number | null> {
  const row = await trialRows.waiting(parts.store.brand(brand.id));
  if (row === undefined) return null;
  const limit = limitOf(row);
  const rose = await risen(parts.store.brand(brand.id), brand, { id: row.id, limit, from: row.began_at, version: row.version }, parts.now());
  if (rose === null && parts.now() < row.until) return limit === null ? row.until : Math.min(row.until, parts.now() + LOOK_AT_COUNTS_MS);
  const over = rose === null && row.stays === 1 ? stay(parts, brand, row) : putBack(parts, brand, row, { state: 'returned', by: null, asked: [], ...(rose === null ? {} : { rose }) });
  // Somebody else was first, or the policy went on meanwhile: looked at again at once.
  return (await over) ? null : parts.now();
}
