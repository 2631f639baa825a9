// The catalogue: all settings, the tabs they stand in, and the types that follow from them.
import { type ValueOf, type Setting } from './setting.ts';
import { changes } from './settings/changes.ts';
import { channel } from './settings/channel.ts';
import { general } from './settings/general.ts';
import { media } from './settings/media.ts';
import { password } from './settings/password.ts';
import { retention } from './settings/retention.ts';
import { session } from './settings/session.ts';
import { twoFactor } from './settings/two-factor.ts';

const declared = { ...general, ...twoFactor, ...password, ...session, ...media, ...channel, ...retention, ...changes };
type Declared = typeof declared;

/** The permanent name of a setting. */
export type Key = keyof Declared;

/** The effective value of every setting. */
export type Values = { readonly [K in Key]: ValueOf<Declared[K]['kind']> };

/** The keys whose kind is `N`. */
export type KeyOfKind<N extends string> = { [K in Key]: Declared[K]['kind'] extends { readonly name: N } ? K : never }[Key];

export interface Tab {
  readonly id: string;
  readonly title: string;
  /** One line. */
  readonly description: string;
  readonly keys: readonly Key[];
}

const tab = (id: string, title: string, description: string, settings: Partial<Declared>): Tab =>
  Object.freeze({ id, title, description, keys: Object.freeze(Object.keys(settings) as Key[]) });

/** In the order of the page. */
export const tabs: readonly Tab[] = Object.freeze([
  tab('general', 'General', 'Who may reach the workspace and the API, and where mail and frames may go.', general),
  tab('two-factor', 'Two-factor', 'Who needs a second factor, and from where.', twoFactor),
  tab('password', 'Password management', 'What a password must be, how it ages and how it is renewed.', password),
  tab('session', 'Session management', 'How long sessions and tickets live.', session),
  tab('media', 'Media', 'Which files may come in, and who may open them.', media),
  tab('channels', 'Channels', 'On which sites a channel may appear.', channel),
  tab('retention', 'Retention', 'How long conversations are kept.', retention),
  tab('changes', 'Changes of settings', 'Who must agree before a setting changes.', changes),
]);

export const keys: readonly Key[] = Object.freeze(tabs.flatMap((one) => one.keys));

/** A declared setting with its place. */
export type Catalogued<K extends Key = Key> = Declared[K] & { readonly key: K; readonly tab: string };
export type Catalogue = { readonly [K in Key]: Catalogued<K> };

export const catalogue: Catalogue = Object.freeze(
  Object.fromEntries(tabs.flatMap((one) => one.keys.map((key) => [key, Object.freeze({ ...declared[key], key, tab: one.id })]))),
) as Catalogue;

export const isKey = (text: string): text is Key => Object.hasOwn(catalogue, text);

/** The setting as every setting is, for code that treats all alike: values are `unknown` until its kind has read them. */
export const settingOf = (key: Key): Setting & { readonly key: Key; readonly tab: string } => catalogue[key] as unknown as Setting & { readonly key: Key; readonly tab: string };

/** In words; a key that this version does not know stands for itself. */
export const labelOf = (key: string): string => (isKey(key) ? settingOf(key).label : key);
