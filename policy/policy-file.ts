// A policy as a file: what it names is read whole, everything wrong in it at once; what it does not name stays as it is.
import { isKey, type Key, settingOf } from './catalogue.ts';
import { proposeChange } from './change.ts';
import { proposeChannelChange } from './channel-change.ts';
import { type Policy, type Stored, effective } from './effective.ts';
import { type Fault, fault, isRecord, shown } from './fault.ts';
import { differences, type Kept, type KeptChange, type KeptState, placeOf, readPlace } from './history.ts';
import { nearestKey, nearestOf } from './nearest-key.ts';
import { type FileTest, readTests, runTest } from './policy-file-tests.ts';

/** The form of the file that this program writes; a newer one is refused, never guessed at. */
export const FILE_VERSION = 1;
/** Where a value that the file pins is stored: no channel has this id. */
export const PINNED = '#file';

export interface PolicyFile {
  readonly settings: Readonly<Record<string, unknown>>;
  /** By the channel's name or id; null: inherit. */
  readonly channels: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Undefined: locks stay as they are. */
  readonly locked: readonly Key[] | undefined;
  /** Undefined: what is pinned stays pinned. */
  readonly pinned: readonly Key[] | undefined;
  readonly tests: readonly FileTest[];
}

export type ReadFile = { readonly ok: true; readonly file: PolicyFile } | { readonly ok: false; readonly faults: readonly Fault[] };

const PARTS = ['portcullis', 'settings', 'channels', 'locked', 'pinned', 'tests'];

const unknownKey = (path: string, key: string): Fault => {
  const offer = nearestKey(key);
  return { path, code: 'setting.unknown', message: `${shown(key)} must be the key of a setting, not an unknown name${offer === undefined ? '' : ` (perhaps ${offer})`}.`, ...(offer === undefined ? {} : { offer }) };
};

function readKeys(part: 'locked' | 'pinned', given: unknown, faults: Fault[]): readonly Key[] | undefined {
  if (given === undefined) return undefined;
  if (!Array.isArray(given)) {
    faults.push(fault(part, 'file.shape', `"${part}"`, 'be a list of keys of settings', shown(given)));
    return undefined;
  }
  for (const [n, key] of given.entries()) {
    if (typeof key !== 'string' || !isKey(key)) faults.push(unknownKey(`${part}/${n}`, String(key)));
    else if (part === 'locked' && settingOf(key).scope !== 'channel') faults.push({ path: `${part}/${n}`, code: 'setting.not_per_channel', message: `${key} must be a setting that channels may have, and it holds for the whole brand: there is nothing to lock.` });
  }
  return given.filter((key): key is Key => typeof key === 'string' && isKey(key));
}

function readValues(path: string, given: unknown, faults: Fault[]): Readonly<Record<string, unknown>> {
  if (given === undefined || given === null) return {};
  if (!isRecord(given)) {
    faults.push(fault(path, 'file.shape', `"${path}"`, 'be a list of settings and their values', shown(given)));
    return {};
  }
  for (const key of Object.keys(given)) if (!isKey(key)) faults.push(unknownKey(`${path}/${key.slice(0, 100)}`, key));
  return given;
}

/** Reads a document that was parsed already. Codes beside those of the kinds: `file.shape`, `file.version`, `file.part`, `setting.unknown`, `test.…`. */
export function readPolicyFile(document: unknown): ReadFile {
  if (!isRecord(document)) return { ok: false, faults: [fault('', 'file.shape', 'The file', 'begin with "portcullis: 1" and name settings', shown(document))] };
  const faults: Fault[] = [];
  const version = document['portcullis'];
  if (typeof version === 'number' && version > FILE_VERSION) {
    return { ok: false, faults: [{ path: 'portcullis', code: 'file.version', message: `The file is of version ${version}; this Portcullis reads version ${FILE_VERSION}. Use a newer Portcullis, or write the file anew with "policy export".` }] };
  }
  if (version !== FILE_VERSION) faults.push(fault('portcullis', 'file.version', '"portcullis"', `be ${FILE_VERSION}, the version of the file`, shown(version)));
  for (const part of Object.keys(document)) if (!PARTS.includes(part)) faults.push(fault(part.slice(0, 100), 'file.part', shown(part), `be one of ${PARTS.join(', ')}`, 'another word', nearestOf(part, PARTS)));
  const settings = readValues('settings', document['settings'], faults);
  const channels = new Map<string, Readonly<Record<string, unknown>>>();
  const given = document['channels'] ?? {};
  if (!isRecord(given)) faults.push(fault('channels', 'file.shape', '"channels"', 'be a list of channels and their settings', shown(given)));
  else for (const [name, values] of Object.entries(given)) channels.set(name, readValues(`channels/${name}`, values, faults));
  // A record made so holds whatever name a channel has, also `__proto__`.
  const file = { settings, channels: Object.fromEntries(channels), locked: readKeys('locked', document['locked'], faults), pinned: readKeys('pinned', document['pinned'], faults), tests: readTests(document['tests'], faults) };
  return faults.length > 0 ? { ok: false, faults } : { ok: true, file };
}

/** What a plan is made on. */
export interface Present {
  readonly state: KeptState;
  readonly channels: readonly { readonly id: string; readonly name: string }[];
}

