// Whether each audit chain ends where its head says; its rows themselves are checked by `audit verify`.
import type { Row } from '#store/engine.ts';

const ENDS = `select h.scope as scope, h.audit_seq as audit_seq, h.audit_hash as audit_hash, r.seq as seq, r.hash as hash
  from brand_heads h left join audit_rows r on r.brand_id = h.scope and r.seq = (select max(n.seq) from audit_rows n where n.brand_id = h.scope)`;

/** One sentence for each chain that does not. */
export async function chainEnds(read: (sql: string) => Promise<Row[]>): Promise<string[]> {
  const problems: string[] = [];
  for (const row of await read(ENDS)) {
    if (row['audit_seq'] === row['seq'] && row['audit_hash'] === row['hash']) continue;
    problems.push(`The audit chain of ${String(row['scope'])} should end at row ${String(row['audit_seq'])} and ends at row ${String(row['seq'] ?? 0)}.`);
  }
  return problems;
}
