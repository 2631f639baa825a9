// The vocabulary of what routes answer: small schemas from which the API's representation and its OpenAPI description follow.
import { type TSchema, Type } from 'typebox';

/** A moment: ms since 1970 UTC to our own pages, RFC 3339 in UTC with Z to programs (server/api/present.ts). */
export const Moment = Type.Unsafe<number>({ type: 'integer', 'x-moment': true, description: 'A time.' });
export const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
export const oneOf = <T extends string>(...values: readonly T[]) => Type.Unsafe<T>({ type: 'string', enum: [...values] });
/** An object of exactly these members. */
export const shape = <T extends Record<string, TSchema>>(members: T) => Type.Object(members, { additionalProperties: false });
export const list = <T extends TSchema>(schema: T) => Type.Array(schema);
export const text = Type.String();
export const whole = Type.Integer();
export const flag = Type.Boolean();
/** Whatever JSON: values of settings and facts of the trail differ by their key. */
export const anything = Type.Unknown();

/** Every refusal and every wrong request (RFC 9457). */
export const Problem = Type.Object({
  type: text, title: text, status: whole, code: Type.String({ description: 'Stable: programs may rely on it.' }), detail: Type.String({ description: 'What to do, for a person.' }), id: Type.String({ description: 'Finds the refusal in the audit trail.' }),
  faults: Type.Optional(Type.Array(Type.Object({ path: text, code: text, message: text, offer: Type.Optional(anything) }, { additionalProperties: true }), { description: 'Every value that is wrong.' })),
}, { additionalProperties: true, description: 'A problem (RFC 9457).' });

declare module 'fastify' {
  interface FastifySchema {
    /** What each status answers, 2xx alone: the rest are problems. Read by the API's representation and its description, not by Fastify. */
    answers?: Readonly<Record<number, TSchema>>;
    /** One line for the description. */
    summary?: string;
  }
}
