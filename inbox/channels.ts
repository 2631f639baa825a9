// Making, changing and switching off a channel: what is wrong with its texts, all at once, and the unit that keeps the change.
import { channelColours, type ChannelText, channelTexts } from '#policy/channel-look.ts';
import { type Fault, fault, shown } from '#policy/fault.ts';
import * as channelRows from '#store/channels.ts';
import type { ChannelRow, ChannelWords } from '#store/channels.ts';
import type { BrandStore, Committed, Entry, Part } from '#store/store.ts';
import { stillMay } from '#identity/actor.ts';
import { newId } from '#identity/tokens.ts';

/** What the page sends; a channel that is changed may be given in part. */
export type ChannelFields = Readonly<Partial<Record<ChannelText | 'colour', string>>>;

export interface ChannelParts {
  readonly brand: BrandStore;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
  /** Who does it. */
  readonly session: { readonly id: string; readonly person: { readonly id: string } };
  readonly address: string | null;
}

const COLUMNS = { name: 'name', title: 'title', greeting: 'greeting', awayText: 'away_text', colour: 'colour' } as const;
// Control characters but the line feed, lone surrogates, and marks that reorder or hide text (Unicode TR 36, 3.2).
const UNSEEN = /(?!\n)[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF]/u;

function textFaults(field: ChannelText, text: string): Fault[] {
  const { label, most, oneLine } = channelTexts[field];
  const length = [...text].length;
  if (oneLine && text.trim() === '') return [{ path: field, code: 'text.empty', message: `${label} must not be empty.` }];
  if (text !== text.trim()) return [{ path: field, code: 'text.outer_space', message: `${label} must not begin or end with a space.`, offer: text.trim() }];
  if (length > most) return [{ path: field, code: 'text.too_long', message: `${label} must have at most ${most} characters, not ${length}.` }];
  if (UNSEEN.test(text) || (oneLine && text.includes('\n'))) return [{ path: field, code: 'text.unseen', message: `${label} must not contain control characters or marks that hide or reorder text.` }];
  return [];
}

/** Nobody sees a channel of the kind API: it has a name for the team, and no look. */
export function nameFaults(fields: ChannelFields, whole: boolean, others: readonly ChannelRow[]): Fault[] {
  const { name, ...look } = fields;
  const looks = (Object.keys(look) as (keyof typeof look)[]).filter((field) => look[field] !== undefined);
  return [
    ...channelFaults(name === undefined && !whole ? {} : { name: name ?? '' }, false, others),
    ...looks.map((field) => ({ path: field, code: 'channel.no_look', message: `${field === 'colour' ? 'Colour' : channelTexts[field].label} must be left out: no customer sees a channel of the kind API.` })),
  ];
}

/** Everything that is wrong at once. `whole`: a new channel, whose name, title and colour must be there. */
export function channelFaults(fields: ChannelFields, whole: boolean, others: readonly ChannelRow[]): Fault[] {
  const faults = (Object.keys(channelTexts) as ChannelText[]).flatMap((field) => {
    const text = fields[field] ?? (whole && channelTexts[field].oneLine ? '' : undefined);
    return text === undefined ? [] : textFaults(field, text);
  });
  const { name, colour = whole ? '' : undefined } = fields;
  if (colour !== undefined && !channelColours.some(({ hex }) => hex === colour)) {
    faults.push(fault('colour', 'channel.colour', 'Colour', `be one of ${channelColours.map((one) => `${one.hex} (${one.name})`).join(', ')}`, shown(colour)));
  }
  if (name !== undefined && others.some((other) => other.name.toLowerCase() === name.toLowerCase())) {
    faults.push({ path: 'name', code: 'channel.name_taken', message: 'Name must be one that no other channel has: agents tell channels apart by it.' });
  }
  return faults;
}

const wordsOf = (fields: ChannelFields): Partial<ChannelWords> =>
  Object.fromEntries(Object.entries(COLUMNS).flatMap(([field, column]) => (fields[field as keyof ChannelFields] === undefined ? [] : [[column, fields[field as keyof ChannelFields]]])));

function entry(parts: ChannelParts, at: number, event: string, id: string, detail: Pick<Entry, 'before' | 'after' | 'facts'>): Entry {
  return { id: newId('evt'), at, actor: { kind: 'agent', id: parts.session.person.id }, event, entity: { kind: 'channel', id }, ...detail };
}

/** What was judged before the unit may have ended while it was: the unit asks again. A channel's change reaches every node as the settings' do. */
async function keep(parts: ChannelParts, statements: Part['statements'], entries: readonly Entry[]): Promise<void> {
  const { brand, session } = parts;
  const asked = stillMay(brand, session, 'manage_settings');
  await parts.commit([brand.part({ statements: [...asked, ...statements], entries, bumps: ['policy'] })]);
}

/** Keeps a channel whose fields have no faults. Gives its id. */
export async function createChannel(parts: ChannelParts, fields: ChannelFields, kind: 'chat' | 'api'): Promise<string> {
  const at = parts.now();
  const id = newId('chn');
  const words = { name: '', title: '', greeting: '', away_text: '', colour: channelColours[0]!.hex, ...wordsOf(fields) };
  const row: ChannelRow = { id, kind, ...words, created_at: at, created_by: parts.session.person.id, disabled_at: null };
  await keep(parts, [channelRows.insert(parts.brand, row)], [entry(parts, at, 'channel.created', id, { after: { kind, ...words }, facts: { name: words.name, address: parts.address } })]);
  return id;
}

/** Changes what is given, and switches off or on; nothing is written when all stands so already. */
export async function changeChannel(parts: ChannelParts, channel: ChannelRow, fields: ChannelFields, enabled: boolean | undefined): Promise<void> {
  const at = parts.now();
  const words = Object.fromEntries(Object.entries(wordsOf(fields)).filter(([column, value]) => channel[column as keyof ChannelWords] !== value)) as Partial<ChannelWords>;
  const statements = [];
  const entries = [];
  const facts = { name: words.name ?? channel.name, address: parts.address };
  if (Object.keys(words).length > 0) {
    statements.push(channelRows.update(parts.brand, channel.id, words));
    const before = Object.fromEntries(Object.keys(words).map((column) => [column, channel[column as keyof ChannelWords]]));
    entries.push(entry(parts, at, 'channel.changed', channel.id, { before, after: words, facts }));
  }
  if (enabled !== undefined && enabled !== (channel.disabled_at === null)) {
    statements.push(channelRows.disable(parts.brand, channel.id, enabled ? null : at));
    entries.push(entry(parts, at, enabled ? 'channel.enabled' : 'channel.disabled', channel.id, { facts }));
  }
  if (entries.length > 0) await keep(parts, statements, entries);
}
