// Whether a conversation is kept still, asked once for all who are told of it at one moment.
import { isKept } from '#inbox/sight.ts';
import type { ConversationRow } from '#store/conversations.ts';
import type { Brand } from '#server/brands.ts';

export function keptNow(brand: Brand, now: () => number): (row: ConversationRow) => boolean {
  let asked: { readonly policy: Brand['policy']; readonly at: number; readonly rows: Map<ConversationRow, boolean> } | null = null;
  return (row) => {
    const at = now();
    if (asked === null || asked.at !== at || asked.policy !== brand.policy) asked = { policy: brand.policy, at, rows: new Map() };
    const present = asked.rows.get(row);
    if (present !== undefined) return present;
    const kept = isKept(brand.policyIn, row, at);
    asked.rows.set(row, kept);
    return kept;
  };
}
