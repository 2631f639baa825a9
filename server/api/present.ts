// What a program is answered: exactly what the route's schema says, with moments as RFC 3339 in UTC. Our own pages get what the route gave.
import type { TSchema } from 'typebox';
import { Check } from 'typebox/value';

type Present = (value: unknown) => unknown;
/** A schema as the plain JSON Schema that it is. */
export interface Plain {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Plain>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Plain>>;
  readonly additionalProperties?: boolean | Plain;
  readonly items?: Plain;
  readonly anyOf?: readonly Plain[];
  readonly 'x-moment'?: true;
  readonly [more: string]: unknown;
}

const asItIs: Present = (value) => value;

function objectOf(schema: Plain): Present {
  const members = Object.entries(schema.properties ?? {}).map(([name, of]) => [name, presenterOf(of)] as const);
  const [rest] = Object.values(schema.patternProperties ?? {});
  const others = rest === undefined ? (schema.additionalProperties === true ? asItIs : undefined) : presenterOf(rest);
  return (value) => {
    if (typeof value !== 'object' || value === null) return value;
    const given = value as Record<string, unknown>;
    const told: Record<string, unknown> = {};
    for (const [name, present] of members) if (given[name] !== undefined) told[name] = present(given[name]);
    if (others !== undefined) for (const name of Object.keys(given)) if (!Object.hasOwn(told, name) && given[name] !== undefined) Object.defineProperty(told, name, { value: others(given[name]), enumerable: true });
    return told;
  };
}

/** One of several: null stands for itself; of others the first that the value is one of. */
function oneOf(schemas: readonly Plain[]): Present {
  const branches = schemas.filter(({ type }) => type !== 'null').map((schema) => ({ schema, present: presenterOf(schema) }));
  const [only] = branches;
  if (branches.length === 1 && only !== undefined) return (value) => (value === null ? null : only.present(value));
  return (value) => (value === null ? null : (branches.find(({ schema }) => Check(schema as TSchema, value))?.present ?? asItIs)(value));
}

function presenterOf(schema: Plain): Present {
  if (schema['x-moment'] === true) return (value) => (typeof value === 'number' ? new Date(value).toISOString() : value);
  if (schema.anyOf !== undefined) return oneOf(schema.anyOf);
  if (schema.properties !== undefined || schema.patternProperties !== undefined) return objectOf(schema);
  if (schema.type === 'array' && schema.items !== undefined) {
    const present = presenterOf(schema.items);
    return (value) => (Array.isArray(value) ? value.map(present) : value);
  }
  return asItIs;
}

/** Compiled once a route. */
export const presenter = (schema: TSchema): Present => presenterOf(schema as unknown as Plain);
