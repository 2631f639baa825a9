// The evidence of a preset: each requirement with the value that stands there, since when and by whom, what deviates, which tests prove it, and where the trail stood.
import { isKey, type Key, settingOf } from '#policy/catalogue.ts';
import { type Kept, placeOf, readKeptChanges } from '#policy/history.ts';
import { PINNED } from '#policy/policy-file.ts';
import type { Preset } from '#policy/preset.ts';
import type { ServerFacts } from '#policy/server-facts.ts';
import { summaryOf } from '#policy/preset-check.ts';
import * as auditRows from '#store/audit-rows.ts';
import * as headRows from '#store/heads.ts';
import * as stageRows from '#store/policy-stages.ts';
import * as trialRows from '#store/policy-trials.ts';
import * as versionRows from '#store/policy-versions.ts';
import type { PolicyVersionRow } from '#store/policy-versions.ts';
import { type BrandStore, type Entry, type Store } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';
import { checkGathered, gather, type Gathered, type Holding, shownRequirement } from '#server/preset-standing.ts';
import { VERSION } from '#server/version.ts';

/** A version may hold lists of a hundred thousand addresses. */
const VERSIONS_AT_ONCE = 20;
const instant = (at: number): string => new Date(at).toISOString();

/** The newest version up to `version` that gave each place another value; a place that nothing ever changed is not there. What was saved since stands in no value told here. */
async function changersOf(rows: BrandStore, places: ReadonlySet<string>, version: number): Promise<ReadonlyMap<string, PolicyVersionRow>> {
  const found = new Map<string, PolicyVersionRow>();
  let before: number | undefined = version + 1;
  while (found.size < places.size) {
    const page: PolicyVersionRow[] = await versionRows.latest(rows, VERSIONS_AT_ONCE, before);
    for (const row of page) {
      for (const { channel, key, before: was, after } of readKeptChanges(row.diff) ?? []) {
        const place = placeOf(channel, key);
        // A lock that came or went leaves the value as old as it was; so does storing the default.
        const valueOf = (kept: Kept | null): string => JSON.stringify(kept?.value ?? (channel === null && isKey(key) ? settingOf(key).default : null));
        if (places.has(place) && !found.has(place) && valueOf(was) !== valueOf(after)) found.set(place, row);
      }
    }
    before = page.at(-1)?.version;
    if (page.length < VERSIONS_AT_ONCE) break;
  }
  return found;
}

/** A change that is not settled: what stands here may go back by itself, or holds for some people otherwise. */
async function underWay(rows: BrandStore) {
  const [trial, stage] = await Promise.all([trialRows.waiting(rows), stageRows.running(rows)]);
  if (trial !== undefined) return { kind: 'trial', since: instant(trial.began_at), until: instant(trial.until), words: 'A change is on trial: it goes back by itself unless somebody confirms it.' };
  if (stage === undefined) return null;
  const words = stage.kind === 'report' ? 'A change is being counted: it is in force for nobody yet.' : 'A change is on stage: for some people, or in a channel, other values hold than those told here.';
  return { kind: 'stage', since: instant(stage.began_at), until: instant(stage.until), words };
}

export interface Subject {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** ms */
  readonly createdAt: number;
}

/** Who asks for it, as the trail names them. */
export interface By { readonly kind: 'agent' | 'key' | 'host'; readonly id: string | null; readonly name: string }

/** Since when a value stands, by whom and why. `version` null: it is the default, and nobody ever changed it. */
function sinceOf(row: PolicyVersionRow | undefined, { names }: Gathered, subject: Subject) {
  if (row === undefined) return { version: null, at: instant(subject.createdAt), by: null, reason: null };
  const { version, at, author, reason } = row;
  return { version, at: instant(at), by: author === null ? { id: null, name: 'The server' } : { id: author, name: names.get(author) ?? author }, reason };
}

export async function evidenceOf(store: Store, subject: Subject, preset: Preset, holding: Holding, asked: { readonly by: By; readonly at: number; readonly server: ServerFacts }) {
  const rows = store.brand(subject.id);
  // The end of the trail first: what is read after it is at least as new.
  const last = await auditRows.last(rows);
  const [signed, gathered, passing] = await Promise.all([headRows.latest(store.system, subject.id), gather(rows, holding, asked.server), underWay(rows)]);
  const checked = checkGathered(preset, gathered);
  const { origins, version } = gathered.standing.policy;
  const placed = (key: Key): string => placeOf(origins[key].from === 'file' ? PINNED : null, key);
  const places = checked.flatMap(({ requirement, loose }) => (requirement.by === 'setting' ? [placed(requirement.key), ...loose.map(({ id }) => placeOf(id, requirement.key))] : []));
  const changers = await changersOf(rows, new Set(places), version);
  return {
    format: 'portcullis.evidence.1',
    product: { name: 'Portcullis', version: VERSION },
    brand: { id: subject.id, address: subject.slug, name: subject.name },
    preset: { id: preset.id, name: preset.name, publisher: preset.publisher, about: preset.about },
    made: { at: instant(asked.at), by: asked.by },
    settingsVersion: version,
    underWay: passing,
    trail: {
      rows: last?.seq ?? 0, head: last?.hash ?? null,
      signed: signed === undefined ? null : { rows: signed.seq, hash: signed.hash, at: instant(signed.at), keyId: signed.key_id, signature: signed.signature },
    },
    summary: summaryOf(checked),
    requirements: checked.map((one) => {
      const { origin: _origin, deviation, loose, key, ...shown } = shownRequirement(one, gathered);
      const { requirement } = one;
      return {
        ...shown,
        setting: key,
        since: requirement.by === 'setting' ? sinceOf(changers.get(placed(requirement.key)), gathered, subject) : null,
        channels: loose.map((channel) => ({ ...channel, since: requirement.by === 'setting' ? sinceOf(changers.get(placeOf(channel.id, requirement.key)), gathered, subject) : null })),
        deviation: deviation === null ? null : { id: deviation.id, reason: deviation.reason, at: instant(deviation.at), by: { id: deviation.by, name: deviation.byName ?? deviation.by }, stale: deviation.stale },
      };
    }),
  };
}

export type Evidence = Awaited<ReturnType<typeof evidenceOf>>;

/** The row that says who took it: durable before it leaves. */
export const evidenceEntry = ({ preset, summary, settingsVersion }: Evidence, { kind, id }: By, format: 'json' | 'html', at: number): Entry => ({
  id: newId('evt'), at, actor: { kind, id }, event: 'evidence.exported', entity: { kind: 'preset', id: preset.id },
  facts: { name: preset.name, format, version: settingsVersion, met: summary.met, notMet: summary.not_met, deviations: summary.deviation },
});
