// A tab of an agent as the live inbox knows it, and a conversation that tabs look at.
import type { Person } from '#identity/person.ts';
import { maySee } from '#inbox/sight.ts';
import type { ConversationRow } from '#store/conversations.ts';
import type { MessageFrames } from '#server/inbox-frames.ts';
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
  /** May it see what it watches? Decided for this person under that standing; another person or standing is decided anew. */
  may: boolean;
  mayAs: Person | null;
  mayUnder: Standing | null;
}

/** What a person's sight of one conversation hangs on: people and teams at one version, and whose it is. */
interface Standing {
  readonly known: Known;
  readonly team: string | null;
  readonly assignee: string | null;
}

export interface Watched {
  /** As it is now; null until it is read. */
  row: ConversationRow | null;
  standing: Standing | null;
  readonly tabs: Set<Tab>;
}

/** The standing of the conversation now: the same object for as long as nothing that sight hangs on has changed. */
export function standingOf(one: Watched, known: Known, { team_id: team, assignee_id: assignee }: ConversationRow): Standing {
  const { standing } = one;
  if (standing !== null && standing.known === known && standing.team === team && standing.assignee === assignee) return standing;
  return (one.standing = { known, team, assignee });
}

/** Decided once for a person and a standing: hundreds who look at one conversation are asked with a comparison each. */
export function mayWatch(tab: Tab, standing: Standing): boolean {
  const person = tab.seat.person();
  if (tab.mayAs === person && tab.mayUnder === standing) return tab.may;
  tab.may = maySee(standing.known.sightOf(person), { team_id: standing.team, assignee_id: standing.assignee });
  tab.mayAs = person;
  tab.mayUnder = standing;
  return tab.may;
}

/** To all who look at it and may see it; `later` to those who are still told what they missed, who are judged then. No standing: it is nobody's to see. */
export function tellWatchers({ tabs }: Watched, standing: Standing | null, frames: MessageFrames, later: (tab: Tab) => void): void {
  for (const tab of tabs) {
    if (tab.held !== null) tab.held.push(() => later(tab));
    else if (standing !== null && mayWatch(tab, standing)) tab.seat.send(frames.alike ?? frames.of(tab.seat.person().id));
  }
}

/** Judged for one receiver, at the moment of a push. */
export type Sees = (known: Known, tab: Tab, row: ConversationRow | null | undefined) => boolean;
