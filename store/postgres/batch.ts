// Runs a batch of units in one transaction with one commit; each unit holds or falls by itself.
import type pg from 'pg';
import { genesis, type Sealed, sealRow } from '#store/chain.ts';
import type { Row, Unit, Work } from '#store/engine.ts';
import { Conflict } from '#store/faults.ts';
import { namesOf } from '#store/postgres/connection.ts';
import { conflictOf } from '#store/postgres/faults.ts';
import type { Committed, Scope, Versions } from '#store/store.ts';

export type Answer = { readonly committed: Committed } | { readonly error: unknown };

interface Head {
  readonly seq: number;
  readonly hash: string;
  readonly policy: number;
  readonly people: number;
}

type Heads = Map<Scope, Head>;

/** What a unit adds, once its statements held. */
interface Outcome {
  readonly committed: Committed;
  readonly rows: readonly Sealed[];
  readonly heads: Heads;
}

// Every node locks the heads of a batch in the same order, before anything else: no two can wait for each other.
const LOCK_HEADS = 'select scope, audit_seq, audit_hash, policy_version, people_version from brand_heads where scope = any($1) order by scope for update';
const FIRST_HEAD = `insert into brand_heads (scope, audit_seq, audit_hash, policy_version, people_version)
  select $1::text, 0, $2::text, 0, 0 where $1::text = 'system' or exists (select 1 from brands where id = $1::text) on conflict (scope) do nothing`;
const SAVE_HEADS = `update brand_heads h set audit_seq = n.seq, audit_hash = n.hash, policy_version = n.policy, people_version = n.people
  from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[]) as n (scope, seq, hash, policy, people) where h.scope = n.scope`;
const APPEND = `insert into audit_rows (brand_id, seq, id, at, actor_kind, actor_id, event, entity_kind, entity_id, detail, previous, hash)
  select scope, seq, id, at, "actorKind", "actorId", event, "entityKind", "entityId", detail, previous, hash from json_to_recordset($1::json) as sealed
  (scope text, seq bigint, id text, at bigint, "actorKind" text, "actorId" text, event text, "entityKind" text, "entityId" text, detail text, previous text, hash text)`;
const NOTIFY = 'select pg_notify($1, n.payload) from unnest($2::text[]) as n (payload)';

