// portcullis policy explain: why something was refused, or what would be decided, by which setting, and what would have to change; also as a file would have it.
import { factWords } from '#policy/fact-words.ts';
import { planFile } from '#policy/policy-file.ts';
import { packed, questions } from '#policy/questions.ts';
import { type Host, readArgs, Refusal, type Run, WrongUse } from '#cli/command.ts';
import { faultLines, load, versionOf, withBrand } from '#cli/policy.ts';
import * as auditRows from '#store/audit-rows.ts';
import type { BrandStore } from '#store/store.ts';
import { type Explained, explained, explainedRefusal, refusalOf, type StoredSettings, type Told } from '#server/explaining.ts';
import { beforeIn, standingOf } from '#server/explain-gathering.ts';
import { readQuestion } from '#server/hypothetical.ts';

const OPTIONS = { brand: { type: 'string' }, question: { type: 'string' }, fact: { type: 'string', multiple: true }, channel: { type: 'string' }, file: { type: 'string' }, json: { type: 'boolean' } } as const;

/** What can be asked, for who asks something else. */
function questionHelp(): string {
  return Object.entries(questions).map(([name, { did, usual }]) => `  ${name}: somebody ${did}\n${Object.keys(packed(usual)).map((fact) => `      --fact ${fact}=…  ${factWords(name as keyof typeof questions, fact).label}`).join('\n')}`).join('\n');
}

function factsOf(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(given.map((one) => {
    const at = one.indexOf('=');
    if (at < 1) throw new WrongUse(`"${one}" must be a fact and its value, such as address=198.51.100.7.`);
    return [one.slice(0, at), one.slice(at + 1)];
  }));
}

/** How everything would stand once the file is applied. */
function filed(present: StoredSettings, path: string, host: Host): StoredSettings {
  const { file, yaml } = load(path, host);
  const made = planFile(file, { state: present.state, channels: present.channels }, host.now());
  if (!made.ok) throw new Refusal(`${path} cannot be applied:\n${faultLines(made.faults, yaml.lineOf)}`);
  return { ...present, state: made.plan.next };
}

const day = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const FROM = { default: 'The default', brand: 'Set for the brand', channel: 'Set for this channel', file: 'Pinned by the policy file' } as const;

function settingLines({ setting }: Told): string[] {
  if (setting === null) return [];
  const { from, locked, setBy, setByName, setAt } = setting.origin;
  const by = setByName ?? setBy;
  const who = from === 'default' ? '' : `${by === null ? '' : ` by ${by}`}${setAt === null || setAt === 0 ? '' : `, ${day(setAt)}`}`;
  return [`  By ${setting.label} (${setting.key})`, `    ${setting.value}`, `    ${FROM[from as keyof typeof FROM] ?? from}${who}${locked && from !== 'file' ? ', locked' : ''}.`];
}

const answer = ({ allowed, code, sentence }: Told): string => (allowed ? 'Allowed' : `Denied: ${code}\n  ${sentence}`);
const PLACES = { brand: 'for the brand', channel: 'in the channel', file: 'in the policy file that pins it' } as const;

/** The same text for the same explanation. `file`: under which `now` was asked. */
export function explanationText(told: Explained, file?: string): string {
  const asked = told.did === null ? [] : ['', `Asked: somebody ${told.did}${told.channel === null ? '' : `, in the channel ${told.channel.name}`}`, ...told.facts.map(({ label, text }) => `  ${label}: ${text}`)];
  const then = told.at === null ? [] : [`Refused on ${day(told.at)}${told.version === null ? '' : `, under version ${told.version} of the settings`}.`];
  const { now } = told;
  const again = told.at === null ? [] : now === null ? ['', 'What was asked then was not kept whole, so the same cannot be asked again.'] : ['', `The same ${file === undefined ? `today, under version ${now.version}` : `under ${file}`}: ${answer(now)}`, ...settingLines(now)];
  const other = now?.allowed === true ? 'denied' : 'allowed';
  const ways = told.whatWouldChange.map(({ steps }) => `  - ${steps.map(({ label, place, words }) => `${label}, ${PLACES[place]}: ${words}`).join('\n    and ')}`);
  const change = now === null ? [] : ways.length === 0 ? ['', `No setting makes it ${other}.`] : ['', `It would be ${other} after any of these, each tried:`, ...ways];
  return [...then, answer(told), ...settingLines(told), ...asked, ...again, ...change].join('\n');
}

async function made(rows: BrandStore, present: StoredSettings, standing: StoredSettings, words: { readonly refusal: string | undefined; readonly question: string | undefined; readonly channel: string | undefined; readonly facts: Record<string, string> }, now: number): Promise<Explained> {
  const { refusal, question, channel, facts } = words;
  if (refusal !== undefined) {
    const found = refusalOf(await auditRows.byId(rows, refusal));
    if (found === null) throw new Refusal(`There is no refusal ${refusal} in the audit trail of this brand. A flood is folded into one row when its minute is over.`);
    return explainedRefusal(beforeIn(rows), standing, found, present);
  }
  const read = readQuestion(standing, { question: question ?? '', channel, facts }, now);
  if (read === 'channel.missing') throw new Refusal(`There is no single channel called ${channel}. Name it as the page does, or by its id.`);
  if ('faults' in read) throw new Refusal(`${faultLines(read.faults)}\n\nWhat can be asked:\n${questionHelp()}`);
  return explained(standing, read.asked, now);
}

export const policyExplain: Run = async (args, host) => {
  const asks = args.some((word) => word === '--question' || word.startsWith('--question='));
  const { values, positionals } = readArgs(args, OPTIONS, asks ? [] : ['REFUSAL']);
  if (!asks && (values.fact !== undefined || values.channel !== undefined)) throw new WrongUse('Facts and a channel belong to a --question; a refusal has its own.');
  const facts = factsOf(values.fact ?? []);
  return withBrand(host, values.brand, async (store, brand) => {
    const rows = store.brand(brand.id);
    const present = await standingOf(rows, await versionOf(store, brand));
    const standing = values.file === undefined ? present : filed(present, values.file, host);
    const told = await made(rows, present, standing, { refusal: positionals[0], question: values.question, channel: values.channel, facts }, host.now());
    host.say(values.json === true ? JSON.stringify({ brand: brand.slug, ...(values.file === undefined ? {} : { file: values.file }), ...told }) : explanationText(told, values.file));
    return 0;
  });
};
