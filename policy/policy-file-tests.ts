// Tests inside a policy file: a question with its facts, and what must be decided; an apply is refused while one of them fails.
import { isKey, keys } from './catalogue.ts';
import { denials } from './decision.ts';
import type { Policy } from './effective.ts';
import { type Fault, fault, isRecord, shown } from './fault.ts';
import { nearestOf } from './nearest-key.ts';
import { parseAddress } from './address.ts';
import type { TestOutcome } from './policy-file.ts';
import { askAgain, isQuestion, packed, type Question, type QuestionName, questions, withUsual } from './questions.ts';

export interface FileTest {
  readonly name: string;
  readonly question: QuestionName;
  /** By name or id; null: the brand's policy. */
  readonly channel: string | null;
  /** Over the usual facts of the question. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** "allowed", "denied", or "denied by " and a code or the key of a setting. */
  readonly expect: string;
}

const EXPECT = /^(?:allowed|denied|denied by ([a-z0-9_.]+))$/;
const MOST_IN_LIST = 200;
const MOST_NUMBER = 8.64e15;
const PARTS = ['name', 'question', 'channel', 'facts', 'expect'];

function readTest(given: unknown, path: string, faults: Fault[]): FileTest | null {
  const wrong = (at: string, code: string, label: string, must: string, not: string, offer?: string): void => void faults.push(fault(`${path}${at}`, code, label, must, not, offer));
  if (!isRecord(given)) {
    wrong('', 'test.shape', 'A test', `have ${PARTS.join(', ')}`, shown(given));
    return null;
  }
  const before = faults.length;
  const { name = path, question, channel = null, facts = {}, expect } = given;
  for (const part of Object.keys(given)) if (!PARTS.includes(part)) wrong(`/${part.slice(0, 60)}`, 'test.part', shown(part), `be one of ${PARTS.join(', ')}`, 'another word', nearestOf(part, PARTS));
  if (typeof name !== 'string') wrong('/name', 'test.name', 'The name of a test', 'be a text', shown(name));
  if (channel !== null && typeof channel !== 'string') wrong('/channel', 'test.channel', 'The channel of a test', 'be a name or an id', shown(channel));
  if (typeof question !== 'string' || !isQuestion(question)) wrong('/question', 'test.question', 'The question of a test', `be one of ${Object.keys(questions).join(', ')}`, shown(question), typeof question === 'string' ? nearestOf(question, Object.keys(questions)) : undefined);
  else if (!isRecord(facts)) wrong('/facts', 'test.facts', 'The facts of a test', 'be names and values', shown(facts));
  else faults.push(...factFaults(question, facts, `${path}/facts`));
  const by = typeof expect === 'string' ? EXPECT.exec(expect) : null;
  if (by === null) wrong('/expect', 'test.expect', 'What a test expects', 'be "allowed", "denied" or "denied by " and a code or a setting', shown(expect));
  else if (by[1] !== undefined && !Object.hasOwn(denials, by[1]) && !isKey(by[1])) wrong('/expect', 'test.expect', 'What a test expects', 'name a code of a refusal or the key of a setting', shown(by[1]), nearestOf(by[1], [...keys, ...Object.keys(denials)]));
  if (faults.length > before) return null;
  return { name: name as string, question: question as QuestionName, channel: channel as string | null, facts: facts as Record<string, unknown>, expect: expect as string };
}

/** What is wrong with facts that are to stand over the usual ones of a question. */
export function factFaults(question: QuestionName, facts: Readonly<Record<string, unknown>>, path: string): Fault[] {
  const { usual: ordinary, words = {}, each = {} } = questions[question] as unknown as Question<Record<string, unknown>>;
  const usual = packed(ordinary);
  return Object.entries(facts).flatMap(([fact, value]) => {
    if (!Object.hasOwn(usual, fact)) return [fault(`${path}/${fact.slice(0, 60)}`, 'test.fact', shown(fact), `be one of ${Object.keys(usual).join(', ')}`, 'another fact', nearestOf(fact, Object.keys(usual)))];
    const known = Object.hasOwn(words, fact) ? (words[fact] as readonly unknown[]) : null;
    if (known !== null) return known.includes(value) ? [] : [fault(`${path}/${fact}`, 'test.fact', fact, `be one of ${known.map((word) => String(word)).join(', ')}`, shown(value))];
    const fits = fact === 'address' ? value === null || (typeof value === 'string' && parseAddress(value) !== undefined) : sameShape(usual[fact], value, each[fact]);
    return fits ? [] : [fault(`${path}/${fact}`, 'test.fact', fact, `be such as ${shown(usual[fact]) === 'nothing' ? 'an address' : JSON.stringify(usual[fact])}`, shown(value))];
  });
}

/** Numbers for numbers, texts for texts; a fact that may be nothing takes a text too. */
function sameShape(usual: unknown, value: unknown, each?: unknown): boolean {
  if (Array.isArray(usual)) return Array.isArray(value) && value.length <= MOST_IN_LIST && value.every((one) => sameShape(each ?? usual[0], one) && one !== null);
  if (isRecord(usual)) return isRecord(value) && Object.keys(value).length === Object.keys(usual).length && Object.entries(usual).every(([name, one]) => Object.hasOwn(value, name) && typeof value[name] === typeof one);
  // Beyond that no instant has a date, and no size or count is meant.
  if (typeof value === 'number' && !(Math.abs(value) <= MOST_NUMBER)) return false;
  if (usual === null || value === null) return value === null || ['string', 'number'].includes(typeof value);
  return typeof usual === typeof value;
}

/** All tests of a file; what is wrong is added to `faults`. */
export function readTests(given: unknown, faults: Fault[]): FileTest[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) {
    faults.push(fault('tests', 'test.shape', '"tests"', 'be a list of tests', shown(given)));
    return [];
  }
  return given.map((one, n) => readTest(one, `tests/${n}`, faults)).filter((one) => one !== null);
}

/** Asks the question under the policy that would hold. */
export function runTest({ name, question, channel, facts, expect }: FileTest, policyOf: (channel: string | null) => Policy | undefined): TestOutcome {
  const policy = policyOf(channel);
  if (policy === undefined) return { name, passed: false, got: `there is no channel ${shown(channel)}`, expected: expect };
  const decision = askAgain(question, policy, withUsual(question, facts));
  if (decision.allowed) return { name, passed: expect === 'allowed', got: 'allowed', expected: expect };
  const by = EXPECT.exec(expect)?.[1];
  const passed = expect !== 'allowed' && (by === undefined || by === decision.code || by === decision.setting);
  return { name, passed, got: `denied by ${decision.code}${decision.setting === null ? '' : ` (${decision.setting})`}`, expected: expect };
}
