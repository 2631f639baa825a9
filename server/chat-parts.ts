// What the customers' sockets are made of, handed over when the building opens.
import type { ChatSession } from '#identity/chat-sessions.ts';
import type { BrandId, Store } from '#store/store.ts';
import type { Brands } from '#server/brands.ts';
import type { ChatNetworkRate } from '#server/chat-networks.ts';
import type { Feed } from '#server/feed.ts';
import type { Murmurs } from '#server/murmurs.ts';
import type { Presence } from '#server/presence.ts';
import type { Problems } from '#server/problems.ts';
import type { Rate } from '#server/rate.ts';
import type { SocketServers } from '#server/raw-answer.ts';

export interface ChatLiveParts {
  readonly store: Store;
  readonly brands: Brands;
  readonly problems: Problems;
  readonly feed: Feed;
  readonly murmurs: Murmurs;
  readonly presence: Pick<Presence, 'anyoneAvailable' | 'onChange'>;
  readonly now: () => number;
  readonly uptime: () => number;
  readonly sockets: SocketServers;
  /** What one network may open. */
  readonly openRate: Rate;
  /** What one network may do with all its sessions. */
  readonly networkRate: ChatNetworkRate;
  readonly onFault: (error: unknown, what: string) => void;
  /** Durable when it resolves. */
  readonly send: (brandId: BrandId, says: { readonly session: ChatSession; readonly clientId: string; readonly text: string; readonly files: readonly string[] }) => Promise<unknown>;
}
