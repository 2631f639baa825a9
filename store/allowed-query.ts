// What a query may be made of: a closed list of parts, so that nothing unforeseen slips past the scope.
import type { OperationNode } from 'kysely';
import { StoreFault } from '#store/faults.ts';
import { SCOPE_COLUMN } from '#store/tables.ts';

export type Node = OperationNode & Readonly<Record<string, unknown>>;

/** Parts that only carry other parts. */
const PLAIN = new Set([
  'FromNode', 'AliasNode', 'IdentifierNode', 'SchemableIdentifierNode', 'SelectionNode', 'SelectAllNode', 'ReferenceNode', 'WhereNode', 'AndNode', 'OrNode',
  'ParensNode', 'BinaryOperationNode', 'UnaryOperationNode', 'OperatorNode', 'ValueNode', 'ValueListNode', 'PrimitiveValueListNode', 'ValuesNode', 'TupleNode', 'LimitNode',
  'OffsetNode', 'OrderByNode', 'OrderByItemNode', 'GroupByNode', 'GroupByItemNode', 'HavingNode', 'OnNode', 'ColumnUpdateNode', 'CaseNode', 'WhenNode',
]);

/** The parts of each kind of query that may be used; `with`, `returning`, `using`, raw modifiers and the like may not. */
const CLAUSES: Readonly<Record<string, ReadonlySet<string>>> = {
  SelectQueryNode: new Set(['from', 'selections', 'joins', 'where', 'groupBy', 'having', 'orderBy', 'limit', 'offset']),
  InsertQueryNode: new Set(['into', 'columns', 'values', 'onConflict']),
  UpdateQueryNode: new Set(['table', 'updates', 'where']),
  DeleteQueryNode: new Set(['from', 'where']),
  // A right or full join gives rows of the joined table that its condition did not choose: a leak.
  JoinNode: new Set(['joinType', 'table', 'on']),
  // Without columns a conflict with another brand's row would be seen.
  OnConflictNode: new Set(['columns', 'updates', 'updateWhere', 'doNothing']),
  AggregateFunctionNode: new Set(['func', 'aggregated', 'distinct']),
  FunctionNode: new Set(['func', 'arguments']),
  TableNode: new Set(['table']),
  ColumnNode: new Set(['column']),
};
const FUNCTIONS = new Set(['count', 'min', 'max', 'sum', 'avg', 'coalesce', 'abs', 'length', 'lower', 'upper']);
const JOINS = new Set(['InnerJoin', 'LeftJoin']);

export function refuse(what: string): never {
  throw new StoreFault('store.misuse', `This query cannot be run here: ${what}.`);
}

/** Throws a StoreFault when the part, as the caller built it, is not on the list. */
export function judgePart(node: Node): void {
  const { kind } = node;
  if (PLAIN.has(kind)) return node['schema'] === undefined ? undefined : refuse('it names a schema');
  if (kind === 'RawNode') return judgeRaw(node);
  const clauses = CLAUSES[kind];
  if (clauses === undefined) refuse(`it has a ${kind}`);
  for (const clause in node) {
    if (clause === 'kind' || clauses.has(clause)) continue;
    const value = node[clause];
    if (value !== undefined && value !== false) refuse(`${kind} has ${clause}`);
  }
  // SQLite compares names without regard to case.
  if (kind === 'ColumnNode' && ((node['column'] as Node)['name'] as string).toLowerCase() === SCOPE_COLUMN) refuse(`it names ${SCOPE_COLUMN}, which the store adds itself`);
  if (kind === 'JoinNode' && !JOINS.has(node['joinType'] as string)) refuse(`it has a ${String(node['joinType'])}`);
  if ('func' in node && !FUNCTIONS.has(node['func'] as string)) refuse(`it calls ${String(node['func'])}`);
  if (kind === 'OnConflictNode' && node['columns'] === undefined) refuse('its "on conflict" names no columns');
}

// Kysely writes the direction of an order as raw text; nothing else may be raw.
function judgeRaw(node: Node): void {
  const fragments = node['sqlFragments'] as readonly string[];
  const plain = fragments.length === 1 && (fragments[0] === 'asc' || fragments[0] === 'desc') && (node['parameters'] as readonly unknown[]).length === 0;
  if (!plain) refuse('it has raw SQL');
}
