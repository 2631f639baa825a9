// Places of files that come in at one moment on this node: so many of everybody, of all chats, of one network in the chat and of one person.
// Where those of the chats are gone, the network that holds the most gives one to a network that holds fewer: who sends slowly from a few networks keeps no customer out.
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
  /** It is still coming, or waits for its turn: nothing is lost but time where it is cut now. */
  mayYield(): boolean;
  cut(): void;
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

  /** Of the networks that hold clearly more than this one, the one with the most that has one to give; of it, whoever came first. */
  function yielding(network: string): Taker | null {
    const least = (networks.get(network)?.size ?? 0) + 2;
    for (const theirs of [...networks.values()].filter(({ size }) => size >= least).toSorted((one, other) => other.size - one.size)) {
      const gives = theirs.values().find((taker) => taker.mayYield());
      if (gives !== undefined) return gives;
    }
    return null;
  }

  /** Who makes room for one more of this network in the chat; undefined where none has to. */
  const givesWay = (network: string | null): Taker | null | undefined => (network === null || chats < CHAT_AT_ONCE ? undefined : yielding(network));

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
      if (network !== null && (networks.get(network)?.size ?? 0) >= NETWORK_AT_ONCE) return 'upload.busy';
      const gives = givesWay(network);
      return gives === null || (gives === undefined && under.size >= MOST_AT_ONCE) ? 'upload.busy' : null;
    },
    take(taker) {
      const { person, network } = taker;
      const gives = givesWay(network);
      if (gives) {
        // As a line that broke: what came of a file that can be gone on with is kept.
        gives.cut();
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
