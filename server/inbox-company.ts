// Company in a conversation, live: who looks at it and who is typing there, told to the tabs that look at it and may. Any of it may be lost.
import type { Sees, Tab, Watched } from '#server/inbox-tab.ts';
import type { Seat } from '#server/live.ts';
import type { Murmur, Murmurs } from '#server/murmurs.ts';
import type { Known, Sights } from '#server/sights.ts';
import { openViewers } from '#server/viewers.ts';

const TYPING_EVERY_MS = 2_000;

export interface Company {
  /** The tab's person is typing: said at most every two seconds, and only where the tab looks. */
  type(tab: Tab, conversation: string): void;
  /** What this node or another one murmured. */
  heard(said: Murmur): void;
  /** Says again where this node's tabs look, and forgets the silent ones of others. */
  beat(): void;
}

export interface CompanyParts {
  readonly brand: Seat['brand'];
  readonly murmurs: Murmurs;
  readonly sights: Sights;
  readonly tabs: ReadonlySet<Tab>;
  readonly watched: ReadonlyMap<string, Watched>;
  readonly sees: Sees;
  readonly uptime: () => number;
  readonly onFault: (error: unknown) => void;
}

export function openCompany({ brand, murmurs, sights, tabs, watched, sees, uptime, onFault }: CompanyParts): Company {
  const viewers = openViewers();

  function whisper(conversation: string, frameOf: (known: Known) => unknown, except: string | null = null): void {
    const one = watched.get(conversation);
    if (one === undefined) return;
    sights.load().then((known) => {
      const frame = JSON.stringify(frameOf(known));
      for (const tab of one.tabs) if (tab.held === null && tab.seat.person().id !== except && sees(known, tab, one.row)) tab.seat.send(frame);
    }, onFault);
  }

  const tellViewers = (conversation: string): void =>
    whisper(conversation, ({ names }) => ({ type: 'viewers', conversation, people: viewers.of(conversation).map((id) => ({ id, name: names.agents.get(id) ?? '' })) }));

  return {
    type(tab, conversation) {
      const known = sights.present();
      if (known === null || tab.watching !== conversation || tab.held !== null || !sees(known, tab, watched.get(conversation)?.row)) return;
      if (uptime() - tab.typedAt < TYPING_EVERY_MS) return;
      tab.typedAt = uptime();
      const { id } = tab.seat.person();
      murmurs.say(brand.id, { type: 'typing', conversation, by: { kind: 'agent', id, name: known.names.agents.get(id) ?? null } });
    },
    heard(said) {
      if (said.type === 'typing') {
        const { conversation, by } = said;
        return whisper(conversation, () => ({ type: 'typing', conversation, by }), by.kind === 'agent' ? by.id : null);
      }
      if (said.type === 'viewing') for (const one of viewers.look(said.tab, said.agent, said.conversation, uptime())) tellViewers(one);
    },
    beat() {
      for (const { id, seat, watching } of tabs) if (watching !== null) murmurs.say(brand.id, { type: 'viewing', conversation: watching, agent: seat.person().id, tab: id });
      for (const one of viewers.sweep(uptime())) tellViewers(one);
    },
  };
}
