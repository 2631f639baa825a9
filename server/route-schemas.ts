// Schemas of routes are made into code when a route is first asked, not at the start: two hundred routes would else cost each start half a second.
import { AjvCompiler } from '@fastify/ajv-compiler';
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';
import type { FastifyServerOptions } from 'fastify';

interface Validator {
  (data: unknown): unknown;
  errors?: unknown;
}

type Build<Made> = (schemas: never, options: never) => (route: never) => Made;

/** As Fastify's own, but for the moment. What would not compile is found by the test that compiles all. */
function lateValidators(build: Build<Validator>): Build<Validator> {
  return (schemas, options) => {
    const compile = build(schemas, options);
    return (route) => {
      let made: Validator | undefined;
      const validate: Validator = (data) => {
        made ??= compile(route);
        const fine = made(data);
        validate.errors = made.errors;
        return fine;
      };
      return validate;
    };
  };
}

function lateSerializers(build: Build<(data: unknown) => string>): Build<(data: unknown) => string> {
  return (schemas, options) => {
    const compile = build(schemas, options);
    return (route) => {
      let made: ((data: unknown) => string) | undefined;
      return (data) => (made ??= compile(route))(data);
    };
  };
}

export type Compilers = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

/** Every schema of a server, compiled at once: for tests. */
export const compilersAtOnce: Compilers = { buildValidator: AjvCompiler(), buildSerializer: SerializerSelector() };

export const compilersWhenAsked = {
  buildValidator: lateValidators(AjvCompiler() as unknown as Build<Validator>),
  buildSerializer: lateSerializers(SerializerSelector() as unknown as Build<(data: unknown) => string>),
} as unknown as Compilers;
