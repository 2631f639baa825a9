// Erases what is due, some at a time, and then customers of whom nothing is left. Several nodes may do it at once: each unit asks again.
import { retentionEnds } from '#policy/decide/retention.ts';
import type { Policy } from '#policy/effective.ts';
import { newId } from '#identity/tokens.ts';
import { advance } from '#store/feed.ts';
import * as decisionRows from '#store/decisions.ts';
import * as retention from '#store/retention.ts';
import * as saltRows from '#store/salts.ts';
import { Conflict, type Part } from '#store/store.ts';
import type { PrivacyParts } from '#inbox/redaction.ts';

/** Of one round and brand. */
const MOST_CONVERSATIONS = 200;
const MOST_CUSTOMERS = 200;

/** A unit that another node, a hold or a new message was before: not this time. */
async function unless(commit: PrivacyParts['commit'], part: Part): Promise<number> {
  try {
    await commit([part]);
    return 1;
  } catch (error) {
    if (error instanceof Conflict && error.code === 'retention.changed') return 0;
    throw error;
  }
}

/** How many conversations are due under `next` that are not under `present`. */
export async function duePreview({ store, now }: Pick<PrivacyParts, 'store' | 'now'>, brandId: string, present: Policy, next: Policy): Promise<number> {
  const brand = store.brand(brandId);
  const at = now();
  const [before, after] = await Promise.all([present, next].map((policy) => retention.countDue(brand, retentionEnds(policy, at))));
  return Math.max(0, (after ?? 0) - (before ?? 0));
}

/** One round: at most 200 conversations and 200 customers. Gives how many of each went. */
export async function eraseDue({ store, commit, now }: PrivacyParts, brandId: string, policy: Policy): Promise<{ conversations: number; customers: number }> {
  const brand = store.brand(brandId);
  const at = now();
  const ends = retentionEnds(policy, at);
  const system = { kind: 'system', id: null } as const;
  const ways = [ends.open, ends.solved, ends.archived].filter((end) => end !== null);
  // Nothing is ever due: nobody's customers are looked at.
  if (ways.length === 0) return { conversations: 0, customers: 0 };
  let conversations = 0;
  for (const row of await retention.due(brand, ends, MOST_CONVERSATIONS)) {
    const facts = { number: row.number, status: row.status, messages: await retention.messagesOf(brand, row.id) };
    const entry = { id: newId('evt'), at, actor: system, event: 'retention.erased', entity: { kind: 'conversation', id: row.id }, facts };
    conversations += await unless(commit, brand.part({ statements: [advance(brand), ...retention.erase(brand, row.id, ends)], entries: [entry], bumps: ['inbox'] }));
  }
  // Who was here after the shortest of the times may still begin a conversation.
  const seenBefore = Math.max(...ways);
  let customers = 0;
  for (const id of await retention.leftCustomers(brand, at, seenBefore, MOST_CUSTOMERS)) {
    const entry = { id: newId('evt'), at, actor: system, event: 'retention.customer_erased', entity: { kind: 'customer', id } };
    customers += await unless(commit, brand.part({ statements: [...retention.eraseCustomer(brand, id, at, seenBefore), saltRows.drop(brand, id), decisionRows.forget(brand, id)], entries: [entry] }));
  }
  return { conversations, customers };
}
