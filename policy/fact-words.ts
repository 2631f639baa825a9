// The facts of each question in words: what a person calls them, how they are typed, and how they are said.
import { uploadFindings } from './decide/upload.ts';
import { denials } from './decision.ts';
import { fileTypes } from './file-type-table.ts';
import { isInstant } from './instant.ts';
import { NOON, packed, type Question, type QuestionName, questions, withUsual } from './questions.ts';
import { nameInWords } from './sentence.ts';

/** How a fact is given. `ago` and `ahead`: an instant, told by how far from now it lies, in a usual unit. */
export type FactForm =
  | { readonly as: 'flag' | 'address' | 'text' | 'texts' | 'bytes' | 'moment' | 'number' | 'exceptions' }
  | { readonly as: 'choice'; readonly options: Readonly<Record<string, string>> }
  | { readonly as: 'ago' | 'ahead'; readonly unit: 's' | 'm' | 'h' | 'd' };

export interface FactWords {
  readonly label: string;
  readonly form: FactForm;
}

const flag = (label: string): FactWords => ({ label, form: { as: 'flag' } });
const choice = (label: string, options: Readonly<Record<string, string>>): FactWords => ({ label, form: { as: 'choice', options } });
const ago = (label: string, unit: 's' | 'm' | 'h' | 'd'): FactWords => ({ label, form: { as: 'ago', unit } });
const ahead = (label: string, unit: 's' | 'm' | 'h' | 'd'): FactWords => ({ label, form: { as: 'ahead', unit } });
const typed = (label: string): FactWords => choice(label, Object.fromEntries(fileTypes.map(({ id, label: name }) => [id, name])));

/** By the fact, or by question and fact where a name means different things. */
const WORDS: Readonly<Record<string, FactWords>> = Object.freeze({
  address: { label: 'From the address', form: { as: 'address' } },
  admin: flag('An administrator'),
  remoteAccess: flag('Has remote access'),
  exempt: flag('Let in by the host (portcullis unlock)'),
  'management-access.proven': choice('Signed in with', { password: 'A password', 'password+code': 'A password and a code', host: 'A link from the host' }),
  'chat.proven': choice('The customer is', { anonymous: 'Not recognised', ticket: 'Recognised by a ticket' }),
  now: { label: 'At the time', form: { as: 'moment' } },
  'session.createdAt': ago('Signed in', 'h'),
  lastInputAt: ago('Last own input', 'm'),
  ended: flag('Signed out, or ended by somebody'),
  'password-due.setAt': ago('The password was chosen', 'd'),
  mustChange: flag('Told to choose a new password'),
  hasFactor: flag('Has a second factor'),
  place: choice('The token stands in', { header: 'The header Authorization: Bearer', query: 'The address, as ?access_token=', exchange: 'A call of the token endpoint' }),
  'token-place.kind': choice('The token is', { key: 'An API key', access_token: 'An access token that a key bought' }),
  ancestors: { label: 'Sites around the frame', form: { as: 'texts' } },
  channelOn: flag('The channel is on'),
  site: { label: 'On the site', form: { as: 'text' } },
  'chat.createdAt': ago('The chat session began', 'm'),
  'chat.expiresAt': ahead('The chat session ends by itself', 'h'),
  issuedAt: ago('The ticket was made', 's'),
  'ticket.expiresAt': ahead('The ticket ends by itself', 'm'),
  notBefore: { label: 'The ticket holds only from', form: { as: 'moment' } },
  asker: choice('Asked by', { agent: 'An agent', customer: 'A customer', nobody: 'Nobody that is known' }),
  there: flag('The file is there and may be handed out'),
  mayRead: flag('May see the conversation it hangs in'),
  holdsLink: flag('Came by a link to the file'),
  'outbound-mail.kind': choice('The mail is', { transfer: 'A forward to a third party', reply: 'An answer to the customer', notice: 'A notice to an agent', letter: 'A letter of the house (a code, a link)', 'bounce-note': 'An automatic answer' }),
  recipients: { label: 'To the addresses', form: { as: 'texts' } },
  details: flag('With details of the customer'),
  exceptions: { label: 'Allowed for this conversation by an exception', form: { as: 'exceptions' } },
  live: flag('Conversation and forward still stand'),
  side: choice('Sent by', { customer: 'A customer', agent: 'An agent' }),
  extensionType: typed('Type, by its name'),
  contentType: typed('Type, by its content'),
  unsafeName: flag('The name hides another ending'),
  finding: choice('Looking into it found', Object.fromEntries(uploadFindings.map((code) => [code, denials[code].title]))),
  declaredBytes: { label: 'Size, as announced', form: { as: 'bytes' } },
  bytes: { label: 'Size', form: { as: 'bytes' } },
});

/** A fact that nobody gave words yet goes by its own name and the shape of its usual value. */
function plain(question: QuestionName, fact: string): FactWords {
  const { usual: ordinary, words = {} } = questions[question] as unknown as Question<Record<string, unknown>>;
  const usual = packed(ordinary)[fact];
  const label = nameInWords(fact);
  const known = Object.hasOwn(words, fact) ? words[fact] as readonly unknown[] : null;
  if (known !== null) return choice(label, Object.fromEntries(known.filter((word) => typeof word === 'string').map((word) => [word, word])));
  const as = typeof usual === 'boolean' ? 'flag' : Array.isArray(usual) ? 'texts' : typeof usual === 'number' ? (isInstant(usual) ? 'moment' : 'number') : 'text';
  return { label, form: { as } };
}

const own = (name: string): FactWords | undefined => (Object.hasOwn(WORDS, name) ? WORDS[name] : undefined);

export const factWords = (question: QuestionName, fact: string): FactWords => own(`${question}.${fact}`) ?? own(fact) ?? plain(question, fact);

/** Facts over the usual ones, as if these were of `now` (ms): what lies around noon of some day is moved there. */
export function wholeFacts(question: QuestionName, now: number, given: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(withUsual(question, given)).map(([fact, value]) => [fact, isInstant(value) && !Object.hasOwn(given, fact) ? value - NOON + now : value]));
}
