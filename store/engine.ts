// What an engine (SQLite, PostgreSQL) gives: it runs compiled queries and units; scopes and audit rows are none of its business.
import type { Dialect } from 'kysely';
import type { BrandId, Committed, HeadVersions, Hit, Integrity, Scope, Search, Statement } from '#store/store.ts';
import type { DumpLine } from '#store/dump.ts';

export type Value = string | number | null | Uint8Array;
export type Row = Record<string, Value>;

/** An audit row but for its place in the chain. `detail` is canonical JSON. */
export interface Draft {
  readonly id: string;
  readonly at: number;
  readonly actorKind: string;
  readonly actorId: string | null;
  readonly event: string;
  readonly entityKind: string;
  readonly entityId: string | null;
  readonly detail: string;
}

/** A part as the engine gets it: checked, and plain enough to be sent to a thread. */
export interface Work {
  readonly scope: Scope;
  readonly statements: readonly Statement[];
  readonly drafts: readonly Draft[];
  readonly policyBump: number;
  readonly peopleBump: number;
  /** The feed of the inbox went on: only told, the number stands in the counters. */
  readonly inboxBump: number;
  readonly onPolicyVersion: number | undefined;
}

/** All of it or nothing. */
export type Unit = readonly Work[];

export interface Engine {
  readonly name: 'sqlite' | 'postgres';
  readonly dialect: Pick<Dialect, 'createQueryCompiler' | 'createAdapter'>;
  read(sql: string, parameters: readonly unknown[]): Promise<Row[]>;
  /** The same of what is asked again and again: from memory where the engine knows for sure that nothing was committed since. */
  readOften(sql: string, parameters: readonly unknown[]): Promise<readonly Row[]>;
  /** Durable when it resolves. */
  run(unit: Unit): Promise<Committed>;
  versions(scopes: readonly Scope[]): Promise<Map<Scope, HeadVersions>>;
  search(brand: BrandId, search: Search): Promise<Hit[]>;
  /** To other nodes, where there are any. */
  whisper(text: string): void;
  onWhisper(listener: (text: string) => void): void;
  /** Bumps that other nodes made, where the engine can tell. */
  onForeignBump(listener: (scope: Scope) => void): void;
  integrity(): Promise<Integrity>;
  dump(): AsyncGenerator<DumpLine, void, void>;
  load(lines: AsyncIterable<DumpLine> | Iterable<DumpLine>): Promise<number>;
  close(): Promise<void>;
}
