// Searches the audit trail by what the store can ask for and by what stood before and after a change; bounded, with a cursor to go on.
import * as auditRows from '#store/audit-rows.ts';
import type { BrandStore } from '#store/store.ts';

export interface Search extends Omit<auditRows.AuditFilter, 'limit'> {
  /** Rows whose value before the change contains this text, whatever its case. */
  readonly beforeHas?: string | undefined;
  readonly afterHas?: string | undefined;
}

export interface Found {
  readonly rows: readonly auditRows.AuditRow[];
  /** Where to go on; null at the beginning of the chain. */
  readonly next: number | null;
}

/** Rows read at once, and in all for one page: a search for something rare answers in time and goes on from its cursor. */
const BATCH = 500;
const MOST_READ = 20_000;

function contains(value: unknown, text: string | undefined): boolean {
  if (text === undefined) return true;
  if (value === undefined || value === null) return false;
  return JSON.stringify(value).toLowerCase().includes(text.toLowerCase());
}

/** The newest first, `limit` rows at most. */
export async function search(brand: BrandStore, asked: Search, limit: number): Promise<Found> {
  const { beforeHas, afterHas, ...filter } = asked;
  const plain = beforeHas === undefined && afterHas === undefined;
  const found: auditRows.AuditRow[] = [];
  let cursor = filter.before;
  for (let read = 0; read < MOST_READ; ) {
    const batch = await auditRows.page(brand, { ...filter, before: cursor, limit: plain ? limit + 1 : BATCH });
    for (const row of batch) {
      if (found.length === limit) return { rows: found, next: cursor ?? null };
      const detail = plain ? {} : (JSON.parse(row.detail) as { before?: unknown; after?: unknown });
      if (plain || (contains(detail.before, beforeHas) && contains(detail.after, afterHas))) found.push(row);
      cursor = row.seq;
    }
    if (batch.length < (plain ? limit + 1 : BATCH)) return { rows: found, next: null };
    read += batch.length;
  }
  return { rows: found, next: cursor ?? null };
}
