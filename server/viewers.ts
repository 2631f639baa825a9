// Which tabs of which agents look at a conversation, on all nodes; a tab that nobody speaks for any more is forgotten.

/** A node says again where its tabs look every 20 s; whatever was silent for longer than this is gone with its node. */
export const SILENT_AFTER_MS = 60_000;

interface Tab {
  readonly agent: string;
  readonly conversation: string;
  at: number;
}

export interface Viewers {
  /** A tab looks at a conversation, or at none any more. Gives the conversations whose viewers are others now. */
  look(tab: string, agent: string, conversation: string | null, at: number): readonly string[];
  /** Ids of the agents who look at it, each once. */
  of(conversation: string): readonly string[];
  /** Forgets the silent; gives the conversations whose viewers are others now. */
  sweep(at: number): readonly string[];
}

export function openViewers(): Viewers {
  const tabs = new Map<string, Tab>();
  const at = new Map<string, Set<string>>();

  function forget(id: string, { conversation }: Tab): void {
    tabs.delete(id);
    const there = at.get(conversation);
    there?.delete(id);
    if (there?.size === 0) at.delete(conversation);
  }

  return {
    look(id, agent, conversation, now) {
      const before = tabs.get(id);
      if (before !== undefined && before.conversation === conversation) {
        before.at = now;
        return [];
      }
      if (before !== undefined) forget(id, before);
      if (conversation !== null) {
        tabs.set(id, { agent, conversation, at: now });
        at.set(conversation, (at.get(conversation) ?? new Set()).add(id));
      }
      return [before?.conversation, conversation].filter((one) => one !== undefined && one !== null);
    },
    of: (conversation) => [...new Set([...(at.get(conversation) ?? [])].map((id) => (tabs.get(id) as Tab).agent))].sort(),
    sweep(now) {
      const changed = new Set<string>();
      for (const [id, tab] of tabs) {
        if (now - tab.at <= SILENT_AFTER_MS) continue;
        forget(id, tab);
        changed.add(tab.conversation);
      }
      return [...changed];
    },
  };
}
