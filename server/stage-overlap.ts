// Whether a change of stored settings and the one on stage stand in each other's way: then one of them must be over first.
import { effective } from '#policy/effective.ts';
import { type KeptChange, placeOf } from '#policy/history.ts';
import { PINNED, sourcesOf } from '#policy/policy-file.ts';
import { checkRules } from '#policy/rules.ts';
import { type StagedDraft, stagedOver } from '#policy/stage.ts';
import * as settingRows from '#store/settings.ts';
import type { BrandStore } from '#store/store.ts';

/** They set the same value, or together they break a rule between settings. */
export async function touchesStage(rows: BrandStore, draft: StagedDraft, changes: readonly KeptChange[]): Promise<boolean> {
  // What a policy file pins stands above whatever is staged.
  if (changes.some(({ channel, key }) => (channel === draft.channel || channel === PINNED) && Object.hasOwn(draft.settings, key))) return true;
  const next = new Map(await settingRows.kept(rows));
  for (const { channel, key, after } of changes) {
    if (after === null) next.delete(placeOf(channel, key));
    else next.set(placeOf(channel, key), after);
  }
  const { module, channels, pinned } = sourcesOf(next);
  const staged = stagedOver({ module, channels }, draft);
  return checkRules(effective({ version: 0, module: staged.module, pinned }).values).length > 0;
}
