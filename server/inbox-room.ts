// The inbox of one brand on this node, live: its tabs, what each looks at, and what each is told, judged per receiver at each push.
import { maySee } from '#inbox/sight.ts';
import { newId } from '#identity/tokens.ts';
import * as conversationRows from '#store/conversations.ts';
import * as messageRows from '#store/messages.ts';
import type { BrandStore } from '#store/store.ts';
import type { Changes, Feed } from '#server/feed.ts';
import { openCompany } from '#server/inbox-company.ts';
import { MANY, messageFrames, type Ready } from '#server/inbox-frames.ts';
import { openNews } from '#server/inbox-news.ts';
import { type Sees, standingOf, type Tab, tellWatchers, type Watched } from '#server/inbox-tab.ts';
import { messagesReady } from '#server/inbox-views.ts';
import { CLOSE, type Guest, type Seat } from '#server/live.ts';
import type { Frame } from '#server/live-frames.ts';
import { keptNow } from '#server/kept-now.ts';
import type { Murmur, Murmurs } from '#server/murmurs.ts';
import { openSights } from '#server/sights.ts';

/** Messages in one frame of what a page missed. */
const AT_ONCE = 100;

export interface Room {
  attend(seat: Seat): Guest;
  heard(said: Murmur): void;
  /** People, rights or teams may have changed: who sees more or less now is told. */
  recheck(): void;
  /** Says again where this node's tabs look, and forgets the silent ones of others. */
  beat(): void;
  /** `{type:'presence'}` to every tab. */
  tellPresence(): void;
}

export interface RoomParts {
  readonly brand: Seat['brand'];
  readonly store: BrandStore;
  readonly feed: Feed;
  readonly murmurs: Murmurs;
  readonly now: () => number;
  readonly uptime: () => number;
  readonly onFault: (error: unknown) => void;
  /** The last tab has left. */
  readonly onEmpty: () => void;
}

