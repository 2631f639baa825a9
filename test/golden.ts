// The golden files: what a plan and an explanation say of one policy file, in words and as JSON; "node portcullis.mjs golden" writes them anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { planFile, readPolicyFile } from '#policy/policy-file.ts';
import { packed, type QuestionName, questions } from '#policy/questions.ts';
import { explanationText } from '#cli/policy-explain.ts';
import { planJson, planText } from '#cli/policy.ts';
import { readYaml } from '#cli/policy-yaml.ts';
import { type Explained, explained, type StoredSettings } from '#server/explaining.ts';
import { type Hypothetical, readQuestion } from '#server/hypothetical.ts';

const FOLDER = new URL('./golden/', import.meta.url);
const NOW = Date.UTC(2026, 10, 23, 8);
const CHANNELS = [{ id: 'chn_shop', name: 'Web shop' }];

/** Over the usual facts: a case that is allowed and one that is not. A question without a line is asked as usual alone. */
const CASES: Readonly<Record<string, readonly [Readonly<Record<string, string>>, Readonly<Record<string, string>>]>> = {
  'management-access': [{ address: '192.0.2.9' }, { address: '198.51.100.7' }],
  session: [{}, { lastInputAt: '25m ago' }],
  'password-due': [{}, { setAt: '100 days ago' }],
  'enrolment-due': [{}, { hasFactor: 'no' }],
  'api-access': [{ address: '2001:db8::7' }, { address: '198.51.100.7' }],
  'token-place': [{ place: 'exchange' }, { place: 'query' }],
  framing: [{}, { ancestors: 'https://crm.example, https://other.example' }],
  chat: [{}, { site: 'https://other.example' }],
  ticket: [{}, { issuedAt: '50s ago' }],
  upload: [{ bytes: '900 kB' }, { side: 'agent', extensionType: 'zip', bytes: '12 MB' }],
  media: [{ asker: 'agent', mayRead: 'yes' }, { asker: 'nobody' }],
  'outbound-mail': [{ recipients: 'claims@partner.example' }, { recipients: 'claims@other.example', details: 'yes' }],
};

export interface Golden {
  readonly name: string;
  readonly text: string;
}

function asked(standing: StoredSettings, hypothetical: Hypothetical): Explained {
  const read = readQuestion(standing, hypothetical, NOW);
  if (read === 'channel.missing' || 'faults' in read) throw new Error(JSON.stringify(read));
  return explained(standing, read.asked, NOW);
}

/** Every golden file as it must stand. */
export function golden(): Golden[] {
  const yaml = readYaml(readFileSync(new URL('policy.yaml', FOLDER), 'utf8'));
  const file = yaml.ok ? readPolicyFile(yaml.yaml.value) : yaml;
  if (!file.ok) throw new Error(JSON.stringify(file.faults));
  const made = planFile(file.file, { state: new Map(), channels: CHANNELS }, NOW);
  if (!made.ok) throw new Error(JSON.stringify(made.faults));
  const names = new Map(CHANNELS.map(({ id, name }) => [id, name]));
  const standing: StoredSettings = { version: 7, state: made.plan.next, channels: CHANNELS, names: new Map() };
  const told = (Object.keys(questions) as QuestionName[]).flatMap((question) =>
    (CASES[question] ?? [{}]).map((facts) => asked(standing, { question, channel: 'Web shop', facts: facts as Record<string, unknown> })));
  return [
    { name: 'plan.txt', text: `${planText(made.plan, names)}\n` },
    { name: 'plan.json', text: `${JSON.stringify(planJson(made.plan, names), null, 2)}\n` },
    { name: 'explain.txt', text: `${told.map((one) => explanationText(one)).join('\n\n---\n\n')}\n` },
    { name: 'explain.json', text: `${JSON.stringify(told, null, 2)}\n` },
  ];
}

/** Questions of which one of the two answers has no golden case. */
export const withoutCases = (): string[] => Object.keys(questions).filter((name) => !Object.hasOwn(CASES, name) && Object.keys(packed(questions[name as QuestionName].usual)).length > 0);

export const goldenNow = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');

if (import.meta.main) for (const { name, text } of golden()) writeFileSync(new URL(name, FOLDER), text);
