// What changed in the inbox, read from the store once for everybody on this node who follows it: own commits and other nodes' alike.
import * as chatSessionRows from '#store/chat-sessions.ts';
import * as conversationRows from '#store/conversations.ts';
import { last } from '#store/feed.ts';
import * as fileRows from '#store/files.ts';
import * as messageRows from '#store/messages.ts';
import type { BrandId, BrandStore, Store } from '#store/store.ts';
import type { Brands } from '#server/brands.ts';

/** Everything after the changes told before, in the order of the feed within each list. */
export interface Changes {
  /** How far these changes reach: nothing up to here is missing. */
  readonly feed: number;
  readonly conversations: readonly conversationRows.ConversationRow[];
  readonly messages: readonly messageRows.MessageRow[];
  /** What these messages carry. */
  readonly files: fileRows.FilesByMessage;
  /** Chat sessions that somebody ended. */
  readonly ended: readonly chatSessionRows.ChatSessionRow[];
}

export interface Feed {
  /** Calls `listener` with what changes from now on; the function given back ends it. */
  follow(brandId: BrandId, listener: (changes: Changes) => void): () => void;
  /** How far this node has told its followers; where nobody follows, how far the feed has come. */
  at(brandId: BrandId): Promise<number>;
}

/** Rows of one table read at once. Where more are waiting, it is read again from the last number that is whole. */
const MOST_ROWS = 500;
/** A reading that failed is made again, also where nothing changes any more. */
const AGAIN_AFTER_MS = 1_000;

interface Followed {
  readonly listeners: Set<(changes: Changes) => void>;
  /** How far the followers were told; null until it is known where they begin. */
  told: number | null;
  beginning: Promise<number> | undefined;
  reading: boolean;
  again: boolean;
}

type Since<Row> = (brand: BrandStore, feed: number, most: number) => Promise<Row[]>;

/** The rows of one table after `from`, and the number up to which none is missing: one unit may have changed more rows than are read at once. */
async function readTable<Row extends { readonly feed: number }>(brand: BrandStore, since: Since<Row>, from: number, reached: number): Promise<{ rows: Row[]; upTo: number }> {
  for (let most = MOST_ROWS; ; most *= 4) {
    const rows = await since(brand, from, most);
    const last = rows.at(-1);
    if (last === undefined || rows.length < most) return { rows, upTo: reached };
    if (last.feed > (rows[0] as Row).feed) return { rows, upTo: Math.min(reached, last.feed - 1) };
  }
}

export function openFeed({ store, brands, onFault }: { store: Store; brands: Pick<Brands, 'onFeed'>; onFault: (error: unknown) => void }): Feed {
  const followed = new Map<BrandId, Followed>();

  /** The changes of several tables up to a number that none of them was cut off before. */
  async function read(brandId: BrandId, from: number): Promise<Changes> {
    const brand = store.brand(brandId);
    // Read first: what is committed while the tables are read comes with the next round, not half with this one.
    const reached = await last(brand);
    if (reached <= from) return { feed: from, conversations: [], messages: [], files: new Map(), ended: [] };
    const [conversations, messages, ended] = await Promise.all([
      readTable(brand, conversationRows.since, from, reached), readTable(brand, messageRows.since, from, reached), readTable(brand, chatSessionRows.endedSince, from, reached),
    ]);
    const cut = Math.min(conversations.upTo, messages.upTo, ended.upTo);
    const upTo = <Row extends { readonly feed: number }>({ rows }: { rows: Row[] }): Row[] => rows.filter((row) => row.feed <= cut);
    const said = upTo(messages);
    return { feed: cut, conversations: upTo(conversations), messages: said, files: await fileRows.ofMessages(brand, said), ended: upTo(ended) };
  }

  /** Where the followers begin: asked once, and again where it could not be read. */
  async function begun(brandId: BrandId, one: Followed): Promise<number> {
    if (one.told !== null) return one.told;
    one.beginning ??= last(store.brand(brandId)).finally(() => (one.beginning = undefined));
    const at = await one.beginning;
    return (one.told ??= at);
  }

  function tell(one: Followed, changes: Changes): void {
    for (const listener of [...one.listeners]) {
      try {
        listener(changes);
      } catch (error) {
        // The others are told all the same.
        onFault(error);
      }
    }
  }

  async function pump(brandId: BrandId, one: Followed): Promise<void> {
    one.again = true;
    if (one.reading) return;
    one.reading = true;
    try {
      let told = await begun(brandId, one);
      while (one.again && one.listeners.size > 0) {
        one.again = false;
        const changes = await read(brandId, told);
        if (changes.feed === told) continue;
        one.told = told = changes.feed;
        // There may be more than was read at once.
        one.again = true;
        tell(one, changes);
      }
    } catch (error) {
      onFault(error);
      setTimeout(() => void (one.listeners.size > 0 && pump(brandId, one)), AGAIN_AFTER_MS).unref();
    } finally {
      one.reading = false;
    }
  }

  brands.onFeed((brandId) => {
    const one = followed.get(brandId);
    if (one !== undefined) void pump(brandId, one);
  });

  return {
    follow(brandId, listener) {
      const one: Followed = followed.get(brandId) ?? { listeners: new Set(), told: null, beginning: undefined, reading: false, again: false };
      followed.set(brandId, one);
      // Of its own: the same function given twice is two followers.
      const own = (changes: Changes): void => listener(changes);
      one.listeners.add(own);
      begun(brandId, one).catch(onFault);
      return () => {
        one.listeners.delete(own);
        if (one.listeners.size === 0 && followed.get(brandId) === one) followed.delete(brandId);
      };
    },
    async at(brandId) {
      const one = followed.get(brandId);
      return one === undefined ? last(store.brand(brandId)) : begun(brandId, one);
    },
  };
}
