// What a ticket says about a customer, read strictly: the same words whether a site signed it or asked the API for it.
import { UNSEEN } from '#policy/brand-name.ts';
import { firstUnstorable } from '#policy/fault.ts';
import { parseEmailAddress } from '#identity/email-address.ts';
import { parsePhone } from '#identity/phone.ts';

export const IDENTIFIERS = Object.freeze(['external_id', 'email', 'phone'] as const);
export type IdentifierKind = (typeof IDENTIFIERS)[number];

/** Whom a ticket speaks of. `email` as it is written, `emailKey` as it is looked up by; `phone` in E.164. */
export interface TicketCustomer {
  readonly externalId: string | null;
  readonly email: string | null;
  readonly emailKey: string | null;
  readonly phone: string | null;
  readonly name: string | null;
  readonly oneTime: boolean;
  readonly override: boolean;
}

/** What a site signed. Instants in ms. */
export interface SignedClaims extends TicketCustomer {
  readonly audience: string;
  readonly id: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly notBefore: number | null;
}

/** `claim` is the first that is wrong, `sentence` says what it must be. */
export type ReadClaims<C> = { readonly ok: true; readonly value: C } | { readonly ok: false; readonly claim: string; readonly sentence: string };

type Raw = Readonly<Record<string, unknown>>;
const LONGEST = 200;
/** The year 5138: later seconds are milliseconds by mistake. */
const LAST_SECOND = 99_999_999_999;

class Wrong extends Error {
  readonly claim: string;
  constructor(claim: string, sentence: string) {
    super(sentence);
    this.claim = claim;
  }
}

const given = (raw: Raw, claim: string): unknown => (Object.hasOwn(raw, claim) && raw[claim] !== null ? raw[claim] : undefined);

function text(raw: Raw, claim: string): string | null {
  const value = given(raw, claim);
  if (value === undefined) return null;
  if (typeof value !== 'string' || value === '' || [...value].length > LONGEST) throw new Wrong(claim, `${claim} must be text of 1 to ${LONGEST} characters.`);
  if (firstUnstorable(value) !== undefined) throw new Wrong(claim, `${claim} must have no control characters and no halves of surrogate pairs.`);
  return value;
}

/** Of the site: what cannot be seen would make two customers of one. Compared, and so kept, in NFC. */
function external(raw: Raw, claim: string): string | null {
  const value = text(raw, claim);
  if (value === null) return null;
  if (value !== value.trim() || /[\p{Cf}\p{Zl}\p{Zp}\p{DI}]/u.test(value)) throw new Wrong(claim, `${claim} must have no invisible characters, and no space at its beginning or end.`);
  return value.normalize('NFC');
}

function nameOf(raw: Raw): string | null {
  const value = text(raw, 'name');
  if (value !== null && UNSEEN.test(value)) throw new Wrong('name', 'name must have no marks that hide or reorder text.');
  return value;
}

function flag(raw: Raw, claim: string, otherwise: boolean): boolean {
  const value = given(raw, claim);
  if (value === undefined) return otherwise;
  if (typeof value !== 'boolean') throw new Wrong(claim, `${claim} must be true or false.`);
  return value;
}

function second(raw: Raw, claim: string): number | null {
  const value = given(raw, claim);
  if (value === undefined) return null;
  if (!Number.isSafeInteger(value) || (value as number) < 1 || (value as number) > LAST_SECOND) throw new Wrong(claim, `${claim} must be a whole number of seconds since 1970.`);
  return (value as number) * 1_000;
}

function needed<V>(value: V | null, claim: string): V {
  if (value === null) throw new Wrong(claim, `${claim} must be given.`);
  return value;
}

function customer(raw: Raw): TicketCustomer {
  const externalId = external(raw, 'external_id');
  const typedEmail = given(raw, 'email');
  const email = typedEmail === undefined ? null : parseEmailAddress(typedEmail);
  if (email !== null && !email.ok) throw new Wrong('email', email.sentence);
  const typedPhone = given(raw, 'phone');
  const phone = typedPhone === undefined ? null : parsePhone(typedPhone);
  if (phone !== null && !phone.ok) throw new Wrong('phone', phone.sentence);
  if (externalId === null && email === null && phone === null) throw new Wrong('external_id', 'external_id, email or phone must be given: a ticket says who the customer is.');
  return {
    externalId,
    email: email?.value.address ?? null,
    emailKey: email?.value.key ?? null,
    phone: phone?.value ?? null,
    name: nameOf(raw),
    oneTime: flag(raw, 'one_time', true),
    override: flag(raw, 'override_customer_details', false),
  };
}

function reading<C>(read: () => C): ReadClaims<C> {
  try {
    return { ok: true, value: Object.freeze(read()) };
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return { ok: false, claim: error.claim, sentence: error.message };
  }
}

/** Reads what the API was asked for. */
export const readCustomer = (raw: Raw): ReadClaims<TicketCustomer> => reading(() => customer(raw));

/** Reads a signed ticket's claims (RFC 7519 §4.1); those it does not know it leaves alone. `sub` is another name of `external_id`. */
export function readSignedClaims(raw: Raw): ReadClaims<SignedClaims> {
  return reading(() => {
    const subject = external(raw, 'sub');
    const named = external(raw, 'external_id');
    if (subject !== null && named !== null && subject !== named) throw new Wrong('sub', 'sub must be the same as external_id, or left out.');
    const id = needed(text(raw, 'jti'), 'jti');
    if (id.length < 16) throw new Wrong('jti', 'jti must have 16 to 200 characters, random ones.');
    return {
      ...customer({ ...raw, external_id: named ?? subject }),
      audience: needed(text(raw, 'aud'), 'aud'),
      id,
      issuedAt: needed(second(raw, 'iat'), 'iat'),
      expiresAt: needed(second(raw, 'exp'), 'exp'),
      notBefore: second(raw, 'nbf'),
    };
  });
}
