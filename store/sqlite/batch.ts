// Runs a batch of units in one transaction with one flush to the disk; each unit holds or falls by itself.
import type { DatabaseSync } from 'node:sqlite';
import { genesis, type Sealed, sealRow } from '#store/chain.ts';
import type { Unit, Value, Work } from '#store/engine.ts';
import { Conflict, StoreFault, type StoreFaultCode } from '#store/faults.ts';
import { statementsOf } from '#store/sqlite/connection.ts';
import { conflictOf, faultOf } from '#store/sqlite/faults.ts';
import type { Committed, Scope, Versions } from '#store/store.ts';

/**
 * Plain and small, because it is sent between threads. Of a committed unit: for each part with drafts, first its versions (policy, people),
 * then the number and hash of each of its rows.
 */
export type Answer =
  | readonly (number | string)[]
  | { readonly conflict: string }
  | { readonly fault: StoreFaultCode; readonly message: string };

/** What was committed, from a unit and the answer to it. */
export function committedOf(unit: Unit, answer: readonly (number | string)[]): Committed {
  const rows: Committed['rows'][number][] = [];
  const versions = new Map<Scope, Versions>();
  let at = 0;
  for (const { scope, drafts } of unit) {
    if (drafts.length === 0) continue;
    versions.set(scope, { policy: answer[at++] as number, people: answer[at++] as number });
    for (const { id } of drafts) rows.push({ scope, seq: answer[at++] as number, id, hash: answer[at++] as string });
  }
  return { rows, versions };
}

/** The end of a scope's chain and its versions. */
interface Head {
  seq: number;
  hash: string;
  policy: number;
  people: number;
}

const MOST_HEADS = 10_000;

/** The runner of a connection. It is that connection's only user. */
export function openBatches(db: DatabaseSync, file: string): (units: readonly Unit[]) => Answer[] {
  const prepared = statementsOf(db);
  const dataVersion = db.prepare('pragma data_version');
  const readHead = db.prepare('select audit_seq, audit_hash, policy_version, people_version from brand_heads where scope = ?');
  const findBrand = db.prepare('select 1 from brands where id = ?');
  const saveHead = db.prepare(`insert into brand_heads (scope, audit_seq, audit_hash, policy_version, people_version) values (?, ?, ?, ?, ?)
    on conflict (scope) do update set audit_seq = excluded.audit_seq, audit_hash = excluded.audit_hash, policy_version = excluded.policy_version, people_version = excluded.people_version`);
  const append = db.prepare('insert into audit_rows (brand_id, seq, id, at, actor_kind, actor_id, event, entity_kind, entity_id, detail, previous, hash) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');

  /** What this connection knows of heads: true until another connection commits, which `data_version` tells. */
  const known = new Map<Scope, Head>();
  let seen = -1;

  function headOf(scope: Scope): Head {
    const present = known.get(scope);
    if (present !== undefined) return { ...present };
    const row = readHead.get(scope) as { audit_seq: number; audit_hash: string; policy_version: number; people_version: number } | undefined;
    if (row !== undefined) return { seq: row.audit_seq, hash: row.audit_hash, policy: row.policy_version, people: row.people_version };
    if (scope !== 'system' && findBrand.get(scope) === undefined) throw new Conflict('brand.unknown');
    return { ...genesis(scope), policy: 0, people: 0 };
  }

  function write(work: Work): void {
    for (const { sql, parameters, expect, otherwise } of work.statements) {
      let changes: number | bigint;
      try {
        changes = prepared(sql).run(...(parameters as Value[])).changes;
      } catch (error) {
        throw conflictOf(error, otherwise) ?? error;
      }
      if (expect !== undefined && changes !== expect) throw new Conflict(otherwise ?? 'row.changed');
    }
  }

  function appendRow(row: Sealed): void {
    try {
      append.run(row.scope, row.seq, row.id, row.at, row.actorKind, row.actorId, row.event, row.entityKind, row.entityId, row.detail, row.previous, row.hash);
    } catch (error) {
      throw conflictOf(error, undefined) ?? error;
    }
  }

  function runUnit(unit: Unit, staged: Map<Scope, Head>): Answer {
    const answer: (number | string)[] = [];
    for (const work of unit) {
      write(work);
      if (work.drafts.length === 0) continue;
      const head = staged.get(work.scope) ?? headOf(work.scope);
      if (work.onPolicyVersion !== undefined && work.onPolicyVersion !== head.policy) throw new Conflict('policy.stale');
      head.policy += work.policyBump;
      head.people += work.peopleBump;
      answer.push(head.policy, head.people);
      for (const draft of work.drafts) {
        const row = sealRow(head, work.scope, draft);
        appendRow(row);
        head.seq = row.seq;
        head.hash = row.hash;
        answer.push(row.seq, row.hash);
      }
      staged.set(work.scope, head);
    }
    return answer;
  }

  function runApart(unit: Unit, touched: Set<Scope>, alone: boolean): Answer {
    if (!alone) prepared('savepoint unit').run();
    try {
      const staged = new Map<Scope, Head>();
      const answer = runUnit(unit, staged);
      if (!alone) prepared('release unit').run();
      for (const [scope, head] of staged) {
        known.set(scope, head);
        touched.add(scope);
      }
      return answer;
    } catch (error) {
      // On a full disk and the like SQLite has undone everything already.
      if (!db.isTransaction) throw error;
      if (alone) prepared('rollback').run();
      else {
        prepared('rollback to unit').run();
        prepared('release unit').run();
      }
      return answerOf(error, file);
    }
  }

  function runAll(units: readonly Unit[]): Answer[] {
    prepared('begin immediate').run();
    const version = Object.values(dataVersion.get() ?? {})[0] as number;
    if (version !== seen || known.size > MOST_HEADS) known.clear();
    seen = version;
    const touched = new Set<Scope>();
    const answers = units.map((unit) => runApart(unit, touched, units.length === 1));
    for (const scope of touched) {
      const { seq, hash, policy, people } = known.get(scope) as Head;
      saveHead.run(scope, seq, hash, policy, people);
    }
    if (db.isTransaction) prepared('commit').run();
    return answers;
  }

  return (units) => {
    try {
      return runAll(units);
    } catch (error) {
      known.clear();
      if (db.isTransaction) db.exec('rollback');
      return units.map(() => answerOf(error, file));
    }
  };
}

function answerOf(error: unknown, file: string): Answer {
  const fault = faultOf(error, file);
  return fault instanceof StoreFault ? { fault: fault.code, message: fault.message } : { conflict: fault.code };
}
