// Refusals in the audit trail, read back for one conversation: bounded, since the trail has an index on its numbers alone.
import * as auditRows from '#store/audit-rows.ts';
import type { BrandStore, Scoped } from '#store/store.ts';
import type { SharedTables } from '#store/tables.ts';

/** Rows of the trail that are looked back over, and refusals that are taken of them. */
const MOST_BACK = 50_000;
const MOST_REFUSALS = 2_000;

/** The newest refusals from `from` (ms) on. */
export async function newest(brand: BrandStore, from: number): Promise<auditRows.AuditRow[]> {
  const head = await auditRows.last(brand);
  if (head === undefined) return [];
  const { q, all } = brand as unknown as Scoped<SharedTables>;
  return all(q.selectFrom('audit_rows').selectAll().where('seq', '>', head.seq - MOST_BACK).where('event', '=', 'request.refused').where('at', '>=', from).orderBy('seq', 'desc').limit(MOST_REFUSALS));
}

/** Every chat session a customer ever had: refusals name them. */
export async function sessionsOf(brand: BrandStore, customerId: string): Promise<string[]> {
  const rows = await brand.all(brand.q.selectFrom('chat_sessions').select('id').where('customer_id', '=', customerId));
  return rows.map((row) => row.id);
}
