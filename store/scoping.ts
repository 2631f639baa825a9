// Confines a built query to its scope: every table in it, wherever it stands, is bound to the scope's rows.
import {
  AndNode, BinaryOperationNode, ColumnNode, type KyselyPlugin, OnNode, OperatorNode, ParensNode, ReferenceNode, type RootOperationNode, SelectionNode, TableNode,
  ValueNode, WhereNode,
} from 'kysely';
import { judgePart, type Node, refuse } from '#store/allowed-query.ts';
import { SCOPE_COLUMN, scopedTables, writersOwn } from '#store/tables.ts';

type Columns = Readonly<Record<string, unknown>>;
/** The tables a scope may see, with their columns. */
export type Sight = Readonly<Record<string, Columns>>;

interface Source {
  /** As the query calls it. */
  readonly name: string;
  readonly table: string;
}

/** Which scope a query was built for; a query that is not in here was not built by a scoped store. */
const built = new WeakMap<object, string>();

/** True when this very query went through the plugin of `scope`. */
export function builtFor(query: object, scope: string): boolean {
  return built.get(query) === scope;
}

export function scopingPlugin(scope: string, sight: Sight): KyselyPlugin {
  return {
    transformQuery({ node }) {
      const confined = rewrite(node as unknown as Node, scope, sight) as unknown as RootOperationNode;
      built.set(confined, scope);
      return confined;
    },
    transformResult: async ({ result }) => result,
  };
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { kind?: unknown }).kind === 'string';
}

function rewrite(node: Node, scope: string, sight: Sight): Node {
  // A sub-query that was built apart has been through here; another scope's may not come in.
  const before = built.get(node);
  if (before !== undefined) return before === scope ? node : refuse('a query in it was built for another scope');
  judgePart(node);
  // What these hold is the caller's data, never a part of the query.
  if (node.kind === 'ValueNode' || node.kind === 'PrimitiveValueListNode' || node.kind === 'RawNode') return node;
  const copy: Record<string, unknown> = {};
  for (const name in node) {
    const value = node[name];
    if (Array.isArray(value)) copy[name] = value.map((item: unknown) => (isNode(item) ? rewrite(item, scope, sight) : item));
    else copy[name] = isNode(value) ? rewrite(value, scope, sight) : value;
  }
  const inside = copy as unknown as Node;
  switch (node.kind) {
    case 'SelectQueryNode': return confineSelect(inside, scope, sight);
    case 'UpdateQueryNode': return confineWhere(inside, writable(sourceOf(inside['table'], sight)), scope);
    case 'DeleteQueryNode': return confineWhere(inside, writable(onlySource(inside, sight)), scope);
    case 'InsertQueryNode': return confineInsert(inside, scope, sight);
    default: return inside;
  }
}

// A table, or a sub-query that is confined already (null).
function sourceOf(node: unknown, sight: Sight): Source | null {
  if (!isNode(node)) return refuse('it has no table');
  if (node.kind === 'SelectQueryNode') return null;
  if (node.kind === 'AliasNode') {
    const inner = sourceOf(node['node'], sight);
    const alias = node['alias'] as Node;
    if (alias.kind !== 'IdentifierNode') refuse('it has an alias with columns');
    return inner === null ? null : { name: alias['name'] as string, table: inner.table };
  }
  if (node.kind !== 'TableNode') return refuse(`it reads from a ${node.kind}`);
  const table = (node as unknown as TableNode).table.identifier.name;
  if (!Object.hasOwn(sight, table)) refuse(`the table ${table} is not of this scope`);
  return { name: table, table };
}

function onlySource(query: Node, sight: Sight): Source | null {
  const froms = (query['from'] as { froms: readonly unknown[] }).froms;
  if (froms.length !== 1) refuse('it deletes from several tables');
  return sourceOf(froms[0], sight);
}

function writable(source: Source | null): Source {
  if (source === null) return refuse('it writes to a sub-query');
  if (writersOwn.has(source.table)) refuse(`rows of ${source.table} are written by commit alone`);
  return source;
}

