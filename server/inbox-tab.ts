// A tab of an agent as the live inbox knows it, and a conversation that tabs look at.
import type { ConversationRow } from '#store/conversations.ts';
import type { Seat } from '#server/live.ts';
import type { Known } from '#server/sights.ts';

export interface Tab {
  readonly id: string;
  readonly seat: Seat;
  watching: string | null;
  /** What is pushed while the tab is told what it missed: sent after it, in order. */
  held: (() => void)[] | null;
  /** When its person was last said to be typing, ms of uptime. */
  typedAt: number;
  /** What it could see when it was last told so. */
  sight: string;
  greeted: boolean;
}

export interface Watched {
  /** As it is now; null until it is read. */
  row: ConversationRow | null;
  readonly tabs: Set<Tab>;
}

/** Judged for one receiver, at the moment of a push. */
export type Sees = (known: Known, tab: Tab, row: ConversationRow | null | undefined) => boolean;