export function openRoom(parts: RoomParts): Room {
  const { brand, store, feed, murmurs, now, onFault } = parts;
  const sights = openSights(brand, store);
  const tabs = new Set<Tab>();
  const watched = new Map<string, Watched>();
  /** How far the tabs were told; null until it is known where this room begins. */
  let told: number | null = null;

  const isKept = keptNow(brand, now);
  const sees: Sees = (known, { seat }, row) => !!row && maySee(known.sightOf(seat.person()), row) && isKept(row);
  /** Behind what the tab is still being told. */
  const push = (tab: Tab, send: () => void): void => void (tab.held === null ? send() : tab.held.push(send));

  /** "Ask for your list again", as of what was told by now. */
  function pushMany(tab: Tab): void {
    const frame = MANY(told ?? 0);
    push(tab, () => tab.seat.send(frame));
  }

  const news = openNews({ ...parts, sights, tabs, sees, push, told: () => told ?? 0, onBroken: breakOff });
  const company = openCompany({ ...parts, sights, tabs, watched, sees });

  /** What cannot be read cannot be told: the pages come back, and ask for what they missed. */
  function breakOff(error: unknown): void {
    onFault(error);
    for (const tab of [...tabs]) tab.seat.cut(CLOSE.unavailable, 'store.unavailable');
  }

  const queue: Changes[] = [];
  const unfollow = feed.follow(brand.id, (changes) => {
    queue.push(changes);
    if (queue.length === 1) void work();
  });
  /** What is told here begins right after it. */
  const base = feed.at(brand.id);

  async function work(): Promise<void> {
    try {
      for (let changes = queue[0]; changes !== undefined; changes = queue[0]) {
        await deliver(changes);
        queue.shift();
      }
    } catch (error) {
      queue.length = 0;
      breakOff(error);
    }
  }

  async function deliver(changes: Changes): Promise<void> {
    const ready = new Map<string, Ready>();
    for (;;) {
      const { names } = await sights.load();
      const missing = changes.messages.filter((row) => watched.has(row.conversation_id) && !ready.has(row.id));
      if (missing.length > 0) for (const one of await messagesReady(store, names, missing, changes.conversations)) ready.set(one.message.id, one);
      // Whoever began to watch meanwhile, and whoever lost their sight, is judged with what holds now.
      else break;
    }
    const known = sights.present();
    if (known === null) return deliver(changes);
    told = changes.feed;
    for (const row of changes.conversations) {
      const one = watched.get(row.id);
      if (one === undefined || (one.row !== null && one.row.feed > row.feed)) continue;
      const { row: before } = one;
      one.row = row;
      // Who may see it hangs on these alone; what is pushed is judged at each push in any case.
      if (before !== null && before.team_id === row.team_id && before.assignee_id === row.assignee_id && before.status === row.status && before.hold_at === row.hold_at) continue;
      for (const tab of [...one.tabs]) push(tab, () => keepOrDrop(tab, row.id));
    }
    for (const [id, rows] of Map.groupBy(changes.messages, (row) => row.conversation_id)) {
      const one = watched.get(id);
      if (one === undefined) continue;
      const frames = messageFrames(id, changes.feed, rows.flatMap((row) => ready.get(row.id) ?? []));
      const give = (tab: Tab): void => void (tab.watching === id && sees(sights.present() ?? known, tab, one.row) && tab.seat.send(frames.of(tab.seat.person().id)));
      // What is alike for all of them is asked once: is it kept, and whose is it.
      tellWatchers(one, one.row !== null && isKept(one.row) ? standingOf(one, known, one.row) : null, frames, give);
    }
    news.add(changes);
  }

  /** Whoever may not see it any more stops getting it at once. */
  function keepOrDrop(tab: Tab, id: string): void {
    const known = sights.present();
    if (tab.watching !== id || known === null || sees(known, tab, watched.get(id)?.row)) return;
    stopWatching(tab);
    pushMany(tab);
  }

  function stopWatching(tab: Tab): void {
    const id = tab.watching;
    if (id === null) return;
    tab.watching = null;
    const one = watched.get(id);
    one?.tabs.delete(tab);
    if (one?.tabs.size === 0) watched.delete(id);
    murmurs.say(brand.id, { type: 'viewing', conversation: null, agent: tab.seat.person().id, tab: tab.id });
  }

  /** `from`: the feed that the page has seen; what changed since is told first. */
  async function watch(tab: Tab, id: string | null, from: number | null): Promise<void> {
    if (tab.watching !== id) stopWatching(tab);
    if (id === null) {
      release(tab);
      return from === null ? undefined : pushMany(tab);
    }
    const held: (() => void)[] = tab.held === null ? [] : [...tab.held];
    tab.held = held;
    tab.watching = id;
    // Followed first, read then: what is written meanwhile waits in `held`.
    const one = watched.get(id) ?? { row: null, standing: null, tabs: new Set() };
    watched.set(id, one);
    one.tabs.add(tab);
    const upTo = told ?? 0;
    const [row, missed] = await Promise.all([conversationRows.byId(store, id), from === null || from >= upTo ? [] : messageRows.changedIn(store, id, from, upTo)]);
    const ready = await messagesReady(store, (await sights.load()).names, missed, row === undefined ? [] : [row]);
    const known = await sights.load();
    if (tab.held !== held || !tabs.has(tab)) return;
    if (row !== undefined && (one.row === null || one.row.feed <= row.feed)) one.row = row;
    if (sees(known, tab, one.row)) {
      for (let at = 0; at < ready.length; at += AT_ONCE) tab.seat.send(messageFrames(id, upTo, ready.slice(at, at + AT_ONCE)).of(tab.seat.person().id));
      murmurs.say(brand.id, { type: 'viewing', conversation: id, agent: tab.seat.person().id, tab: tab.id });
    } else stopWatching(tab);
    // The list may have changed with what was sent before the cut. After the messages: whoever has heard this has heard them.
    if (from !== null) tab.seat.send(MANY(upTo));
    release(tab);
  }

  function release(tab: Tab): void {
    const held = tab.held ?? [];
    tab.held = null;
    for (const send of held) send();
  }

  function say(tab: Tab, frame: Frame): void {
    if (frame.type === 'typing') return company.type(tab, frame.conversation);
    const [id, from] = frame.type === 'watch' ? [frame.conversation, null] : [frame.watching, frame.feed];
    watch(tab, id, from === null ? null : Math.min(from, told ?? 0)).catch((error: unknown) => {
      onFault(error);
      tab.seat.cut(CLOSE.unavailable, 'store.unavailable');
    });
  }

  async function begin(tab: Tab): Promise<void> {
    const [at, known] = await Promise.all([base, sights.load()]);
    told ??= at;
    if (!tabs.has(tab)) return;
    tab.sight = known.textOf(tab.seat.person());
    tab.greeted = true;
    tab.seat.send(JSON.stringify({ type: 'hello', version: brand.policy.version, feed: told }));
  }

  let checking = false;
  let again = false;
  async function recheck(): Promise<void> {
    again = true;
    if (checking) return;
    checking = true;
    try {
      while (again) {
        again = false;
        const known = await sights.load();
        for (const tab of [...tabs]) {
          if (!tab.greeted) continue;
          const sight = known.textOf(tab.seat.person());
          if (sight === tab.sight) continue;
          tab.sight = sight;
          const id = tab.watching;
          if (id !== null && !sees(known, tab, watched.get(id)?.row)) push(tab, () => keepOrDrop(tab, id));
          pushMany(tab);
        }
      }
    } catch (error) {
      breakOff(error);
    } finally {
      checking = false;
    }
  }

  return {
    attend(seat) {
      const tab: Tab = { id: newId('tab'), seat, watching: null, held: null, typedAt: -Infinity, sight: '', greeted: false, may: false, mayAs: null, mayUnder: null };
      tabs.add(tab);
      const begun = begin(tab).then(() => true, (error: unknown) => {
        onFault(error);
        seat.cut(CLOSE.unavailable, 'store.unavailable');
        return false;
      });
      return {
        heard: (frame) => void begun.then((good) => good && tabs.has(tab) && say(tab, frame)),
        left() {
          if (!tabs.delete(tab)) return;
          stopWatching(tab);
          if (tabs.size > 0) return;
          unfollow();
          parts.onEmpty();
        },
      };
    },
    heard: company.heard,
    recheck: () => void recheck(),
    beat: company.beat,
    tellPresence() {
      for (const { seat, greeted } of tabs) if (greeted) seat.send('{"type":"presence"}');
    },
  };
}