/** The runner of a connection in pipeline mode. It is that connection's only user. `sign` marks this node's own notices. */
export function openBatches(client: pg.Client, channel: string, sign: string) {
  const nameOf = namesOf();
  let committing = false;

  function ask(text: string, values: readonly unknown[] = []): Promise<pg.QueryResult<Row>> {
    const name = nameOf(text);
    const asked = client.query<Row>({ text, values: values as unknown[], ...(name === undefined ? {} : { name }) });
    // Answers are awaited in order; a later one that fails meanwhile must not count as unhandled.
    asked.catch(() => {});
    return asked;
  }

  function begin(units: readonly Unit[]): () => Promise<Heads> {
    ask('begin');
    const scopes = [...new Set(units.flatMap((unit) => unit.map((work) => work.scope)))];
    const locked = ask(LOCK_HEADS, [scopes]);
    return async () => new Map((await locked).rows.map(headOf));
  }

  function write(unit: Unit): () => Promise<void> {
    const asked = unit.flatMap((work) => work.statements.map((statement) => ({ statement, result: ask(statement.sql, statement.parameters) })));
    return async () => {
      for (const { statement, result } of asked) {
        const { rowCount } = await result.catch((error: unknown) => {
          throw conflictOf(error, statement.otherwise) ?? error;
        });
        if (statement.expect !== undefined && rowCount !== statement.expect) throw new Conflict(statement.otherwise ?? 'row.changed');
      }
    };
  }

  async function firstHead(scope: Scope): Promise<Head> {
    ask(FIRST_HEAD, [scope, genesis(scope).hash]);
    const [row] = (await ask(LOCK_HEADS, [[scope]])).rows;
    if (row === undefined) throw new Conflict('brand.unknown');
    return headOf(row)[1];
  }

  async function seal(unit: Unit, heads: Heads): Promise<Outcome> {
    const rows: Sealed[] = [];
    const staged: Heads = new Map();
    for (const work of unit) {
      if (work.drafts.length === 0) continue;
      let head = staged.get(work.scope) ?? heads.get(work.scope) ?? (await firstHead(work.scope));
      if (work.onPolicyVersion !== undefined && work.onPolicyVersion !== head.policy) throw new Conflict('policy.stale');
      const sealed = sealAll(head, work);
      rows.push(...sealed);
      const last = sealed.at(-1) as Sealed;
      head = { seq: last.seq, hash: last.hash, policy: head.policy + work.policyBump, people: head.people + work.peopleBump };
      staged.set(work.scope, head);
    }
    const versions = new Map([...staged].map(([scope, { policy, people }]): [Scope, Versions] => [scope, { policy, people }]));
    return { committed: { rows: rows.map(({ scope, seq, id, hash }) => ({ scope, seq, id, hash })), versions }, rows, heads: staged };
  }

  function append(rows: readonly Sealed[]): Promise<unknown> {
    if (rows.length === 0) return Promise.resolve();
    // One text for all rows: twelve arrays cost three times the CPU to write down.
    return ask(APPEND, [JSON.stringify(rows)]).catch((error: unknown) => {
      throw conflictOf(error, undefined) ?? error;
    });
  }

  async function finish(units: readonly Unit[], touched: Heads): Promise<void> {
    const waits: Promise<unknown>[] = [];
    const heads = [...touched];
    if (heads.length > 0) {
      waits.push(ask(SAVE_HEADS, [heads.map(([scope]) => scope), heads.map(([, h]) => h.seq), heads.map(([, h]) => h.hash), heads.map(([, h]) => h.policy), heads.map(([, h]) => h.people)]));
    }
    const bumped = new Set(units.flatMap((unit) => unit.filter((work) => work.policyBump + work.peopleBump + work.inboxBump > 0).map((work) => `${sign} ${work.scope}`)));
    if (bumped.size > 0) waits.push(ask(NOTIFY, [channel, [...bumped]]));
    committing = true;
    const committed = ask('commit');
    for (const wait of waits) await wait;
    const { command } = await committed;
    committing = false;
    if (command !== 'COMMIT') throw new Error('PostgreSQL undid a transaction that should have been committed.');
  }

  // The usual case: all statements are sent at once, without savepoints.
  async function together(units: readonly Unit[]): Promise<Answer[]> {
    const locked = begin(units);
    const written = units.map(write);
    const heads = await locked();
    for (const wait of written) await wait();
    const answers: Answer[] = [];
    const rows: Sealed[] = [];
    const touched: Heads = new Map();
    for (const unit of units) {
      const outcome = await seal(unit, heads);
      take(outcome, heads, touched);
      rows.push(...outcome.rows);
      answers.push({ committed: outcome.committed });
    }
    await append(rows);
    await finish(units, touched);
    return answers;
  }

  // After a failure: each unit behind a savepoint, so that only the failing ones fall.
  async function apart(units: readonly Unit[]): Promise<Answer[]> {
    const heads = await begin(units)();
    const answers: Answer[] = [];
    const held: Unit[] = [];
    const touched: Heads = new Map();
    for (const unit of units) {
      ask('savepoint unit');
      try {
        await write(unit)();
        const outcome = await seal(unit, heads);
        await append(outcome.rows);
        await ask('release savepoint unit');
        take(outcome, heads, touched);
        held.push(unit);
        answers.push({ committed: outcome.committed });
      } catch (error) {
        await ask('rollback to savepoint unit');
        answers.push({ error });
      }
    }
    await finish(held, touched);
    return answers;
  }

  return {
    /** True when a commit was sent and not answered. */
    committing: () => committing,
    /** Throws when the batch as a whole failed. */
    async run(units: readonly Unit[]): Promise<Answer[]> {
      committing = false;
      try {
        return await together(units);
      } catch (error) {
        await client.query('rollback');
        committing = false;
        if (units.length === 1) return [{ error }];
      }
      return await apart(units);
    },
  };
}

function headOf(row: Row): [Scope, Head] {
  return [row['scope'] as Scope, { seq: row['audit_seq'] as number, hash: row['audit_hash'] as string, policy: row['policy_version'] as number, people: row['people_version'] as number }];
}

function sealAll(head: Head, work: Work): Sealed[] {
  const rows: Sealed[] = [];
  for (const draft of work.drafts) rows.push(sealRow(rows.at(-1) ?? head, work.scope, draft));
  return rows;
}

function take(outcome: Outcome, heads: Heads, touched: Heads): void {
  for (const [scope, head] of outcome.heads) {
    heads.set(scope, head);
    touched.set(scope, head);
  }
}
