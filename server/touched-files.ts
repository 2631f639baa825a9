// Which files a draft would close or open at once, and which uploads under way it would refuse: counted by channel in the store, then decided once a channel.
import { decideMedia } from '#policy/decide/media.ts';
import { decideFile } from '#policy/decide/upload.ts';
import type { Policy } from '#policy/effective.ts';
import { readFileName } from '#media/file-name.ts';
import { asDeclared } from '#media/intake.ts';
import * as channelRows from '#store/channels.ts';
import * as fileRows from '#store/files.ts';
import type { BrandStore } from '#store/store.ts';
import * as uploadRows from '#store/uploads.ts';
import type { Draft } from '#server/touched-now.ts';

export interface TouchedFiles {
  /** That whoever has their link opens now, and would have to sign in for. */
  readonly closing: number;
  /** That whoever has their link could open, and cannot now. */
  readonly opening: number;
  /** Under way, and would be refused when their last byte has come. */
  readonly uploads: number;
  /** There were more uploads under way than were looked at. */
  readonly uploadsMore: boolean;
}

const MOST_UPLOADS = 5_000;

/** Somebody with a link and nothing else. */
const BY_LINK = Object.freeze({ asker: 'nobody', there: true, mayRead: false, holdsLink: true } as const);
const opensByLink = (policy: Policy): boolean => decideMedia(policy, BY_LINK).allowed;

async function byLink(brand: BrandStore, { current, next }: Draft): Promise<Pick<TouchedFiles, 'closing' | 'opening'>> {
  const turning = (await channelRows.all(brand)).filter(({ id }) => opensByLink(current(id)) !== opensByLink(next(id)));
  // Nothing is counted where no link changes what it opens.
  const counts = turning.length === 0 ? new Map<string, number>() : await fileRows.countThere(brand);
  const sum = (opens: boolean): number => turning.filter(({ id }) => opensByLink(next(id)) === opens).reduce((n, { id }) => n + (counts.get(id) ?? 0), 0);
  return { closing: sum(false), opening: sum(true) };
}

export async function touchedFiles(brand: BrandStore, draft: Draft, now: number): Promise<TouchedFiles> {
  const [linked, under] = await Promise.all([byLink(brand, draft), uploadRows.open(brand, now, MOST_UPLOADS + 1)]);
  const takes = (policy: Policy, { side, name, length }: (typeof under)[number]): boolean => decideFile(policy, asDeclared({ side, declaredBytes: length }, readFileName(name))).allowed;
  const refused = under.slice(0, MOST_UPLOADS).filter((one) => takes(draft.current(one.channel_id), one) && !takes(draft.next(one.channel_id), one));
  return { ...linked, uploads: refused.length, uploadsMore: under.length > MOST_UPLOADS };
}
