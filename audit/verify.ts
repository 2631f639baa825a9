// Verifies audit chains: each row hashes the one before, each signed head stands where it was signed, and no tail is cut.
import type { KeyObject } from 'node:crypto';
import * as auditRows from '#store/audit-rows.ts';
import * as brandHeads from '#store/brand-heads.ts';
import * as brandRows from '#store/brands.ts';
import { genesis, judgeRow, type Link } from '#store/chain.ts';
import * as headRows from '#store/heads.ts';
import { type Store, StoreFault } from '#store/store.ts';
import { holdsHead, type SignedHead } from '#audit/signing.ts';

export interface Whole {
  readonly scope: string;
  readonly whole: true;
  readonly rows: number;
  /** Signed heads that hold, in the database and outside. */
  readonly heads: number;
  /** Of them, those that are kept outside the database. */
  readonly kept: number;
  readonly signedTo: number;
  /** ms since 1970 UTC */
  readonly signedAt: number | null;
}

export interface Broken {
  readonly scope: string;
  readonly whole: false;
  /** The first row that is wrong. */
  readonly row: number;
  /** One sentence. */
  readonly reason: string;
}

export type Verdict = Whole | Broken;

/** Rows read at once: bounds memory, not the length of a chain. */
const BATCH = 2_000;

export interface Witnesses {
  /** Public keys by id, retired ones too. They come from outside the database. */
  readonly keys: ReadonlyMap<string, KeyObject>;
  /** Heads that were also written outside the database, so that a tail cut together with its heads is seen. */
  readonly kept: readonly SignedHead[];
}

/** Why a head proves nothing, in one sentence; null when it holds. */
function headFault(head: SignedHead, { keys }: Witnesses): string | null {
  const publicKey = keys.get(head.keyId);
  if (publicKey === undefined) return `The head signed at row ${head.seq} names the key ${head.keyId}, which is not in the key ring.`;
  if (holdsHead({ id: head.keyId, publicKey }, head)) return null;
  return `The signature of the head at row ${head.seq} is not of our key: the head was made or changed by somebody else.`;
}

interface Heads {
  /** Those that hold, by row. */
  readonly held: readonly SignedHead[];
  readonly kept: number;
  readonly bad: Broken | null;
}

async function headsOf(store: Store, scope: string, witnesses: Witnesses): Promise<Heads> {
  const stored = (await headRows.of(store.system, scope)).map((row): SignedHead => ({ scope, seq: row.seq, hash: row.hash, at: row.at, keyId: row.key_id, signature: row.signature }));
  const kept = witnesses.kept.filter((head) => head.scope === scope);
  // Most heads stand in both places; checking a signature is what costs.
  const once = new Map([...stored, ...kept].map((head) => [`${head.seq} ${head.at} ${head.hash} ${head.keyId} ${head.signature}`, head]));
  const held: SignedHead[] = [];
  let bad: Broken | null = null;
  for (const head of [...once.values()].sort((a, b) => a.seq - b.seq || a.at - b.at)) {
    const reason = headFault(head, witnesses);
    if (reason === null) held.push(head);
    else bad ??= { scope, whole: false, row: head.seq, reason };
  }
  return { held, kept: kept.length, bad };
}

/** What the writer itself says of the chain's end: it covers the rows that are not signed yet. */
function endFault(ends: Link | undefined, last: Link, hashThere: string | undefined): Omit<Broken, 'scope'> | null {
  if (ends === undefined) return last.seq === 0 ? null : { whole: false, row: last.seq, reason: `The record of where the chain ends is gone, while ${last.seq} rows of it stand.` };
  if (ends.seq > last.seq) return { whole: false, row: last.seq + 1, reason: `Rows ${last.seq + 1} to ${ends.seq} are missing at the end: they were written and are gone.` };
  if (ends.seq > 0 && ends.hash !== hashThere) return { whole: false, row: ends.seq, reason: `Row ${ends.seq} is not the row that was written last: the end of the chain was written anew.` };
  return null;
}

/** Walks one chain from its first row, also while the server appends. Reads in batches; a million rows take seconds. */
export async function verifyChain(store: Store, scope: string, witnesses: Witnesses): Promise<Verdict> {
  const chain = scope === 'system' ? store.system : store.brand(scope);
  // Read before the walk: rows may come meanwhile, and none may go.
  const end = await brandHeads.of(store.system, scope);
  const ends = end === undefined ? undefined : { seq: end.audit_seq, hash: end.audit_hash };
  const { held, kept, bad } = await headsOf(store, scope, witnesses);
  const last = held.at(-1);

  let previous = genesis(scope);
  let hashAtEnd: string | undefined;
  let next = 0;
  for await (const batch of auditRows.each(chain, 1, BATCH)) {
    for (const row of batch) {
      const seq = previous.seq + 1;
      const reason = judgeRow(previous, auditRows.sealedOf(chain, row));
      if (reason !== null) return { scope, whole: false, row: seq, reason };
      for (; held[next]?.seq === seq; next += 1) {
        if (held[next]?.hash !== row.hash) return { scope, whole: false, row: seq, reason: `Row ${seq} is not the row that was signed: the chain was written anew.` };
      }
      if (seq === ends?.seq) hashAtEnd = row.hash;
      previous = { seq, hash: row.hash };
    }
  }
  if (last !== undefined && last.seq > previous.seq) {
    return { scope, whole: false, row: previous.seq + 1, reason: `Rows ${previous.seq + 1} to ${last.seq} are missing at the end: they were signed and are gone.` };
  }
  const wrongEnd = endFault(ends, previous, hashAtEnd);
  if (wrongEnd !== null) return { scope, ...wrongEnd };
  return bad ?? { scope, whole: true, rows: previous.seq, heads: held.length, kept, signedTo: last?.seq ?? 0, signedAt: last?.at ?? null };
}

export interface Named {
  /** The brand's slug, `system`, or the scope itself when its brand is gone. */
  readonly name: string;
  readonly verdict: Verdict;
}

/**
 * Verifies every chain there is or ever was signed: a brand that was taken off the list with its rows is missed all the same.
 * @param slug this brand alone; nothing is yielded when there is none
 */
export async function* verifyAll(store: Store, witnesses: Witnesses, slug?: string): AsyncGenerator<Named, void, void> {
  const names = new Map((await brandRows.all(store.system)).map((brand) => [brand.id, brand.slug]));
  const ever = [...names.keys(), ...(await brandHeads.all(store.system)).map((head) => head.scope), ...(await headRows.scopes(store.system)), ...witnesses.kept.map((head) => head.scope)];
  for (const scope of new Set(['system', ...ever])) {
    const name = scope === 'system' ? scope : names.get(scope);
    if (slug !== undefined && (name !== slug || scope === 'system')) continue;
    yield { name: name ?? scope, verdict: name === undefined ? await verifyGone(store, scope, witnesses) : await verifyChain(store, scope, witnesses) };
  }
}

/** Brands are never removed: one that is gone is a break, whatever is left of its chain. */
async function verifyGone(store: Store, scope: string, witnesses: Witnesses): Promise<Verdict> {
  try {
    const verdict = await verifyChain(store, scope, witnesses);
    return verdict.whole ? { scope, whole: false, row: verdict.rows, reason: `The brand was taken off the list of brands, while the ${verdict.rows} rows of its chain stand.` } : verdict;
  } catch (error) {
    if (!(error instanceof StoreFault) || error.code !== 'store.misuse') throw error;
    return { scope, whole: false, row: 0, reason: 'A head names a chain that cannot be: somebody else wrote it.' };
  }
}
