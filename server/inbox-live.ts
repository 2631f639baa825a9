// The live inbox of every brand that has pages open on this node: one room a brand, opened by the first page and closed after the last.
import type { BrandId, Store } from '#store/store.ts';
import type { Feed } from '#server/feed.ts';
import { openRoom, type Room } from '#server/inbox-room.ts';
import type { Guest, Seat } from '#server/live.ts';
import type { Murmurs } from '#server/murmurs.ts';
import type { Presence } from '#server/presence.ts';

/** People come in crowds at nine: pages are told of it at most this often. */
const TELL_PRESENCE_MS = 1_000;

export interface InboxLive {
  attend(seat: Seat): Guest;
  /** People, rights or teams of the brand changed. */
  sightsChanged(brandId: BrandId): void;
  /** Made with the beat of presence. */
  beat(): void;
}

export interface InboxLiveParts {
  readonly store: Store;
  readonly feed: Feed;
  readonly murmurs: Murmurs;
  readonly presence: Presence;
  readonly now: () => number;
  readonly uptime: () => number;
  readonly onFault: (error: unknown) => void;
}

export function openInboxLive(parts: InboxLiveParts): InboxLive {
  const { store, murmurs, presence } = parts;
  const rooms = new Map<BrandId, Room>();
  const telling = new Set<BrandId>();

  murmurs.hear((brandId, said) => rooms.get(brandId)?.heard(said));
  presence.onChange((brandId) => {
    if (telling.has(brandId)) return;
    telling.add(brandId);
    setTimeout(() => {
      telling.delete(brandId);
      rooms.get(brandId)?.tellPresence();
    }, TELL_PRESENCE_MS).unref();
  });

  function roomOf(brand: Seat['brand']): Room {
    const present = rooms.get(brand.id);
    if (present !== undefined) return present;
    const room = openRoom({ ...parts, brand, store: store.brand(brand.id), onEmpty: () => rooms.get(brand.id) === room && rooms.delete(brand.id) });
    rooms.set(brand.id, room);
    return room;
  }

  return {
    attend(seat) {
      const guest = roomOf(seat.brand).attend(seat);
      const leave = presence.arrived(seat.brand.id, seat.person().id);
      return {
        heard: guest.heard,
        left() {
          guest.left();
          leave();
        },
      };
    },
    sightsChanged: (brandId) => rooms.get(brandId)?.recheck(),
    beat() {
      for (const room of rooms.values()) room.beat();
    },
  };
}
