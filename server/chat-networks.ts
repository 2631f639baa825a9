// What one network may do in the chat, whatever sessions it has begun: a session costs a stranger nothing, so a ceiling of its own would not be one.
import type { Address } from '#policy/address.ts';
import { networkOf } from '#policy/network.ts';
import { openRates, type Rate, type Rates } from '#server/rate.ts';

/** By network: a /24 of IPv4, a /48 of IPv6. */
export interface ChatNetworkRate {
  /** Requests over HTTP; `WHOLE` of them for a chat that is read from its beginning. */
  readonly asks: Rate;
  /** Messages, by whichever way. */
  readonly sends: Rate;
  /** Names and email addresses that were typed. */
  readonly details: Rate;
  /** Sockets open at once. */
  readonly sockets: number;
}

/**
 * Far above what an honest crowd behind one address (an office, a carrier's translation) does: 600 chats that ask every six seconds since
 * their sockets are blocked, or 2,000 that have one, of whom twenty write each second. docs/widget.md says so.
 */
export const CHAT_NETWORK_RATE: ChatNetworkRate = Object.freeze({
  asks: Object.freeze({ perSecond: 100, burst: 400 }), sends: Object.freeze({ perSecond: 20, burst: 200 }), details: Object.freeze({ perSecond: 2, burst: 100 }), sockets: 2_000,
});

/** What reading a whole chat costs, as compared with asking whether there is anything new. */
export const WHOLE = 10;

export interface ChatNetworks {
  readonly asks: Rates;
  readonly sends: Rates;
  readonly details: Rates;
  /** May it open one more socket? */
  hasRoom(network: string): boolean;
  opened(network: string): void;
  closed(network: string): void;
  sweep(): void;
}

/** Who counts as one, of a request. */
export const chatNetworkOf = (client: { readonly address: Address | null }): string => networkOf(client.address);

export function openChatNetworks(rate: ChatNetworkRate, uptime: () => number): ChatNetworks {
  const [asks, sends, details] = [rate.asks, rate.sends, rate.details].map((one) => openRates(one, uptime)) as [Rates, Rates, Rates];
  const open = new Map<string, number>();
  return {
    asks, sends, details,
    hasRoom: (network) => (open.get(network) ?? 0) < rate.sockets,
    opened: (network) => void open.set(network, (open.get(network) ?? 0) + 1),
    closed(network) {
      const others = (open.get(network) ?? 1) - 1;
      if (others > 0) open.set(network, others);
      else open.delete(network);
    },
    sweep() {
      for (const rates of [asks, sends, details]) rates.sweep();
    },
  };
}
