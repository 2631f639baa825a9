// The body of every route that takes a second factor, and of those that ask what a method needs first.
import { Type } from 'typebox';

const Code = Type.String({ maxLength: 100 });
/** Bytes in base64url, as browsers write them (WebAuthn §5.1.8). */
const Bytes = Type.String({ maxLength: 20_000, pattern: '^[A-Za-z0-9_-]*$' });

/** What `navigator.credentials` answered, as JSON. Browsers add more members with each version: what is not read is not judged. */
export const Credential = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 1_500 }),
  rawId: Type.String({ minLength: 1, maxLength: 1_500 }),
  type: Type.Literal('public-key'),
  response: Type.Object({ clientDataJSON: Bytes }),
  clientExtensionResults: Type.Optional(Type.Object({})),
});
export const Ceremony = Type.String({ maxLength: 300 });

/** Spread into a body that holds more: `Type.Union([Type.Object({ ...TypedCode, … }), Type.Object({ ...PasskeyAnswer, … })])`. */
export const TypedCode = { method: Type.Union([Type.Literal('totp'), Type.Literal('sms'), Type.Literal('recovery')]), code: Code };
export const PasskeyAnswer = { method: Type.Literal('passkey'), credential: Credential, ceremony: Ceremony };

/** `{method, code}`, or `{method: 'passkey', credential, ceremony}`. */
export const Factor = Type.Union([Type.Object(TypedCode, { additionalProperties: false }), Type.Object(PasskeyAnswer, { additionalProperties: false })]);

/** A method that needs something first. */
export const ChosenMethod = { method: Type.Union([Type.Literal('sms'), Type.Literal('passkey')]) };
export const Chosen = Type.Object(ChosenMethod, { additionalProperties: false });
