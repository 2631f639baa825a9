// What this node knows of a brand while chats of it are open: its policy and channels, who is there to answer, and the one reader of its feed.
import { type Denial, deny } from '#policy/decision.ts';
import { chatSessionEnds } from '#policy/decide/chat.ts';
import type { Policy } from '#policy/effective.ts';
import { type ChatSession, judgeChat, type KnownChat, noteOver } from '#identity/chat-sessions.ts';
import * as agentRows from '#store/agents.ts';
import * as channelRows from '#store/channels.ts';
import * as sessionRows from '#store/chat-sessions.ts';
import type { BrandId } from '#store/store.ts';
import { type Brand, UNCONFIRMED_MS } from '#server/brands.ts';
import { type Groups, openGroups, type Receiver } from '#server/chat-groups.ts';
import type { ChatLiveParts } from '#server/chat-parts.ts';
import type { Changes } from '#server/feed.ts';

export interface ChatHouse<R extends Receiver> {
  readonly brand: Brand;
  readonly groups: Groups<R>;
  policyOf(session: ChatSession): Policy;
  /** Why this session may not go on; null when it may. `found`: as its row stood just now. */
  judge(session: ChatSession, found?: Pick<KnownChat, 'ended' | 'channelOn'>): Denial | null;
  /** When the session ends by itself, ms. */
  endOf(session: ChatSession): number;
  isOnline(): Promise<boolean>;
}

export interface ChatHouses<R extends Receiver> {
  enter(brand: Brand, one: R): ChatHouse<R>;
  leave(house: ChatHouse<R>, one: R): void;
  judgeOne(house: ChatHouse<R>, one: R): void;
  /** Writes down, in its time, that the session was used. */
  seen(house: ChatHouse<R>, session: ChatSession, address: string | null): void;
  /** Writes down that the session is over where only a lowered policy says so: a raised one brings it back no more. */
  over(house: ChatHouse<R>, session: ChatSession): void;
}

interface Parts<R> extends Pick<ChatLiveParts, 'store' | 'brands' | 'feed' | 'murmurs' | 'presence' | 'now' | 'uptime' | 'onFault'> {
  readonly give: (one: R, frame: string | Buffer) => boolean;
  readonly turnAway: (one: R, denial: Denial) => void;
}

/** Names of agents are read again after this long. */
const NAMES_FOR_MS = 60_000;

interface Kept<R extends Receiver> extends ChatHouse<R> {
  readonly inside: Set<R>;
  /** Channels that are switched off. */
  off: ReadonlySet<string>;
  online: boolean | null;
  names: ReadonlyMap<string, string>;
  namesAt: number;
  /** Changes are told one after another, also where names must be read first. */
  telling: Promise<void> | null;
  unfollow: () => void;
}

