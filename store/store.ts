// The store: what the house remembers. One interface over SQLite and PostgreSQL; the interfaces and faults stand here.
import type { Compilable, DeleteResult, InsertResult, Kysely, UpdateResult } from 'kysely';
import type { DumpLine } from '#store/dump.ts';
import type { BrandTables, SystemTables } from '#store/tables.ts';
import type { Cells, Template } from '#store/template.ts';

export { Conflict, StoreFault } from '#store/faults.ts';

/** `b` and 12 random base32 characters, lower case; made by the caller. */
export type BrandId = string;
export type Scope = BrandId | 'system';

/** One write, built by a scoped store and sealed to its scope: a statement built by hand, or for another brand, is refused. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Rows that must be affected; another number undoes the whole unit. */
  readonly expect?: number;
  /** The code of the `Conflict` when `expect` is not met. */
  readonly otherwise?: string;
}

/** How many rows a statement must touch, and the code of the conflict when it does not. */
export type Guard = Pick<Statement, 'expect' | 'otherwise'>;

/** What a row of the audit trail says. The writer adds its number and the hashes. */
export interface Entry {
  /** Unique in its scope, made by the caller. */
  readonly id: string;
  /** ms since 1970 UTC */
  readonly at: number;
  readonly actor: { readonly kind: 'agent' | 'host' | 'system' | 'anonymous' | 'key' | 'customer'; readonly id: string | null };
  readonly event: string;
  readonly entity: { readonly kind: string; readonly id: string | null };
  /** These three become canonical JSON (RFC 8785). Ids and salted digests of customers' values, never the values. */
  readonly before?: unknown;
  readonly after?: unknown;
  readonly facts?: unknown;
}

/** `policy`: settings changed. `people`: agents, factors or sessions changed. `inbox`: the feed went on (store/feed.ts). Other nodes are told. */
export type Bump = 'policy' | 'people' | 'inbox';

/** What one unit of work does in one scope. */
export interface Part {
  readonly scope: Scope;
  readonly statements: readonly Statement[];
  /** At least one: there is no success without its row. `note` is the named exception. */
  readonly entries: readonly Entry[];
  readonly bumps: readonly Bump[];
  /** The policy version this change was made on; another one is a `Conflict('policy.stale')`. */
  readonly onPolicyVersion?: number | undefined;
}

export type PartFields = Omit<Part, 'scope' | 'bumps'> & { readonly bumps?: readonly Bump[] };

/** The counters that tell other nodes of a change. */
export interface Versions {
  readonly policy: number;
  readonly people: number;
}

/** What `versions` tells beside them: how far the feed of the inbox has come, 0 while it is empty. */
export interface HeadVersions extends Versions {
  readonly feed: number;
}

/** What search found: a message, or the head of a conversation. The newest stand first. */
export interface Hit {
  readonly id: string;
  readonly conversationId: string;
  /** ms; with `id` the place to go on from */
  readonly at: number;
}

export interface Search {
  /** Words as inbox/search-words.ts makes them; all must stand in one text. The last one may be the beginning of a word. */
  readonly words: readonly string[];
  readonly lastIsPrefix: boolean;
  readonly limit: number;
  /** The last hit of the page before. */
  readonly after?: Pick<Hit, 'at' | 'id'>;
}

/** A unit that is durable: its audit rows in order, and the versions of the scopes it touched. */
export interface Committed {
  readonly rows: readonly { readonly scope: Scope; readonly seq: number; readonly id: string; readonly hash: string }[];
  readonly versions: Map<Scope, Versions>;
}

/** Builds typed queries; a query is run by giving it to `all`, `one` or `write` of the same scoped store. */
export type Queries<Tables> = Pick<Kysely<Tables>, 'selectFrom' | 'insertInto' | 'updateTable' | 'deleteFrom'>;
export type Written = InsertResult | UpdateResult | DeleteResult;

/** The store as one scope sees it: every query is confined to it by construction. */
export interface Scoped<Tables> {
  readonly q: Queries<Tables>;
  all<Row>(query: Compilable<Row>): Promise<Row[]>;
  one<Row>(query: Compilable<Row>): Promise<Row | undefined>;
  write(query: Compilable<Written>, guard?: Guard): Statement;
  /** The same for a query that is built once (store/template.ts): for what runs with every message. */
  allOf<Values extends Cells, Row>(template: Template<Values, Compilable<Row>>, values: Values): Promise<Row[]>;
  writeOf<Values extends Cells>(template: Template<Values, Compilable<Written>>, values: Values, guard?: Guard): Statement;
  part(fields: PartFields): Part;
  commit(fields: PartFields): Promise<Committed>;
  /** Bookkeeping without an audit row: last input, counters, sweeps. One transaction, durable; throws `Conflict` like `commit`. */
  note(statements: readonly Statement[]): Promise<void>;
}

export interface BrandStore extends Scoped<BrandTables> {
  readonly id: BrandId;
  /** Full text, by each engine's own index. */
  search(search: Search): Promise<Hit[]>;
}

export interface SystemStore extends Scoped<SystemTables> {
  readonly id: 'system';
}

export interface Integrity {
  readonly sound: boolean;
  /** One sentence each. */
  readonly problems: readonly string[];
}

export interface Store {
  readonly engine: 'sqlite' | 'postgres';
  readonly system: SystemStore;
  /** Throws a StoreFault for a text that cannot be a brand's id. Does not ask whether the brand exists. */
  brand(id: BrandId): BrandStore;
  /** One transaction over several scopes, durable when it resolves. Throws `Conflict` (nothing of the unit was kept) or `StoreFault`. */
  commit(parts: readonly Part[]): Promise<Committed>;
  /** The versions of these brands now; brands without a row are left out. */
  versions(ids: readonly Scope[]): Promise<Map<Scope, HeadVersions>>;
  /** Told when a commit bumped a scope. On SQLite: own commits only. Messages may be lost: poll `versions` beside it. */
  onNotify(listener: (scope: Scope) => void): () => void;
  /** Says something to the other nodes that nobody keeps ("is typing"): at most 4,000 bytes of JSON, and it may be lost. */
  whisper(scope: Scope, said: unknown): void;
  /** Hears what other nodes whisper; never its own. */
  onWhisper(listener: (scope: Scope, said: unknown) => void): () => void;
  /** Asks the engine whether its files are sound, and whether each chain ends where its head says. May take long. */
  integrity(): Promise<Integrity>;
  /** Every row of every table in one consistent snapshot, while others write. */
  dump(): AsyncGenerator<DumpLine, void, void>;
  /** Puts a dump into this store, which must be empty, in one transaction. Gives the number of rows. */
  load(lines: AsyncIterable<DumpLine> | Iterable<DumpLine>): Promise<number>;
  /** Lets what was begun end, then closes. */
  close(): Promise<void>;
}
