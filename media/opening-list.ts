// Who opened a file, as the trail has it: the newest first, with the names of agents and what is known of everybody else.
import { search } from '#audit/search.ts';
import type { BrandStore } from '#store/store.ts';

export interface ShownOpening {
  readonly at: number;
  /** `nobody`: whoever held a link. `recipient`: to whom a link was mailed. */
  readonly who: 'agent' | 'customer' | 'recipient' | 'key' | 'nobody';
  /** Of an agent. */
  readonly name: string | null;
  readonly what: 'file' | 'thumbnail';
  readonly by: 'session' | 'link' | 'recipient';
  readonly address: string | null;
}

const MOST = 200;

/** `agents`: names by id. */
export async function openingsOf(brand: BrandStore, fileId: string, agents: ReadonlyMap<string, string>): Promise<readonly ShownOpening[]> {
  const { rows } = await search(brand, { event: 'file.opened', entity: fileId }, MOST);
  return rows.map(({ at, actor_kind: kind, actor_id: id, detail }) => {
    const { facts } = JSON.parse(detail) as { facts: { what: ShownOpening['what']; by: ShownOpening['by']; address: string | null } };
    const who = facts.by === 'recipient' ? 'recipient' : kind === 'agent' || kind === 'customer' || kind === 'key' ? kind : 'nobody';
    return { at, who, name: kind === 'agent' ? (agents.get(id ?? '') ?? id) : null, what: facts.what, by: facts.by, address: facts.address };
  });
}
