// Who is here: agents with a page open on any node, told by rows that each node writes again and again, so that a node that was killed is forgotten by itself.
import { newId } from '#identity/tokens.ts';
import * as availabilityRows from '#store/availability.ts';
import * as presenceRows from '#store/presence.ts';
import type { BrandId, Store } from '#store/store.ts';
import type { Murmurs } from '#server/murmurs.ts';

/** How often a node says again who is here. */
export const BEAT_EVERY_MS = 20_000;
/** Whoever was not seen for longer is not here: two beats may be missed, not three. */
export const SEEN_FOR_MS = 45_000;
/** Rows older than this belong to nodes that are no more. */
const KEPT_MS = 3_600_000;
/** A page that is loaded anew closes its socket and opens another: nobody has left. */
const LEAVE_AFTER_MS = 3_000;
/** Asked by every chat that opens: what was read is good for this long where nobody says that it changed. */
const KNOWN_FOR_MS = 5_000;

export interface Presence {
  /** A socket of an agent opened on this node; the function given back says that it closed. */
  arrived(brandId: BrandId, agentId: string): () => void;
  /** The agents who are here, on any node. */
  online(brandId: BrandId): Promise<ReadonlySet<string>>;
  /** Is one of them available? */
  anyoneAvailable(brandId: BrandId): Promise<boolean>;
  /** Somebody's availability was changed on this node. */
  changed(brandId: BrandId): void;
  /** Who is here or available has changed, here or on another node. */
  onChange(listener: (brandId: BrandId) => void): void;
  /** Made every `BEAT_EVERY_MS`: writes this node's rows again, and sees whom no node writes any more. */
  beat(): Promise<void>;
  /** Takes this node's rows away. */
  close(): Promise<void>;
}

export interface PresenceParts {
  readonly store: Store;
  readonly murmurs: Murmurs;
  /** ms since 1970 UTC: rows are compared across nodes. */
  readonly now: () => number;
  readonly uptime: () => number;
  readonly onFault: (error: unknown) => void;
  readonly leaveAfterMs?: number;
}

interface Standing {
  readonly at: number;
  readonly online: Promise<ReadonlySet<string>>;
  readonly available: Promise<boolean>;
}

const same = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean => one.size === other.size && [...one].every((id) => other.has(id));

export function openPresence({ store, murmurs, now, uptime, onFault, leaveAfterMs = LEAVE_AFTER_MS }: PresenceParts): Presence {
  /** A killed process comes back as another node: its rows of before age. */
  const node = newId('nod');
  /** Open sockets on this node, by agent. */
  const here = new Map<BrandId, Map<string, number>>();
  const standings = new Map<BrandId, Standing>();
  /** Whom this node took to be here at the last beat. */
  const seen = new Map<BrandId, ReadonlySet<string>>();
  const listeners: ((brandId: BrandId) => void)[] = [];
  /** Rows are written one after another: a late "here" must not undo a "gone". */
  let writing: Promise<void> = Promise.resolve();
  let closed = false;

  function write(work: () => Promise<void>): Promise<void> {
    writing = writing.then(work).catch(onFault);
    return writing;
  }
  const present = (brandId: BrandId, agentId: string): boolean => here.get(brandId)?.has(agentId) === true;

  murmurs.hear((brandId, said) => {
    if (said.type !== 'presence') return;
    standings.delete(brandId);
    for (const listener of listeners) listener(brandId);
  });
  const changed = (brandId: BrandId): void => murmurs.say(brandId, { type: 'presence' });

  function settle(brandId: BrandId, agentId: string): void {
    void write(async () => {
      const brand = store.brand(brandId);
      await brand.note([present(brandId, agentId) ? presenceRows.seen(brand, { agent_id: agentId, node, seen_at: now() }) : presenceRows.gone(brand, agentId, node)]);
      changed(brandId);
    });
  }

  function standing(brandId: BrandId): Standing {
    const known = standings.get(brandId);
    if (known !== undefined && uptime() - known.at <= KNOWN_FOR_MS) return known;
    const brand = store.brand(brandId);
    const online = presenceRows.online(brand, now() - SEEN_FOR_MS);
    const available = Promise.all([online, availabilityRows.all(brand)]).then(([ids, states]) => {
      const away = new Set(states.filter(({ state }) => state === 'away').map(({ agent_id }) => agent_id));
      return [...ids].some((id) => !away.has(id));
    });
    const made = { at: uptime(), online, available };
    standings.set(brandId, made);
    // What could not be read is asked again, and nobody waits for what nobody asked.
    available.catch(() => standings.get(brandId) === made && standings.delete(brandId));
    return made;
  }

  return {
    arrived(brandId, agentId) {
      const agents = here.get(brandId) ?? new Map<string, number>();
      here.set(brandId, agents);
      const before = agents.get(agentId) ?? 0;
      agents.set(agentId, before + 1);
      if (before === 0) settle(brandId, agentId);
      let gone = false;
      const leave = (): void => {
        const left = (agents.get(agentId) ?? 1) - 1;
        if (left > 0) return void agents.set(agentId, left);
        agents.delete(agentId);
        if (agents.size === 0) here.delete(brandId);
        if (!closed) settle(brandId, agentId);
      };
      return () => {
        if (gone) return;
        gone = true;
        if (leaveAfterMs === 0) leave();
        else setTimeout(leave, leaveAfterMs).unref();
      };
    },
    online: (brandId) => standing(brandId).online,
    anyoneAvailable: (brandId) => standing(brandId).available,
    changed,
    onChange: (listener) => void listeners.push(listener),
    beat() {
      return write(async () => {
        const at = now();
        for (const [brandId, agents] of here) {
          const brand = store.brand(brandId);
          const rows = [...agents.keys()].map((agent_id) => presenceRows.seen(brand, { agent_id, node, seen_at: at }));
          await brand.note([...rows, presenceRows.sweep(brand, at - KEPT_MS)]);
        }
        for (const brandId of new Set([...here.keys(), ...seen.keys(), ...standings.keys()])) {
          const online = await presenceRows.online(store.brand(brandId), at - SEEN_FOR_MS);
          const before = seen.get(brandId);
          if (online.size === 0 && !here.has(brandId)) seen.delete(brandId);
          else seen.set(brandId, online);
          standings.delete(brandId);
          // Each node finds out by itself whom a killed one has left behind; the others need not be told.
          if (before === undefined || same(before, online)) continue;
          for (const listener of listeners) listener(brandId);
        }
      });
    },
    async close() {
      closed = true;
      await write(async () => {
        for (const [brandId, agents] of here) {
          const brand = store.brand(brandId);
          await brand.note([...agents.keys()].map((agentId) => presenceRows.gone(brand, agentId, node)));
          changed(brandId);
        }
      });
    },
  };
}