export interface TestOutcome {
  readonly name: string;
  readonly passed: boolean;
  /** What was decided: "allowed", or "denied by code (setting)". */
  readonly got: string;
  readonly expected: string;
}

export interface Plan {
  readonly changes: readonly KeptChange[];
  readonly policy: Policy;
  /** How everything stands once it is applied. */
  readonly next: KeptState;
  /** How many named values stand so already. */
  readonly same: number;
  readonly tests: readonly TestOutcome[];
}

export type Planned = { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly faults: readonly Fault[] };

interface Sources {
  readonly module: Record<string, Stored>;
  readonly channels: Record<string, Record<string, Stored>>;
  readonly pinned: Record<string, unknown>;
}

/** The stored values, as the resolver takes them. */
export function sourcesOf(state: KeptState): Sources {
  const sources: Sources = { module: {}, channels: {}, pinned: {} };
  for (const [place, { value, locked, setBy, setAt }] of state) {
    const { channel, key } = readPlace(place);
    if (channel === PINNED) sources.pinned[key] = value;
    else (channel === null ? sources.module : (sources.channels[channel] ??= {}))[key] = { value, locked, setAt, ...(setBy === null ? {} : { setBy }) };
  }
  return sources;
}

/** What applying the file would change, judged by the same functions as a save in the page; what is pinned by it may be changed by it. */
export function planFile(file: PolicyFile, present: Present, at: number): Planned {
  const { module, channels, pinned } = sourcesOf(present.state);
  const faults: Fault[] = [];
  const next = new Map(present.state);
  const kept = (place: string, value: unknown): Kept => ({ value, locked: present.state.get(place)?.locked ?? false, setBy: null, setAt: at });
  const stays = new Set(file.pinned ?? Object.keys(pinned));
  // Nothing is in the way of the file but itself: what it pinned before is free while it is judged.
  const wide = proposeChange({ ...module, ...Object.fromEntries(Object.entries(pinned).map(([key, value]) => [key, { value, locked: module[key]?.locked ?? false }])) }, file.settings);
  if (!wide.ok) faults.push(...wide.faults.map((one) => ({ ...one, path: `settings/${one.path}` })));
  else {
    for (const { key, after } of wide.changed) next.set(placeOf(null, key), kept(placeOf(null, key), after));
    for (const key of new Set([...stays, ...Object.keys(pinned)])) {
      if (!stays.has(key)) next.delete(placeOf(PINNED, key));
      else next.set(placeOf(PINNED, key), { ...kept(placeOf(PINNED, key), wide.policy.values[key as Key]), locked: false });
    }
  }
  if (file.locked !== undefined) lockAs(file.locked, next, at);
  for (const [name, values] of Object.entries(file.channels)) {
    const found = present.channels.filter((channel) => channel.id === name || channel.name === name);
    const [channel] = found;
    if (channel === undefined || found.length > 1) {
      faults.push({ path: `channels/${name.slice(0, 100)}`, code: 'channel.missing', message: `${shown(name)} must be the name or id of one channel of this brand, and ${found.length === 0 ? 'there is none' : 'there are several: name it by its id'}.` });
      continue;
    }
    const narrow = proposeChannelChange({ module: sourcesOf(next).module, channel: channels[channel.id] ?? {} }, values);
    if (!narrow.ok) faults.push(...narrow.faults.map((one) => ({ ...one, path: `channels/${name}/${one.path}` })));
    else for (const { key, ownAfter } of narrow.changed) setOrDrop(next, placeOf(channel.id, key), ownAfter, at);
  }
  if (faults.length > 0) return { ok: false, faults };
  const after = sourcesOf(next);
  const policy = effective({ version: 0, module: after.module, pinned: after.pinned });
  const policyOf = (name: string | null): Policy | undefined => {
    if (name === null) return policy;
    const channel = present.channels.find(({ id, name: named }) => id === name || named === name);
    return channel === undefined ? undefined : effective({ version: 0, module: after.module, channel: after.channels[channel.id] ?? {}, pinned: after.pinned });
  };
  const changes = differences(present.state, next);
  const named = Object.keys(file.settings).length + Object.values(file.channels).reduce((sum, values) => sum + Object.keys(values).length, 0);
  const touched = changes.filter(({ channel }) => channel !== PINNED).length;
  return { ok: true, plan: { changes, policy, next, same: Math.max(0, named - touched), tests: file.tests.map((test) => runTest(test, policyOf)) } };
}

/** Exactly these are locked; a default that is locked is stored with the lock. */
function lockAs(locked: readonly Key[], next: Map<string, Kept>, at: number): void {
  for (const [place, value] of [...next]) {
    const { channel, key } = readPlace(place);
    if (channel === null && value.locked && !locked.includes(key as Key)) next.set(place, { ...value, locked: false });
  }
  for (const key of locked) {
    const place = placeOf(null, key);
    const present = next.get(place) ?? { value: settingOf(key).default, locked: false, setBy: null, setAt: at };
    if (!present.locked) next.set(place, { ...present, locked: true });
  }
}

function setOrDrop(next: Map<string, Kept>, place: string, value: unknown, at: number): void {
  if (value === undefined) next.delete(place);
  else next.set(place, { value, locked: false, setBy: null, setAt: at });
}
