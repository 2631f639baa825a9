// A change on stage: decided beside what is in force (report only), or in force for some first. Which settings can be staged how, and for whom it holds.
import { type Key, keys, settingOf } from './catalogue.ts';
import { uploadSettings } from './decide/upload.ts';
import type { Stored } from './effective.ts';
import { type Fault, isRecord } from './fault.ts';
import { type KeptState, placeOf } from './history.ts';

/** `report`: for nobody, it is only counted. `share`: for so many of a hundred people. `team`: for its members. `channel`: in one channel. */
export type StageKind = 'report' | 'share' | 'team' | 'channel';

/** What is on stage: values by key as they would be stored; of a channel's own, null: inherit again. */
export interface StagedDraft {
  /** Null: the module's values. */
  readonly channel: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface StagedFor {
  readonly id: string;
  readonly kind: StageKind;
  /** Whole percent of `share`. */
  readonly share: number | null;
  /** Of `team`, as it stands now. */
  readonly members: ReadonlySet<string>;
}

/** Judged of a person who is known, at each of their requests: these can hold for some people and not for others. */
const BY_PERSON: readonly Key[] = Object.freeze(['management.allowlist', 'two_factor.mode', 'two_factor.enrol_by', 'session.idle_timeout_minutes', 'session.absolute_hours', 'password.max_age_days']);

/** Read by a decision that the doors note in the journal: only of these can a report say anything. */
const COUNTED: readonly Key[] = Object.freeze([
  ...BY_PERSON, 'api.allowlist', 'api.authentication_mode', 'frame.allowed_origins', 'channel.site_origins', 'ticket.lifetime_seconds', 'ticket.session_minutes', 'transfer.addresses',
  'mail.blocked_addresses', 'mail.customer_details', 'upload.customer.enabled', 'upload.customer.types', 'upload.agent.enabled', 'upload.agent.types', 'upload.max_bytes', 'media.enforce_access',
]);

/**
 * Met by customers and strangers alone, whose refusals bring nothing back: the brand's own people and keys do not come by the chat door, and who sends a file is
 * judged by the settings of that side.
 */
const OUTSIDE: readonly Key[] = Object.freeze([...keys.filter((key) => settingOf(key).doors.every((door) => door === 'chat')), ...Object.values(uploadSettings.customer)]);

/** Nobody whose refusals count meets any of these: then nothing would ever take the change back by itself. */
export const onlyOutsideMeets = (changed: readonly string[]): boolean => changed.length > 0 && changed.every((key) => (OUTSIDE as readonly string[]).includes(key));

const mayStageByPerson = (key: string): boolean => (BY_PERSON as readonly string[]).includes(key);
const mayReport = (key: string): boolean => (COUNTED as readonly string[]).includes(key);

/** What stands in the way of staging these keys in this way, each in words. */
export function stageFaults(kind: StageKind, channel: string | null, staged: readonly Key[]): Fault[] {
  if (kind !== 'report' && channel !== null) return [{ path: 'kind', code: 'stage.channel_draft', message: "A channel's own values must be saved, or tried as report only: they hold in that channel alone already." }];
  return staged.flatMap((key): Fault[] => {
    const { label, scope } = settingOf(key);
    if (kind === 'report') return mayReport(key) ? [] : [{ path: key, code: 'stage.not_counted', message: `${label} must be saved at once: no decision that reads it is in the journal, so report only would count nothing.` }];
    if (kind === 'channel') return scope === 'channel' ? [] : [{ path: key, code: 'stage.not_by_channel', message: `${label} must be staged as report only or for some people: it holds for the whole brand, not by channel.` }];
    if (mayStageByPerson(key)) return [];
    const ways = [mayReport(key) ? 'as report only' : '', scope === 'channel' ? 'in one channel' : ''].filter((way) => way !== '').join(' or ');
    return [{ path: key, code: 'stage.not_by_person', message: `${label} must be ${ways === '' ? 'saved for everybody' : `staged ${ways}`}: it is asked before anybody is known, or not of one person.` }];
  });
}

/** FNV-1a, then the last steps of MurmurHash3, so that ids that differ in one sign fall far apart. */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n += 1) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The same person always falls the same way, on every node; a wider share holds everybody of a narrower one. */
export const inShare = (stageId: string, personId: string, percent: number): boolean => spread(`${stageId} ${personId}`) % 10_000 < percent * 100;

/** Does the stage hold for this person? Never of `report` and `channel`. */
export function stageApplies({ id, kind, share, members }: StagedFor, personId: string): boolean {
  if (kind === 'share') return inShare(id, personId, share ?? 0);
  return kind === 'team' && members.has(personId);
}

type Values = Readonly<Record<string, Stored>>;

export interface SavedValues {
  readonly module: Values;
  readonly channels: Readonly<Record<string, Values>>;
}

function over(values: Values, settings: StagedDraft['settings']): Values {
  const next: Record<string, Stored> = { ...values };
  for (const [key, value] of Object.entries(settings)) {
    if (value === null) delete next[key];
    else next[key] = { ...values[key], value };
  }
  return next;
}

/** What is saved, with the draft in its place. */
export function stagedOver({ module, channels }: SavedValues, { channel, settings }: StagedDraft): SavedValues {
  return channel === null ? { module: over(module, settings), channels } : { module, channels: { ...channels, [channel]: over(channels[channel] ?? {}, settings) } };
}

/** Everything that is stored, with the draft in its place. */
export function stagedState(state: KeptState, { channel, settings }: StagedDraft): KeptState {
  const next = new Map(state);
  for (const [key, value] of Object.entries(settings)) {
    const place = placeOf(channel, key);
    if (value === null) next.delete(place);
    else next.set(place, { locked: false, setBy: null, setAt: 0, ...state.get(place), value });
  }
  return next;
}

export const writeDraft = ({ channel, settings }: StagedDraft): string => JSON.stringify({ channel, settings });

/** Throws where it is none: what is on stage is not guessed at. */
export function readDraft(text: string): StagedDraft {
  const read = JSON.parse(text) as unknown;
  if (!isRecord(read) || !isRecord(read['settings'])) throw new TypeError('the draft on stage cannot be read');
  const { channel, settings } = read;
  return { channel: typeof channel === 'string' ? channel : null, settings: settings as Readonly<Record<string, unknown>> };
}
