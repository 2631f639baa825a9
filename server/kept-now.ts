// Whether a conversation is kept still, asked once for all who are told of it at one moment.
import { isKept } from '#inbox/sight.ts';
import type { ConversationRow } from '#store/conversations.ts';
import type { Brand } from '#server/brands.ts';

export function keptNow(brand: Brand, now: () => number): (row: ConversationRow) => boolean {
  let asked: { readonly row: ConversationRow; readonly policy: Brand['policy']; readonly at: number; readonly kept: boolean } | null = null;
  return (row) => {
    const at = now();
    if (asked === null || asked.row !== row || asked.at !== at || asked.policy !== brand.policy) asked = { row, policy: brand.policy, at, kept: isKept(brand.policyIn, row, at) };
    return asked.kept;
  };
}
