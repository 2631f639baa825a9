// Why was this refused: the refusals that name a conversation, its customer or one of their chat sessions.
import { denials, type DenialCode } from '#policy/decision.ts';
import type { AuditRow } from '#store/audit-rows.ts';
import type { ConversationRow } from '#store/conversations.ts';
import * as refusalRows from '#store/refusals.ts';
import type { BrandStore } from '#store/store.ts';

export interface Refusal {
  readonly id: string;
  readonly at: number;
  readonly code: string;
  readonly title: string;
  /** What can be done, in words. */
  readonly sentence: string;
  readonly door: string | null;
  /** The key of the setting that decided; only for who may see the trail. */
  readonly setting: string | null;
}

const MOST = 20;

function names(row: AuditRow, facts: Readonly<Record<string, unknown>>, ids: ReadonlySet<string>): boolean {
  if (row.actor_id !== null && ids.has(row.actor_id)) return true;
  return Object.values(facts).some((fact) => typeof fact === 'string' && ids.has(fact));
}

/** The newest first. Without `mayAudit` no setting: which rule it was is told to those alone who may read the trail. */
export async function refusalsOf(brand: BrandStore, conversation: Pick<ConversationRow, 'id' | 'customer_id'>, mayAudit: boolean, from: number): Promise<Refusal[]> {
  const [rows, sessions] = await Promise.all([refusalRows.newest(brand, from), refusalRows.sessionsOf(brand, conversation.customer_id)]);
  const ids = new Set([conversation.id, conversation.customer_id, ...sessions]);
  const found: Refusal[] = [];
  for (const row of rows) {
    const { facts = {} } = JSON.parse(row.detail) as { facts?: Readonly<Record<string, unknown>> };
    if (!names(row, facts, ids)) continue;
    const code = String(facts['code']);
    const words = Object.hasOwn(denials, code) ? denials[code as DenialCode] : undefined;
    const setting = mayAudit && typeof facts['setting'] === 'string' ? facts['setting'] : null;
    // A sentence may name a fact of the row, which is not told here.
    found.push({ id: row.id, at: row.at, code, title: words?.title ?? code, sentence: (words?.sentence ?? '').replace(/\{\w+\}/g, '…'), door: row.entity_id, setting });
    if (found.length === MOST) break;
  }
  return found;
}
