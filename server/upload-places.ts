// Places of files that come in at one moment on this node: so many of everybody, of all chats, of one network in the chat and of one person.
// Where those of the chats are gone, the network that holds the most gives one to a network that holds fewer: who sends slowly from a few networks keeps no customer out.
import type { IncomingMessage } from 'node:http';

/** Of everybody, agents and programs too. */
const MOST_AT_ONCE = 128;
/** Of them those of all chats together: slow ones, from however many networks, keep nobody out who works here, nor a program. */
const CHAT_AT_ONCE = 96;
const NETWORK_AT_ONCE = 64;
const PERSON_AT_ONCE = Object.freeze({ customer: 20, agent: 64 });

/** Who brings a file, and what it comes through. */
export interface Taker {
  readonly person: string;
  readonly side: 'customer' | 'agent';
  /** Null: not of the chat. */
  readonly network: string | null;
  readonly raw: Pick<IncomingMessage, 'complete' | 'destroy'>;
}

export interface UploadPlaces {
  /** Why there is no place for this one; null where there is one, be it another's until now. */
  full(taker: Taker): 'upload.busy' | 'upload.too_fast' | null;
  /** Takes a place until the answer is called; that of another where there is no other. */
  take(taker: Taker): () => void;
  none(): boolean;
}

export function openUploadPlaces(): UploadPlaces {
  /** In the order in which they came. */
  const under = new Set<Taker>();
  const people = new Map<string, number>();
  /** Of the chats. */
  const networks = new Map<string, Set<Taker>>();
  let chats = 0;

  /** The network with the most, and of it whoever came first and is still sending. Null: it holds hardly more than `network`, or all it brought has come. */
  function yielding(network: string): Taker | null {
    let most: ReadonlySet<Taker> = new Set();
    for (const theirs of networks.values()) if (theirs.size > most.size) most = theirs;
    return most.size < (networks.get(network)?.size ?? 0) + 2 ? null : (most.values().find(({ raw }) => !raw.complete) ?? null);
  }

  function leave(taker: Taker): void {
    if (!under.delete(taker)) return;
    const { person, network } = taker;
    const left = (people.get(person) ?? 0) - 1;
    if (left > 0) people.set(person, left);
    else people.delete(person);
    if (network === null) return;
    chats -= 1;
    const theirs = networks.get(network);
    theirs?.delete(taker);
    if (theirs?.size === 0) networks.delete(network);
  }

  return {
    full({ person, side, network }) {
      if ((people.get(person) ?? 0) >= PERSON_AT_ONCE[side]) return 'upload.too_fast';
      if (network !== null && ((networks.get(network)?.size ?? 0) >= NETWORK_AT_ONCE || (chats >= CHAT_AT_ONCE && yielding(network) === null))) return 'upload.busy';
      return under.size >= MOST_AT_ONCE ? 'upload.busy' : null;
    },
    take(taker) {
      const { person, network } = taker;
      const gives = network !== null && chats >= CHAT_AT_ONCE ? yielding(network) : null;
      if (gives !== null) {
        // As a line that broke: what came of a file that can be gone on with is kept.
        gives.raw.destroy();
        leave(gives);
      }
      under.add(taker);
      people.set(person, (people.get(person) ?? 0) + 1);
      if (network !== null) {
        chats += 1;
        const theirs = networks.get(network);
        if (theirs === undefined) networks.set(network, new Set([taker]));
        else theirs.add(taker);
      }
      return () => leave(taker);
    },
    none: () => under.size === 0,
  };
}
