// What a node does after it changed a person itself: their sessions here are read again, and their sockets judged.
import type { LiveSession } from '#identity/sessions.ts';
import type { BrandId } from '#store/store.ts';
import type { Parts } from '#server/parts.ts';

/** Call it once the change is durable. Other nodes are told by the unit's `people` bump. */
export async function personChanged({ sessions, live }: Pick<Parts, 'sessions' | 'live'>, brandId: BrandId, agentId: string): Promise<void> {
  const theirs: LiveSession[] = [];
  for (const session of sessions.each()) if (session.brandId === brandId && session.person.id === agentId) theirs.push(session);
  await Promise.all(theirs.map((session) => sessions.refresh(session)));
  live.judgeBrand(brandId);
  live.tellPeople(brandId);
}
