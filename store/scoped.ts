// Scoped stores over an engine: they build queries, seal statements to their scope, and turn entries into drafts of audit rows.
import { type Compilable, type CompiledQuery, DummyDriver, Kysely } from 'kysely';
import { canonical } from '#store/canonical.ts';
import type { Draft, Engine, Unit, Work } from '#store/engine.ts';
import { Conflict, StoreFault } from '#store/faults.ts';
import { literalsPlugin } from '#store/literals.ts';
import { builtFor, scopingPlugin, type Sight } from '#store/scoping.ts';
import type { Entry, Part, PartFields, Queries, Scope, Scoped, Statement } from '#store/store.ts';
import { brandTables, type BrandTables } from '#store/tables.ts';
import { BRAND, type Cells, filled, type Template } from '#store/template.ts';

/** Which scope a statement was built for. */
const sealed = new WeakMap<Statement, Scope>();

function misuse(sentence: string): never {
  throw new StoreFault('store.misuse', sentence);
}

// Both engines must keep a value as it is or refuse it: PostgreSQL cannot hold NUL, and lone surrogates would be replaced.
function judgeValue(value: unknown): void {
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed()) throw new Conflict('text.unstorable');
    return;
  }
  if (typeof value === 'number' ? Number.isSafeInteger(value) : value === null || value instanceof Uint8Array) return;
  misuse(`A column cannot hold ${typeof value === 'object' ? 'an object' : String(value)}: give it text, a whole number, bytes or null.`);
}

class NeverRun extends DummyDriver {
  override acquireConnection(): never {
    return misuse('Queries are only built here: give them to all, one or write of the store.');
  }
}

/** Makes the scoped stores of an engine. `dispatch` runs a checked unit. */
export function scoper(engine: Engine, dispatch: (parts: readonly Part[]) => ReturnType<Engine['run']>) {
  const builder = new Kysely<unknown>({
    dialect: { ...engine.dialect, createDriver: () => new NeverRun(), createIntrospector: () => misuse('The store does not introspect.') },
  });

  // A template is built for a brand that is not known yet: BRAND stands for it, and is filled in with the values.
  const nobody = BRAND as unknown as Scope;
  const forNobody = (): Queries<BrandTables> => builder.withPlugin(literalsPlugin).withPlugin(scopingPlugin(nobody, brandTables)) as unknown as Queries<BrandTables>;

  function fill<Values extends Cells>(scope: Scope, template: Template<Values, Compilable<unknown>>, values: Values, reading: boolean): { sql: string; parameters: readonly unknown[] } {
    if (scope === 'system') misuse('Templates are for the tables of a brand.');
    const made = filled(template, engine, forNobody, (query) => judgeQuery(query, nobody, reading), scope, values);
    for (const value of made.parameters) judgeValue(value);
    return made;
  }

  function judgeQuery(compiled: CompiledQuery, scope: Scope, reading: boolean): void {
    if (!builtFor(compiled.query, scope)) misuse(`A query that was not built for ${scope} cannot be run there.`);
    if ((compiled.query.kind === 'SelectQueryNode') !== reading) misuse(reading ? 'Only a select can be read; give this to write.' : 'A select cannot be written; give it to all or one.');
  }

  return function scoped<Tables>(scope: Scope, sight: Sight): Scoped<Tables> {
    const q = builder.withPlugin(scopingPlugin(scope, sight)) as unknown as Queries<Tables>;

    function compile(query: Compilable<unknown>, reading: boolean): CompiledQuery {
      const compiled = query.compile();
      judgeQuery(compiled, scope, reading);
      for (const value of compiled.parameters) judgeValue(value);
      return compiled;
    }

    async function all<Row>(query: Compilable<Row>): Promise<Row[]> {
      const { sql, parameters } = compile(query, true);
      return (await engine.read(sql, parameters)) as Row[];
    }

    return Object.freeze({
      id: scope,
      q,
      all,
      one: async <Row>(query: Compilable<Row>) => (await all(query))[0],
      write(query, guard = {}) {
        const { sql, parameters } = compile(query, false);
        const statement: Statement = Object.freeze({ sql, parameters, ...guard });
        sealed.set(statement, scope);
        return statement;
      },
      async allOf(template, values) {
        const { sql, parameters } = fill(scope, template, values, true);
        return (await (template.often === true ? engine.readOften(sql, parameters) : engine.read(sql, parameters))) as never;
      },
      writeOf(template, values, guard = {}) {
        const statement: Statement = Object.freeze({ ...fill(scope, template, values, false), ...guard });
        sealed.set(statement, scope);
        return statement;
      },
      part: (fields) => partOf(scope, fields),
      commit: (fields) => dispatch([partOf(scope, fields)]),
      async note(statements) {
        if (statements.length === 0) return;
        judgeStatements(scope, statements);
        await engine.run([{ scope, statements, drafts: [], policyBump: 0, peopleBump: 0, inboxBump: 0, onPolicyVersion: undefined }]);
      },
    } satisfies Scoped<Tables> & { id: Scope });
  };
}

function partOf(scope: Scope, fields: PartFields): Part {
  return { bumps: [], ...fields, scope };
}

function judgeStatements(scope: Scope, statements: readonly Statement[]): void {
  for (const statement of statements) {
    if (sealed.get(statement) !== scope) misuse(`A statement that was not built for ${scope} cannot be part of its unit.`);
  }
}

function draftOf(entry: Entry): Draft {
  const { id, at, actor, event, entity, before, after, facts } = entry;
  if (!Number.isSafeInteger(at)) misuse('An audit row needs its time in whole milliseconds.');
  for (const text of [id, actor.kind, actor.id, event, entity.kind, entity.id]) judgeValue(text);
  const bare = before === undefined && after === undefined && facts === undefined;
  return {
    id, at, actorKind: actor.kind, actorId: actor.id, event, entityKind: entity.kind, entityId: entity.id,
    detail: bare ? '{}' : canonical({ after, before, facts }),
  };
}

/** Checks the parts of a unit and makes of them what the engine runs. */
export function unitOf(parts: readonly Part[]): Unit {
  if (parts.length === 0) misuse('A unit needs at least one part.');
  return parts.map((part): Work => {
    if (part.entries.length === 0) misuse('A change cannot be committed without its audit row: give an entry, or use note for bookkeeping.');
    judgeStatements(part.scope, part.statements);
    return {
      scope: part.scope,
      statements: part.statements,
      drafts: part.entries.map(draftOf),
      policyBump: part.bumps.includes('policy') ? 1 : 0,
      peopleBump: part.bumps.includes('people') ? 1 : 0,
      inboxBump: part.bumps.includes('inbox') ? 1 : 0,
      onPolicyVersion: part.onPolicyVersion,
    };
  });
}
