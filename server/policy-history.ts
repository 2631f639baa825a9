// The versions of a brand's policy as people read them: what each changed, how two differ, and going back to one.
import { isKey, type Key, labelOf, settingOf } from '#policy/catalogue.ts';
import { decidePolicySave } from '#policy/decide/policy-save.ts';
import type { Denial } from '#policy/decision.ts';
import { effective, type Policy } from '#policy/effective.ts';
import { type Fault, isRecord } from '#policy/fault.ts';
import { differences, type Kept, type KeptChange, type KeptState } from '#policy/history.ts';
import { notEnforced } from '#policy/not-enforced.ts';
import { PINNED, sourcesOf } from '#policy/policy-file.ts';
import { checkRules } from '#policy/rules.ts';
import * as agentRows from '#store/agents.ts';
import * as versionRows from '#store/policy-versions.ts';
import * as settingRows from '#store/settings.ts';
import type { BrandStore } from '#store/store.ts';
import type { Brand } from '#server/brands.ts';
import { commitPolicy, type Manner, type PolicyKept, type SaveParts, type Saver } from '#server/policy-commit.ts';
import { judgeRule } from '#server/policy-save.ts';
import { returnEntries } from '#server/policy-trials.ts';
import { AT_ONCE, stateThen } from '#server/state-then.ts';

/** A list that is longer is printed as it stands. */
const LONG_LIST = 1_000;

/** One stored value in words. */
export interface ShownChange {
  readonly channel: { readonly id: string; readonly name: string } | null;
  readonly key: string;
  readonly label: string;
  readonly beforeText: string;
  readonly afterText: string;
  readonly lockedBefore: boolean;
  readonly lockedAfter: boolean;
}

const isLong = (value: unknown): boolean =>
  isRecord(value) && typeof value['state'] === 'string' && Array.isArray(value['entries']) && value['entries'].length > LONG_LIST && isRecord(value['entries'][0]);

/** A setting of before, whose kind reads it no more, is shown as it is stored. */
function textOf(channel: string | null, key: string, kept: Kept | null): string {
  if (!isKey(key)) return kept === null ? 'Not set' : JSON.stringify(kept.value);
  const { kind, label, default: standard } = settingOf(key);
  const print = kind.print as (value: unknown) => string;
  if (kept === null && channel === PINNED) return 'Not pinned';
  if (kept === null) return channel === null ? `${print(standard)} (the default)` : 'Inherited';
  // Its own kind wrote it; to read a hundred thousand entries again takes a tenth of a second.
  if (isLong(kept.value)) return print(kept.value);
  const read = kind.parse(kept.value, label, key);
  return read.ok ? print(read.value) : JSON.stringify(kept.value);
}

/** `names`: of channels, by id. */
export function shownChanges(changes: readonly KeptChange[], names: ReadonlyMap<string, string>): ShownChange[] {
  return changes.map(({ channel, key, before, after }) => ({
    channel: channel === null ? null : { id: channel, name: channel === PINNED ? 'the policy file' : (names.get(channel) ?? channel) },
    key,
    label: labelOf(key),
    beforeText: textOf(channel, key, before),
    afterText: textOf(channel, key, after),
    lockedBefore: before?.locked ?? false,
    lockedAfter: after?.locked ?? false,
  }));
}

/** How everything stood once `version` was saved; null where the rows do not reach back so far. */
export async function stateOf(rows: BrandStore, version: number): Promise<KeptState | null> {
  return stateThen(await settingRows.kept(rows), (before) => versionRows.after(rows, version, AT_ONCE, before));
}

export type Restoring =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'invalid'; readonly faults: readonly Fault[] }
  | { readonly kind: 'good'; readonly changes: readonly KeptChange[]; readonly policy: Policy; readonly channelPolicy: (channelId: string) => Policy };

/** Its kind still takes the value: a program of before may have stored another form. */
function isRead(key: Key, value: unknown): boolean {
  const { kind, label } = settingOf(key);
  return kind.parse(value, label, key).ok;
}

/** Everything as it stood at `version`: what that changes, and the whole next policy, judged by the rules like any other. */
export async function restoring(rows: BrandStore, version: number, saver: Saver, at: number): Promise<Restoring> {
  if ((await versionRows.byVersion(rows, version)) === undefined) return { kind: 'unknown' };
  const [present, state] = await Promise.all([settingRows.kept(rows), stateOf(rows, version)]);
  if (state === null) return { kind: 'unknown' };
  const setBy = saver.session.person.id;
  const changes = differences(present, state).map((change) => ({ ...change, after: change.after === null ? null : { ...change.after, setBy, setAt: at } }));
  const pinnedNow = changes.filter(({ channel }) => channel === PINNED);
  if (pinnedNow.length > 0) return { kind: 'invalid', faults: pinnedNow.map(({ key }) => ({ path: key, code: 'setting.pinned', message: `${labelOf(key)} must be changed in the policy file that fixes it, not here.` })) };
  const lost = changes.filter(({ key, after }) => after !== null && (!isKey(key) || notEnforced[key] !== undefined || !isRead(key, after.value)));
  const faults: Fault[] = lost.map(({ key }) => ({ path: key, code: 'setting.unknown', message: `${key} must be a setting that this version enforces, and it is not: the policy of then cannot be restored whole.` }));
  if (faults.length > 0) return { kind: 'invalid', faults };
  const { module, channels, pinned } = sourcesOf(state);
  const policy = effective({ version: 0, module, pinned });
  const broken = checkRules(policy.values);
  if (broken.length > 0) return { kind: 'invalid', faults: broken };
  return { kind: 'good', changes, policy, channelPolicy: (id) => effective({ version: 0, module, channel: channels[id] ?? {}, pinned }) };
}

/** What stands in the way of going back, as of any save. */
export async function judgeRestore(rows: BrandStore, { policy, changes }: Pick<Extract<Restoring, { kind: 'good' }>, 'policy' | 'changes'>, { session, client }: Saver, now: number): Promise<Denial | null> {
  const bare = policy.values['two_factor.mode'] === 'on' ? await agentRows.namesWithoutFactor(rows) : [];
  const { admin, remoteAccess } = session.person;
  const decision = decidePolicySave(policy, {
    address: client.address, admin, remoteAccess, usedFactorInSession: session.usedFactor, agentsWithoutFactor: bare, exempt: session.exemptUntil > now,
    changed: changes.map(({ key }) => key).filter(isKey),
  });
  return decision.allowed ? judgeRule(rows, policy, changes.map(({ key }) => key)) : decision;
}

/** Goes back to `version`, as a new version on top of `baseVersion`. */
export async function restore(parts: SaveParts, brand: Brand, version: number, { changes }: Extract<Restoring, { kind: 'good' }>, baseVersion: number, saver: Saver, manner: Manner): Promise<PolicyKept> {
  if (brand.policy.version !== baseVersion) return 'stale';
  const at = parts.now();
  const actor = { kind: 'agent', id: saver.session.person.id } as const;
  const rows = parts.store.brand(brand.id);
  const facts = { to: version, version: baseVersion + 1, address: saver.client.text, ...(manner.reason === undefined ? {} : { reason: manner.reason }) };
  return commitPolicy(parts, brand, saver, baseVersion, { changes, entries: await returnEntries(rows, changes, { at, actor, facts }), at, ...manner });
}
