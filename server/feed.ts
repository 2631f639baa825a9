// What changed in the inbox, read from the store once for everybody on this node who follows it: own commits and other nodes' alike.
import * as chatSessionRows from '#store/chat-sessions.ts';
import * as conversationRows from '#store/conversations.ts';
import { last } from '#store/feed.ts';
import * as messageRows from '#store/messages.ts';
import type { BrandId, Store } from '#store/store.ts';
import type { Brands } from '#server/brands.ts';

/** Everything after the changes told before, in the order of the feed within each list. */
export interface Changes {
  /** How far these changes reach: nothing up to here is missing. */
  readonly feed: number;
  readonly conversations: readonly conversationRows.ConversationRow[];
  readonly messages: readonly messageRows.MessageRow[];
  /** Chat sessions that somebody ended. */
  readonly ended: readonly chatSessionRows.ChatSessionRow[];
}

export interface Feed {
  /** Calls `listener` with what changes from now on; the function given back ends it. */
  follow(brandId: BrandId, listener: (changes: Changes) => void): () => void;
  /** How far this node has told its followers; where nobody follows, how far the feed has come. */
  at(brandId: BrandId): Promise<number>;
}

/** Rows of one table read at once. More are waiting: it is read again, from the smallest number that all tables have reached. */
const MOST_ROWS = 500;

interface Followed {
  readonly listeners: Set<(changes: Changes) => void>;
  told: number;
  /** Where it begins is being asked. */
  readonly begun: Promise<void>;
  reading: boolean;
  again: boolean;
}

export function openFeed({ store, brands, onFault }: { store: Store; brands: Brands; onFault: (error: unknown) => void }): Feed {
  const followed = new Map<BrandId, Followed>();

  /** The changes of several tables up to a number that none of them was cut off before. */
  async function read(brandId: BrandId, from: number): Promise<Changes> {
    const brand = store.brand(brandId);
    // Read first: what is committed while the tables are read comes with the next round, not half with this one.
    const reached = await last(brand);
    if (reached <= from) return { feed: from, conversations: [], messages: [], ended: [] };
    const [conversations, messages, ended] = await Promise.all([
      conversationRows.since(brand, from, MOST_ROWS), messageRows.since(brand, from, MOST_ROWS), chatSessionRows.endedSince(brand, from, MOST_ROWS),
    ]);
    const cut = Math.min(reached, ...[conversations, messages, ended].map((rows) => (rows.length < MOST_ROWS ? reached : (rows.at(-1)?.feed ?? reached))));
    const upTo = <Row extends { readonly feed: number }>(rows: readonly Row[]): Row[] => rows.filter((row) => row.feed <= cut);
    return { feed: cut, conversations: upTo(conversations), messages: upTo(messages), ended: upTo(ended) };
  }

  async function pump(brandId: BrandId, one: Followed): Promise<void> {
    one.again = true;
    if (one.reading) return;
    one.reading = true;
    try {
      await one.begun;
      while (one.again && one.listeners.size > 0) {
        one.again = false;
        const changes = await read(brandId, one.told);
        if (changes.feed === one.told) continue;
        one.told = changes.feed;
        // There may be more than was read at once.
        one.again = true;
        for (const listener of one.listeners) listener(changes);
      }
    } finally {
      one.reading = false;
    }
  }

  brands.onFeed((brandId) => {
    const one = followed.get(brandId);
    if (one !== undefined) pump(brandId, one).catch(onFault);
  });

  return {
    follow(brandId, listener) {
      let one = followed.get(brandId);
      if (one === undefined) {
        const made: Followed = { listeners: new Set(), told: 0, begun: Promise.resolve(), reading: false, again: false };
        one = { ...made, begun: last(store.brand(brandId)).then((at) => void ((followed.get(brandId) ?? made).told = at)) };
        one.begun.catch(onFault);
        followed.set(brandId, one);
      }
      one.listeners.add(listener);
      const { listeners } = one;
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && followed.get(brandId)?.listeners === listeners) followed.delete(brandId);
      };
    },
    async at(brandId) {
      const one = followed.get(brandId);
      if (one === undefined) return last(store.brand(brandId));
      await one.begun;
      return one.told;
    },
  };
}
