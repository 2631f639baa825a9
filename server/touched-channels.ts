// In which channels a draft would hold, and which ones something shields from it: a value of their own, a lock that holds the tighter one, or a policy file.
import { type Key, settingOf } from '#policy/catalogue.ts';
import * as channelRows from '#store/channels.ts';
import type { BrandStore } from '#store/store.ts';
import type { Draft } from '#server/touched-now.ts';

export type Shield = 'own' | 'lock' | 'file';

export interface TouchedChannel {
  readonly id: string;
  readonly name: string;
  readonly key: Key;
  readonly label: string;
  readonly beforeText: string;
  readonly afterText: string;
  /** Null: the draft holds there. Else what keeps it off; both texts are what goes on to hold. */
  readonly shield: Shield | null;
}

export interface TouchedChannels {
  readonly changing: number;
  readonly shielded: number;
  /** The first of them, those that change before the others. */
  readonly list: readonly TouchedChannel[];
}

const MOST = 100;

function shieldOf(key: Key, { origins }: ReturnType<Draft['next']>): Shield {
  const { from, clamped, locked } = origins[key];
  if (from === 'file') return 'file';
  return clamped || locked ? 'lock' : 'own';
}

export async function touchedChannels(brand: BrandStore, { current, next, changed }: Draft): Promise<TouchedChannels> {
  const keys = changed.filter((key) => settingOf(key).scope === 'channel');
  const channels = keys.length === 0 ? [] : (await channelRows.all(brand)).filter(({ disabled_at: off }) => off === null);
  const found = channels.flatMap(({ id, name }) => {
    const [before, after] = [current(id), next(id)];
    return keys.map((key): TouchedChannel => {
      const { kind, label } = settingOf(key);
      const print = kind.print as (value: unknown) => string;
      const [beforeText, afterText] = [print(before.values[key]), print(after.values[key])];
      return { id, name, key, label, beforeText, afterText, shield: beforeText !== afterText ? null : shieldOf(key, after) };
    });
  });
  const [changing, shielded] = [found.filter(({ shield }) => shield === null), found.filter(({ shield }) => shield !== null)];
  return { changing: new Set(changing.map(({ id }) => id)).size, shielded: new Set(shielded.map(({ id }) => id)).size, list: [...changing, ...shielded].slice(0, MOST) };
}
