// What a setting is: one declared choice with its kind, default, words, scope and the doors that enforce it.
import type { AddressListKind } from './kinds/address-list.ts';
import type { BytesKind } from './kinds/bytes.ts';
import type { ChoiceKind } from './kinds/choice.ts';
import type { CidrListKind } from './kinds/cidr-list.ts';
import type { CountKind } from './kinds/count.ts';
import type { DateKind } from './kinds/date.ts';
import type { DaysKind } from './kinds/days.ts';
import type { FileTypesKind } from './kinds/file-types.ts';
import type { FlagKind } from './kinds/flag.ts';
import type { HoursKind } from './kinds/hours.ts';
import type { MinutesKind } from './kinds/minutes.ts';
import type { OriginListKind } from './kinds/origin-list.ts';
import type { SecondsKind } from './kinds/seconds.ts';

/** The narrowest place a setting may be set. */
export type Scope = 'brand' | 'channel';

/** The points of enforcement, named as the files of server/doors. */
export type DoorName = 'workspace' | 'api' | 'chat' | 'upload' | 'media' | 'mail' | 'frame';

/** Every kind there is; `kind.name` tells them apart. */
export type AnyKind =
  | AddressListKind | BytesKind | ChoiceKind | CidrListKind | CountKind | DateKind | DaysKind | FileTypesKind
  | FlagKind | HoursKind | MinutesKind | OriginListKind | SecondsKind;

/** The type of the values a kind reads. */
export type ValueOf<K> = K extends { parse(...input: never[]): infer P } ? (P extends { readonly ok: true; readonly value: infer V } ? V : never) : never;

export interface Setting<K = AnyKind> {
  readonly kind: K;
  readonly default: ValueOf<K>;
  readonly label: string;
  /** One sentence. */
  readonly help: string;
  /** What it does not do, where somebody might believe it did; whole sentences. */
  readonly limits?: string;
  readonly scope: Scope;
  readonly doors: readonly DoorName[];
  /** When it is judged, where its doors say too little; a whole sentence. */
  readonly judged?: string;
  /** A wrong value may shut people or programs out: a save of it is offered on trial. */
  readonly mayShutOut?: true;
}

/** Declares a setting. A default that its own kind refuses is a bug, found when the program loads. */
export function setting<K extends AnyKind>(declared: Setting<K> & { readonly kind: K }): Setting<K> {
  const read = declared.kind.parse(declared.default, declared.label, 'default');
  if (!read.ok) throw new TypeError(read.faults[0]?.message ?? `${declared.label} has an invalid default`);
  return Object.freeze({ ...declared, default: read.value as ValueOf<K>, doors: Object.freeze([...declared.doors]) });
}
