// Every event the audit trail can hold, each with the sentence a person reads; its family is what stands before the first dot.
import { type DenialCode, denials } from '#policy/decision.ts';
import type { AuditRow } from '#store/audit-rows.ts';

/** What fills a sentence: names where they are known, else ids. */
export interface Named {
  readonly actor: string;
  /** False when nobody knows who it was. */
  readonly actorKnown: boolean;
  readonly entity: string;
  /** The name of a person that the facts speak of. */
  readonly person: (id: unknown) => string;
}

type Facts = Readonly<Record<string, unknown>>;
type Sentence = (named: Named, facts: Facts) => string;

const text = (value: unknown): string => (value === null || value === undefined ? 'unknown' : String(value));
/** Words for the codes that rows keep. */
const WORDS: Readonly<Record<string, string>> = {
  signed_out: 'signed out',
  idle: 'no input for too long',
  absolute: 'longest length reached',
  ended: 'ended by somebody',
  revoked: 'revoked',
  deactivated: 'the account was deactivated',
  ten_wrong_codes: 'ten wrong codes in a row',
  'password+code': 'password and code',
  host: 'a link made on the server',
  totp: 'authenticator app',
  recovery: 'recovery code',
};
const word = (value: unknown): string => (typeof value === 'string' && Object.hasOwn(WORDS, value) ? (WORDS[value] as string) : text(value));
const from = (facts: Facts): string => (facts['address'] === undefined ? '' : ` from ${facts['address'] === null ? 'an unknown address' : text(facts['address'])}`);

/** What a refusal was for, in words; a code of a later version as it stands. */
const titleOf = (code: unknown): string => (typeof code === 'string' && Object.hasOwn(denials, code) ? denials[code as DenialCode].title : text(code));

function refused({ actor, actorKnown, entity }: Named, facts: Facts): string {
  const why = titleOf(facts['code']);
  if (!text(facts['route']).startsWith('/api/v1/sign-in')) return `The ${entity} door refused ${actor}${from(facts)}: ${why}.`;
  return `A sign-in${actorKnown ? ` as ${actor}` : ''} was refused${from(facts)}: ${why}.`;
}

/** The names are permanent: rows of years ago carry them. */
export const EVENTS = {
  'setup.link_issued': () => 'A setup link was printed in the terminal.',
  'setup.completed': (_named, facts) => `A setup link was used up (${text(facts['link'])}).`,
  'brand.created': (_named, facts) => `The brand was made at /b/${text(facts['slug'])}/.`,
  'agent.created': ({ actor, entity }, facts) => `${actor} made the account of ${entity} (${text(facts['role'])}).`,
  'factor.enrolled': ({ actor }, facts) => `${actor} enrolled a second factor (${word(facts['method'])}).`,
  'factor.removed': ({ actor }, facts) => `${actor} removed a second factor (${word(facts['method'])}).`,
  'factor.reset': ({ entity }) => `All second factors of ${entity} were removed on the server.`,
  'recovery_codes.made': ({ actor }) => `${actor} made new recovery codes; the old ones no longer work.`,
  'recovery_code.used': ({ actor }, facts) => `${actor} used a recovery code; ${text(facts['left'])} are left.`,
  'phone.code_sent': ({ actor }) => `A code was sent to the phone of ${actor}.`,
  'phone.verified': ({ actor }) => `${actor} verified a phone number.`,
  'sign_in.succeeded': ({ actor }, facts) => `${actor} signed in${from(facts)} (${word(facts['proven'])}).`,
  'session.ended': ({ actor, person }, facts) => `A session of ${facts['agent'] === undefined ? actor : person(facts['agent'])} ended (${word(facts['reason'])}).`,
  'step_up.granted': ({ actor }, facts) => `${actor} gave a fresh code${from(facts)}.`,
  'second_factor.given': ({ actor }, facts) => `${actor} gave a code for this session${from(facts)}.`,
  'policy.changed': ({ actor }, facts) => `${actor} changed “${text(facts['label'])}”${facts['direction'] === 'looser' ? ' (looser than before)' : ''}.`,
  'unlock.issued': ({ entity }) => `A break-glass sign-in link for ${entity} was made on the server.`,
  'unlock.used': ({ actor }, facts) => `${actor} signed in with a break-glass link${from(facts)}.`,
  'lock.lifted': ({ entity }) => `The lock of ${entity} was lifted on the server.`,
  'request.refused': refused,
  'refusals.folded': ({ entity }, facts) => `${text(facts['folded'])} more refusals at the ${entity} door within one minute (${titleOf(facts['code'])}, ${text(facts['network'])}).`,
  'backup.made': () => 'A backup was made on the server.',
  'backup.restored': () => 'The data was restored from a backup on the server.',
} satisfies Readonly<Record<string, Sentence>>;

export type Event = keyof typeof EVENTS;

/** The row in words. A row of a later version, whose event is not known here, shows its name. */
export function sentenceOf(row: Pick<AuditRow, 'event'>, named: Named, facts: Facts): string {
  const say = (EVENTS as Readonly<Record<string, Sentence>>)[row.event];
  return say === undefined ? `${row.event} (${named.actor})` : say(named, facts);
}