function bound(source: Source, scope: string): BinaryOperationNode {
  const column = ReferenceNode.create(ColumnNode.create(SCOPE_COLUMN), TableNode.create(source.name));
  return BinaryOperationNode.create(column, OperatorNode.create('='), ValueNode.create(scope));
}

// The caller's own condition goes into parentheses: an `or` in it must not open the scope.
function both(own: unknown, condition: BinaryOperationNode): AndNode | BinaryOperationNode {
  return isNode(own) ? AndNode.create(ParensNode.create(own), condition) : condition;
}

function confineWhere(query: Node, source: Source, scope: string): Node {
  if (!scopedTables.has(source.table)) return query;
  return { ...query, where: WhereNode.create(both((query['where'] as WhereNode | undefined)?.where, bound(source, scope))) };
}

function confineSelect(query: Node, scope: string, sight: Sight): Node {
  const froms = (query['from'] as { froms: readonly unknown[] } | undefined)?.froms ?? [];
  const sources: (Source | null)[] = [];
  let confined = query;
  for (const from of froms) {
    const source = sourceOf(from, sight);
    sources.push(source);
    if (source !== null) confined = confineWhere(confined, source, scope);
  }
  const joins = (query['joins'] as readonly Node[] | undefined)?.map((join) => {
    const source = sourceOf(join['table'], sight);
    sources.push(source);
    if (source === null || !scopedTables.has(source.table)) return join;
    return { ...join, on: OnNode.create(both((join['on'] as OnNode | undefined)?.on, bound(source, scope))) };
  });
  const selections = (query['selections'] as readonly Node[] | undefined)?.flatMap((selection) => expand(selection, sources, sight));
  return { ...confined, ...(joins === undefined ? {} : { joins }), ...(selections === undefined ? {} : { selections }) } as Node;
}

// `*` becomes the declared columns, so that the scope's column never reaches a row.
function expand(selection: Node, sources: readonly (Source | null)[], sight: Sight): readonly Node[] {
  const inner = selection['selection'] as Node;
  if (inner.kind === 'SelectAllNode') {
    if (sources.includes(null)) refuse('it selects everything of a sub-query; name the columns');
    return sources.flatMap((source) => columnsOf(source as Source, sight));
  }
  if (inner.kind !== 'ReferenceNode' || (inner['column'] as Node).kind !== 'SelectAllNode') return [selection];
  const name = (inner['table'] as TableNode).table.identifier.name;
  const source = sources.find((candidate) => candidate?.name === name) ?? refuse(`it selects everything of ${name}; name the columns`);
  return columnsOf(source, sight);
}

function columnsOf(source: Source, sight: Sight): readonly Node[] {
  return Object.keys(sight[source.table] as Columns).map((column) => SelectionNode.create(ReferenceNode.create(ColumnNode.create(column), TableNode.create(source.name))) as unknown as Node);
}

function confineInsert(query: Node, scope: string, sight: Sight): Node {
  const source = writable(sourceOf(query['into'], sight));
  const values = query['values'] as Node | undefined;
  if (values?.kind !== 'ValuesNode') return refuse('it inserts something else than rows of values');
  if (!scopedTables.has(source.table)) return query;
  const rows = (values['values'] as readonly Node[]).map((row) => {
    const cells = row['values'] as readonly unknown[];
    return { ...row, values: [...cells, row.kind === 'ValueListNode' ? ValueNode.create(scope) : scope] };
  });
  const column = ColumnNode.create(SCOPE_COLUMN);
  const onConflict = query['onConflict'] as Node | undefined;
  return {
    ...query,
    columns: [...(query['columns'] as readonly Node[]), column],
    values: { ...values, values: rows },
    ...(onConflict === undefined ? {} : { onConflict: { ...onConflict, columns: [column, ...(onConflict['columns'] as readonly Node[])] } }),
  } as Node;
}

