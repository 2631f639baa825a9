// A page of the inbox: the newest first, what this person may see and what is still kept, with counts that stay quick.
import * as channelRows from '#store/channels.ts';
import * as conversationRows from '#store/conversations.ts';
import type { Looked, Status } from '#store/conversations.ts';
import { tagKey } from '#store/conversation-tags.ts';
import { last } from '#store/feed.ts';
import type { BrandStore } from '#store/store.ts';
import type { Actor } from '#inbox/agent-message.ts';
import { cursorOf, type Place } from '#inbox/cursors.ts';
import { readNames } from '#inbox/names.ts';
import type { Summary } from '#inbox/shapes.ts';
import { dueIn, hiddenFrom, isKept, maySee, sightOf } from '#inbox/sight.ts';
import { summariesOf } from '#inbox/summaries.ts';

export interface ListAsked {
  readonly view: 'mine' | 'unassigned' | 'all' | { readonly team: string };
  readonly statuses: readonly Status[];
  readonly tag?: string | undefined;
  readonly channel?: string | undefined;
  readonly after?: Place | undefined;
}

export interface Listed {
  readonly conversations: readonly Summary[];
  readonly next: string | null;
  /** Each counted up to `MOST_COUNTED`: that many means "or more". Of the statuses asked for, whatever the tag and channel. */
  readonly counts: { readonly mine: number; readonly unassigned: number; readonly all: number };
  readonly feed: number;
}

export const PAGE = 30;
export const MOST_COUNTED = 1_000;

/** While nothing open is due yet (the sweep goes after it), no row has to be asked: counting stays within an index. */
async function stillDue(brand: BrandStore, statuses: readonly Status[], due: Looked['due']): Promise<Looked['due']> {
  const latest = Math.max(...due.map(({ ends }) => ends.open ?? Number.NEGATIVE_INFINITY));
  if (!Number.isFinite(latest)) return due;
  const oldest = await conversationRows.oldest(brand, statuses.filter((status) => status === 'open' || status === 'pending'));
  return oldest !== null && oldest <= latest ? due : due.map(({ channels, ends }) => ({ channels, ends: { ...ends, open: null } }));
}

export async function listConversations(brand: BrandStore, actor: Pick<Actor, 'id' | 'admin' | 'policyIn'>, asked: ListAsked, now: number): Promise<Listed> {
  const { view, statuses } = asked;
  // Read first: what changes while the page is read comes by the feed.
  const feed = await last(brand);
  const [sight, channels] = await Promise.all([sightOf(brand, actor), channelRows.all(brand)]);
  const due = await stillDue(brand, statuses, dueIn(actor.policyIn, channels.map((channel) => channel.id), now));
  const open = { statuses, hidden: hiddenFrom(sight), due };
  const views: Readonly<Record<'mine' | 'unassigned' | 'all', Partial<Looked>>> = { mine: { assigneeId: actor.id }, unassigned: { assigneeId: null }, all: {} };
  const looked: Looked = {
    ...open, ...(typeof view === 'string' ? views[view] : { teamId: view.team }), tagKey: asked.tag === undefined ? undefined : tagKey(asked.tag), channelId: asked.channel, after: asked.after, limit: PAGE + 1,
  };
  const count = (which: keyof typeof views): Promise<number> => conversationRows.counted(brand, { ...open, ...views[which], limit: MOST_COUNTED });
  const [rows, names, mine, unassigned, all] = await Promise.all([conversationRows.page(brand, looked), readNames(brand), count('mine'), count('unassigned'), count('all')]);
  // The query left out what is hidden and due; the decisions have the last word.
  const shown = rows.slice(0, PAGE).filter((row) => maySee(sight, row) && isKept(actor.policyIn, row, now));
  const lastShown = rows[PAGE - 1];
  const next = rows.length > PAGE && lastShown !== undefined ? cursorOf({ at: lastShown.last_message_at, id: lastShown.id }) : null;
  return { conversations: await summariesOf(brand, shown, actor.id, names), next, counts: { mine, unassigned, all }, feed };
}
