// What the API door decided, for the journal: the same key at the same address, shown the same way, counts its groups up, and costs next to nothing.
import { decideApiAccess, decideTokenPlace, type TokenKind, type TokenPlace } from '#policy/decide/api-access.ts';
import type { Policy } from '#policy/effective.ts';
import type { LiveKey } from '#identity/live-keys.ts';
import type { Brand } from '#server/brands.ts';
import type { Client } from '#server/client.ts';
import { type Group, type Journal, noJournal } from '#server/journal.ts';
import { countUp, openMemo } from '#server/journal-memo.ts';

/** One call: `held` is the key that was shown, where it was found; `id` of it, where it is known whose call this is. */
export interface NotedCall {
  readonly held: LiveKey | undefined;
  readonly id: string | null;
  readonly client: Client;
  readonly place: TokenPlace;
  readonly kind: TokenKind;
}

export type KeyJournal = (brand: Brand, call: NotedCall, at: number) => void;

/** What the answers of a brand to a call hang on. */
interface Stamp {
  readonly policy: Policy;
  readonly address: string | null;
  readonly place: TokenPlace;
  readonly kind: TokenKind;
  readonly id: string | null;
}

export function openKeyJournal(journal: Journal): KeyJournal {
  if (journal === noJournal) return () => undefined;
  const memo = openMemo<Stamp>(journal);

  /** The questions in the order of the door, until one is answered with no. */
  function noteAll({ id: brandId, policy }: Brand, { id, client, place, kind }: NotedCall): Group[] {
    const subject = id === null ? { kind: 'anonymous', id } as const : { kind: 'key', id } as const;
    const access = decideApiAccess(policy, { address: client.address });
    const groups = [journal.note(brandId, { question: 'api-access', channel: null, subject, facts: { address: client.address }, decision: access, version: policy.version })];
    if (access.allowed) groups.push(journal.note(brandId, { question: 'token-place', channel: null, subject, facts: { place, kind }, decision: decideTokenPlace(policy, { place, kind }), version: policy.version }));
    return groups;
  }

  return (brand, call, at) => {
    const { policy } = brand;
    const { id, client, place, kind } = call;
    const who = call.held ?? brand;
    const last = memo.last(who);
    if (last === undefined || last.stamp.policy !== policy || last.stamp.address !== client.text || last.stamp.place !== place || last.stamp.kind !== kind || last.stamp.id !== id) {
      memo.keep(who, { policy, address: client.text, place, kind, id }, noteAll(brand, call));
    } else countUp(last.groups, at);
  };
}
