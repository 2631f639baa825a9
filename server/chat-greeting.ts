// The hello of a customer's socket: who it is, whether it may stay, and what it missed, so that nothing is lost between reading and listening.
import { type Denial, deny } from '#policy/decision.ts';
import { type ChatView, readChat, shownConversation } from '#inbox/chat-view.ts';
import { findChatSession, readChatToken } from '#identity/chat-sessions.ts';
import { chatOf } from '#store/chat-sessions.ts';
import type { Store } from '#store/store.ts';
import type { Brands } from '#server/brands.ts';
import type { Floods } from '#server/chat-frames.ts';
import type { ChatHouses } from '#server/chat-houses.ts';
import type { Open } from '#server/chat-socket.ts';
import type { Feed } from '#server/feed.ts';

const MOST_A_SESSION = 10;

export interface GreetingParts {
  readonly store: Store;
  readonly brands: Brands;
  readonly feed: Feed;
  readonly now: () => number;
  readonly houses: ChatHouses<Open>;
  readonly floods: Floods;
  readonly isOpen: (one: Open) => boolean;
  readonly turnAway: (one: Open, denial: Denial) => void;
  readonly tell: (one: Open, message: Readonly<Record<string, unknown>>) => void;
  /** It has said who it is. */
  readonly welcomed: (one: Open) => void;
}

export type Greet = (one: Open, token: string, since: number | null) => Promise<void>;

export function openGreeting({ store, brands, feed, now, houses, floods, isOpen, turnAway, tell, welcomed }: GreetingParts): Greet {
  return async function greet(one, token, since) {
    const read = readChatToken(token);
    const brand = read === null ? null : await brands.byId(read.brandId);
    if (!isOpen(one)) return;
    if (read === null || brand === null) return turnAway(one, deny('chat.session_missing', null, {}));
    const rows = store.brand(brand.id);
    const house = (one.house = houses.enter(brand, one));
    const found = await findChatSession(rows, read.hash);
    const present = found === null ? undefined : await chatOf(rows, found.session.channelId, found.session.customerId);
    if (!isOpen(one)) return;
    if (found === null) return turnAway(one, deny('chat.session_missing', null, {}));
    const first = house.judge(found.session, found);
    one.session = found.session;
    if (first !== null) return turnAway(one, first);
    if (floods.stillOn(found.session.id)) return turnAway(one, deny('chat.too_fast', null, {}));
    if (house.groups.ofSession(found.session) >= MOST_A_SESSION) return turnAway(one, deny('chat.too_many_windows', null, {}));
    // Listens first, reads then: what comes in meanwhile waits, so that nothing is missed and nothing doubled.
    one.waiting = [];
    house.groups.join(one, present === undefined ? null : shownConversation(present));
    await feed.at(brand.id);
    let view = await look();
    if (view.conversation !== null && house.groups.currentOf(one.session) !== view.conversation.id) {
      // It began between two looks: what was done in it since may not have been heard.
      house.groups.know(one, view.conversation);
      view = await look();
    }
    // Ended while this was read: nobody was listening for it before.
    const [again, online] = await Promise.all([findChatSession(rows, read.hash), house.isOnline()]);
    if (!isOpen(one)) return;
    const denial = again === null ? deny('chat.session_missing', null, {}) : house.judge(one.session, again);
    if (denial !== null) return turnAway(one, denial);
    welcomed(one);
    const { customerId, verifiedBy, name } = one.session;
    tell(one, { type: 'welcome', ...view, online, session: { customer: customerId, verifiedBy, name, expiresAt: house.endOf(one.session) } });
    house.groups.welcomed(one, view.feed, view.conversation);
    houses.seen(house, one.session, one.client.text);

    function look(): Promise<ChatView> {
      return readChat(rows, house.policyOf(one.session), one.session, since, now());
    }
  };
}
