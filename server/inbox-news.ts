// What changed in the lists of a brand's tabs: gathered for a moment, made into summaries once, and told to those who may see it.
import type { ConversationRow } from '#store/conversations.ts';
import * as readRows from '#store/conversation-reads.ts';
import type { BrandStore } from '#store/store.ts';
import type { Changes } from '#server/feed.ts';
import { MANY, summaryFrames } from '#server/inbox-frames.ts';
import type { Sees, Tab } from '#server/inbox-tab.ts';
import { summariesShared } from '#server/inbox-views.ts';
import { sharedFrame } from '#server/shared-frame.ts';
import type { Sights } from '#server/sights.ts';

/** The lists of a brand are told at most this often. */
export const GATHER_MS = 300;
/** More changed conversations than this are not told one by one: the page asks for its list again. */
const MOST_CHANGED = 50;

const NOTHING: ReadonlySet<string> = new Set();

interface Changed {
  readonly row: ConversationRow;
  /** How it stood before, where that may have been somebody else's to see. */
  readonly before: readonly ConversationRow[];
}

export interface News {
  add(changes: Changes): void;
}

export interface NewsParts {
  readonly store: BrandStore;
  readonly sights: Sights;
  readonly tabs: ReadonlySet<Tab>;
  readonly sees: Sees;
  readonly push: (tab: Tab, send: () => void) => void;
  readonly told: () => number;
  readonly onBroken: (error: unknown) => void;
}

/** Where it stood before it was moved, as the events in its timeline tell. */
function beforeMoves(row: ConversationRow, texts: readonly string[]): ConversationRow[] {
  let before = row;
  for (const text of texts.toReversed()) {
    const { what, from } = JSON.parse(text) as { what: string; from: string | null };
    if (what === 'assignee') before = { ...before, assignee_id: from };
    if (what === 'team') before = { ...before, team_id: from };
  }
  return before === row ? [] : [before];
}

export function openNews({ store, sights, tabs, sees, push, told, onBroken }: NewsParts): News {
  const pending = new Map<string, Changed>();
  let gathering = false;

  function gather(): void {
    if (gathering || pending.size === 0) return;
    gathering = true;
    flush().catch(onBroken);
    setTimeout(() => {
      gathering = false;
      gather();
    }, GATHER_MS).unref();
  }

  async function flush(): Promise<void> {
    const feed = told();
    const batch = [...pending.values()];
    pending.clear();
    const rows = batch.map(({ row }) => row);
    const few = batch.length <= MOST_CHANGED;
    const ids = rows.map(({ id }) => id);
    const { names } = await sights.load();
    const [summaries, reads] = few ? await Promise.all([summariesShared(store, names, rows), readRows.ofAll(store, ids)]) : [[], new Map<string, number>()];
    const frameFor = summaryFrames(feed, summaries);
    const many = sharedFrame(MANY(feed));
    // What most are told: all of it, by whom none of it was ever read.
    const alike = frameFor(new Set(ids), () => 0);
    const readers = new Set([...reads.keys()].map((key) => key.slice(0, key.indexOf(' '))));
    const known = await sights.load();
    for (const tab of tabs) {
      if (!tab.greeted) continue;
      push(tab, () => {
        const holding = sights.present() ?? known;
        // Moved again meanwhile: it must be theirs to see before and after.
        const isSeen = (row: ConversationRow): boolean => sees(holding, tab, row) && (!pending.has(row.id) || sees(holding, tab, pending.get(row.id)?.row));
        // Of many the first is enough: hundreds of tabs times hundreds of rows would hold everybody up.
        if (!few && rows.some(isSeen)) return tab.seat.send(many);
        const agent = tab.seat.person().id;
        if (alike !== null && !readers.has(agent) && rows.every(isSeen)) return tab.seat.send(alike);
        const seen = few ? new Set(rows.filter(isSeen).map(({ id }) => id)) : NOTHING;
        if (batch.some(({ row, before }) => !seen.has(row.id) && before.some((one) => sees(holding, tab, one)))) return tab.seat.send(many);
        const frame = frameFor(seen, (id) => reads.get(`${agent} ${id}`) ?? 0);
        if (frame !== null) tab.seat.send(frame);
      });
    }
  }

  return {
    add({ conversations, messages }) {
      const moves = Map.groupBy(messages.filter(({ kind }) => kind === 'event'), (row) => row.conversation_id);
      for (const row of conversations) {
        const events = (moves.get(row.id) ?? []).toSorted((a, b) => a.seq - b.seq).map(({ text }) => text);
        pending.set(row.id, { row, before: [...(pending.get(row.id)?.before ?? []), ...beforeMoves(row, events)] });
      }
      gather();
    },
  };
}
