// What a template always compares with stands in its text: only then can a database see that an index over some of the rows serves it, and SQLite need not plan the query anew at each run.
import { type KyselyPlugin, OperationNodeTransformer, ValueNode } from 'kysely';

/** Words of our own, such as a state or a kind. */
const WORD = /^[a-z_.]{1,40}$/;

class Literals extends OperationNodeTransformer {
  protected override transformValue(node: ValueNode): ValueNode {
    const { value } = node;
    return Number.isSafeInteger(value) || (typeof value === 'string' && WORD.test(value)) ? ValueNode.createImmediate(value) : node;
  }
}

const literals = new Literals();

export const literalsPlugin: KyselyPlugin = {
  transformQuery: ({ node, queryId }) => literals.transformNode(node, queryId),
  transformResult: async ({ result }) => result,
};