export function openChatHouses<R extends Receiver>(parts: Parts<R>): ChatHouses<R> {
  const { store, brands, feed, murmurs, presence, now, uptime, onFault, give, turnAway } = parts;
  const houses = new Map<BrandId, Kept<R>>();

  function build(brand: Brand): Kept<R> {
    const house: Kept<R> = {
      brand, groups: openGroups(give), inside: new Set(), off: new Set(), online: null, names: new Map(), namesAt: -Infinity, telling: null,
      unfollow: feed.follow(brand.id, (changes) => hear(house, changes)),
      policyOf: ({ channelId }) => brand.policyIn(channelId),
      judge(session, found) {
        if (uptime() - brand.confirmedAt > UNCONFIRMED_MS) return deny('policy.unconfirmed', null, { unconfirmedMs: Math.round(uptime() - brand.confirmedAt) });
        const channelOn = found?.channelOn !== false && !house.off.has(session.channelId);
        const judged = judgeChat(brand.policyIn(session.channelId), { session, ended: found?.ended === true, channelOn }, now());
        return judged.allowed ? null : judged;
      },
      endOf: (session) => chatSessionEnds(brand.policyIn(session.channelId), session),
      async isOnline() {
        house.online ??= await presence.anyoneAvailable(brand.id);
        return house.online;
      },
    };
    return house;
  }

  function hear(house: Kept<R>, changes: Changes): void {
    for (const one of house.groups.ended(changes)) turnAway(one, deny('chat.session_ended', null, {}));
    const nameless = uptime() - house.namesAt > NAMES_FOR_MS || changes.messages.some(({ author_kind, author_id }) => author_kind === 'agent' && author_id !== null && !house.names.has(author_id));
    const byAgents = changes.messages.some(({ author_kind }) => author_kind === 'agent');
    if (house.telling === null && !(byAgents && nameless)) return deliver(house, changes);
    const mine = (house.telling ?? Promise.resolve()).then(async () => {
      if (byAgents && nameless) {
        house.names = await agentRows.namesById(store.brand(house.brand.id));
        house.namesAt = uptime();
      }
      deliver(house, changes);
    }).catch((error: unknown) => {
      onFault(error, 'what changed could not be told to chats; they ask again');
      // Nothing may be missing in the middle: they come back and ask for what they missed.
      for (const one of house.inside) one.socket.terminate();
    }).then(() => {
      if (house.telling === mine) house.telling = null;
    });
    house.telling = mine;
  }

  const deliver = (house: Kept<R>, changes: Changes): void => house.groups.deliver(changes, (id) => house.names.get(id) ?? null);

  function judgeOne(house: ChatHouse<R>, one: R): void {
    if (one.session.id === '') return;
    const denial = house.judge(one.session);
    if (denial !== null) turnAway(one, denial);
  }

  brands.onPolicy((brand) => {
    const house = houses.get(brand.id);
    if (house === undefined) return;
    for (const one of house.inside) judgeOne(house, one);
    // A channel that is switched off or on is told as a change of the policy too.
    channelRows.all(store.brand(brand.id)).then(
      (rows) => {
        house.off = new Set(rows.filter(({ disabled_at }) => disabled_at !== null).map(({ id }) => id));
        for (const one of house.inside) judgeOne(house, one);
      },
      (error: unknown) => {
        onFault(error, 'channels could not be read; their chats connect again, and are judged then');
        for (const one of house.inside) one.socket.terminate();
      },
    );
  });

  murmurs.hear((brandId, said) => {
    if (said.type === 'typing' && said.by.kind === 'agent') houses.get(brandId)?.groups.tell(said.conversation, JSON.stringify({ type: 'typing', name: said.by.name }));
  });

  presence.onChange((brandId) => {
    const house = houses.get(brandId);
    if (house === undefined) return;
    presence.anyoneAvailable(brandId).then(
      (online) => {
        if (house.online === online) return;
        house.online = online;
        const frame = Buffer.from(JSON.stringify({ type: 'online', online }));
        for (const one of house.inside) if (one.session.id !== '' && one.waiting === null) give(one, frame);
      },
      (error: unknown) => onFault(error, 'who is here could not be read'),
    );
  });

  return {
    judgeOne,
    enter(brand, one) {
      const house = houses.get(brand.id) ?? build(brand);
      houses.set(brand.id, house);
      house.inside.add(one);
      return house;
    },
    leave(house, one) {
      const kept = house as Kept<R>;
      kept.groups.leave(one);
      if (!kept.inside.delete(one) || kept.inside.size > 0) return;
      kept.unfollow();
      houses.delete(kept.brand.id);
    },
    seen({ brand }, session, address) {
      const rows = store.brand(brand.id);
      rows.note([sessionRows.seen(rows, session.id, now(), address)]).catch((error: unknown) => onFault(error, 'when a chat was last used could not be written'));
    },
    over({ brand }, session) {
      noteOver(store.brand(brand.id), session, now()).catch((error: unknown) => onFault(error, 'that a chat is over could not be written'));
    },
  };
}
