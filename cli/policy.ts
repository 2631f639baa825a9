// portcullis policy export | check | plan | apply | drift: the policy of a brand as a file.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isKey, labelOf, settingOf } from '#policy/catalogue.ts';
import { needsSecondPerson } from '#policy/decide/second-person.ts';
import { effective } from '#policy/effective.ts';
import type { Fault } from '#policy/fault.ts';
import { PINNED, type Plan, planFile, type PolicyFile, readPolicyFile, sourcesOf } from '#policy/policy-file.ts';
import { type KeptState, readPlace } from '#policy/history.ts';
import { type Host, readArgs, Refusal, type Run } from '#cli/command.ts';
import { readPolicyText } from '#cli/policy-text.ts';
import { readYaml, type ReadYaml, type Written, writeYaml } from '#cli/policy-yaml.ts';
import * as brandRows from '#store/brands.ts';
import type { BrandRow } from '#store/brands.ts';
import type { Store } from '#store/store.ts';
import { readConfig } from '#server/config.ts';
import { openPresentData } from '#server/data.ts';
import { applyPlan, presentOf } from '#server/policy-file-apply.ts';
import { shownChanges } from '#server/policy-history.ts';

export const faultLines = (faults: readonly Fault[], lineOf?: (path: string) => number): string =>
  faults.slice(0, 50).map(({ path, message, offer }) => `  ${lineOf === undefined || path === '' ? '' : `line ${lineOf(path)}, `}${path === '' ? '' : `${path}: `}${message}${offer === undefined ? '' : ` Offered: ${offer}`}`).join('\n');

export function load(path: string, { cwd }: Host): { readonly file: PolicyFile; readonly yaml: ReadYaml } {
  let text: string;
  try {
    text = readPolicyText(resolve(cwd, path));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}). Nothing was changed.`);
  }
  const read = readYaml(text);
  if (!read.ok) throw new Refusal(`${path} is no policy file:\n${faultLines(read.faults)}\nNothing was changed.`);
  const file = readPolicyFile(read.yaml.value);
  if (!file.ok) throw new Refusal(`${path} has ${file.faults.length === 1 ? 'a fault' : `${file.faults.length} faults`}:\n${faultLines(file.faults, read.yaml.lineOf)}\nNothing was changed.`);
  return { file: file.file, yaml: read.yaml };
}

/** Opens the data beside a running server, and gives the brand that is named, or the only one. */
export async function withBrand(host: Host, slug: string | undefined, work: (store: Store, brand: BrandRow) => Promise<number>): Promise<number> {
  const { store } = await openPresentData(readConfig(host.env, host.cwd), host.now());
  try {
    const all = await brandRows.all(store.system);
    const brand = slug === undefined && all.length === 1 ? all[0] : all.find((one) => one.slug === slug);
    if (brand === undefined) throw new Refusal(slug === undefined ? `There are ${all.length} brands. Name one with --brand: ${all.map((one) => one.slug).join(', ')}.` : `There is no brand at /b/${slug}.`);
    return await work(store, brand);
  } finally {
    await store.close();
  }
}

export const versionOf = async (store: Store, brand: BrandRow): Promise<number> => (await store.versions([brand.id])).get(brand.id)?.policy ?? 0;

async function planned(store: Store, brand: BrandRow, path: string, host: Host): Promise<{ readonly plan: Plan; readonly yaml: ReadYaml; readonly names: ReadonlyMap<string, string>; readonly version: number }> {
  const { file, yaml } = load(path, host);
  const version = await versionOf(store, brand);
  const present = await presentOf(store.brand(brand.id));
  const made = planFile(file, present, host.now());
  if (!made.ok) throw new Refusal(`${path} cannot be applied to ${brand.name}:\n${faultLines(made.faults, yaml.lineOf)}\nNothing was changed.`);
  return { plan: made.plan, yaml, names: new Map(present.channels.map(({ id, name }) => [id, name])), version };
}

/** What a plan says, a line a change; the same text for the same plan. */
export function planText({ changes, tests }: Plan, names: ReadonlyMap<string, string>): string {
  const lines = shownChanges(changes, names).map(({ channel, key, label, beforeText, afterText, lockedBefore, lockedAfter }) => {
    const lock = lockedBefore === lockedAfter ? '' : lockedAfter ? ', locked' : ', unlocked';
    return `  ~ ${channel === null ? '' : `[${channel.name}] `}${key}  (${label})\n      ${beforeText}  ->  ${afterText}${lock}`;
  });
  const failed = tests.filter((test) => !test.passed);
  return [
    ...(lines.length === 0 ? ['  Nothing would change.'] : lines),
    ...failed.map(({ name, expected, got }) => `  x test "${name}": expected ${expected}, got ${got}`),
    ...(tests.length === 0 ? [] : [`  ${tests.length - failed.length} of ${tests.length} tests pass.`]),
  ].join('\n');
}

/** The same for a program. */
export const planJson = ({ changes, tests }: Plan, names: ReadonlyMap<string, string>) => ({ changes: shownChanges(changes, names), tests });

const failing = ({ tests }: Plan): boolean => tests.some((test) => !test.passed);
const BRAND = { brand: { type: 'string' } } as const;

export const policyCheck: Run = async (args, host) => {
  const path = readArgs(args, {}, ['FILE']).positionals[0] as string;
  const { file, yaml } = load(path, host);
  // Without a brand: over the defaults, and as if every channel it names were there.
  const channels = Object.keys(file.channels).map((name) => ({ id: name, name }));
  const made = planFile(file, { state: new Map(), channels }, host.now());
  if (!made.ok) throw new Refusal(`${path}:\n${faultLines(made.faults, yaml.lineOf)}`);
  host.say(`${path}: ${Object.keys(file.settings).length} settings, ${channels.length} channels, ${file.tests.length} tests. It can be read.`);
  for (const { name, passed, expected, got } of made.plan.tests) if (!passed) host.say(`  over the defaults, test "${name}" would fail: expected ${expected}, got ${got}`);
  return 0;
};

export const policyPlan: Run = async (args, host) => {
  const { values, positionals } = readArgs(args, { ...BRAND, json: { type: 'boolean' } }, ['FILE']);
  return withBrand(host, values.brand, async (store, brand) => {
    const { plan, names, version } = await planned(store, brand, positionals[0] as string, host);
    if (values.json === true) host.say(JSON.stringify({ brand: brand.slug, version, ...planJson(plan, names) }));
    else host.say(`Plan for ${brand.name} on version ${version} of its settings:\n${planText(plan, names)}\nNothing was changed.${plan.changes.length === 0 || failing(plan) ? '' : ` To do it: portcullis policy apply ${positionals[0]}`}`);
    return failing(plan) ? 1 : 0;
  });
};

export const policyApply: Run = async (args, host) => {
  const { values, positionals } = readArgs(args, { ...BRAND, reason: { type: 'string' } }, ['FILE']);
  const path = positionals[0] as string;
  return withBrand(host, values.brand, async (store, brand) => {
    const { plan, names, version } = await planned(store, brand, path, host);
    if (failing(plan)) throw new Refusal(`${planText(plan, names)}\nA test of the file fails, so it was not applied. Nothing was changed.`);
    if (plan.changes.length === 0) {
      host.say(`${brand.name} stands as ${path} says. Nothing was changed.`);
      return 0;
    }
    const { module, pinned } = sourcesOf((await presentOf(store.brand(brand.id))).state);
    const pastSecondPerson = needsSecondPerson(effective({ version: 0, module, pinned }), plan.changes.map(({ key }) => key));
    const fault = await applyPlan({ pastSecondPerson, store, brandId: brand.id, baseVersion: version, plan, file: path.split(/[\\/]/).at(-1) ?? path, reason: values.reason, at: host.now() });
    if (fault !== undefined) throw new Refusal(fault);
    host.say(`${planText(plan, names)}\nApplied to ${brand.name} as version ${version + 1}. It holds within a second.${pastSecondPerson ? '\nIn the workspace a second administrator would have had to approve this; on the server nobody has to, and the audit trail says so.' : ''}`);
    return 0;
  });
};

export const policyDrift: Run = async (args, host) => {
  const { values, positionals } = readArgs(args, { ...BRAND, patch: { type: 'boolean' } }, ['FILE']);
  return withBrand(host, values.brand, async (store, brand) => {
    const { plan, yaml, names } = await planned(store, brand, positionals[0] as string, host);
    const whole = standingOf((await presentOf(store.brand(brand.id))).state);
    if (plan.changes.length === 0) {
      if (values.patch !== true) host.say(`${brand.name} stands as ${positionals[0]} says.`);
      return 0;
    }
    if (values.patch === true) {
      const { locked, pinned } = writtenOf(whole, names);
      host.say(writeYaml({ ...writtenOf(plan.changes.map(({ channel, key, before }) => ({ channel, key, kept: before })), names), locked, pinned }, labelOf, yaml.document).trimEnd());
    }
    else host.say(`${brand.name} does not stand as ${positionals[0]} says. What an apply would change back:\n${planText(plan, names)}`);
    return 1;
  });
};

interface Standing { readonly channel: string | null; readonly key: string; readonly kept: { readonly value: unknown; readonly locked: boolean } | null }

const standingOf = (state: KeptState): Standing[] => [...state].map(([place, kept]) => ({ ...readPlace(place), kept }));

/** Values by their places in a file. Back to the default is said by its value, back to inheriting by null. */
function writtenOf(standing: readonly Standing[], names: ReadonlyMap<string, string>): Written {
  const settings: Record<string, unknown> = {};
  const channels: Record<string, Record<string, unknown>> = {};
  for (const { channel, key, kept } of standing) {
    if (channel === PINNED || !isKey(key)) continue;
    if (channel === null) settings[key] = kept === null ? settingOf(key).default : kept.value;
    else (channels[names.get(channel) ?? channel] ??= {})[key] = kept === null ? null : kept.value;
  }
  return {
    settings, channels, locked: standing.filter(({ channel, kept }) => channel === null && kept?.locked === true).map(({ key }) => key),
    pinned: standing.filter(({ channel, kept }) => channel === PINNED && kept !== null).map(({ key }) => key),
  };
}

export const policyExport: Run = async (args, host) => {
  const { values } = readArgs(args, { ...BRAND, into: { type: 'string' } });
  return withBrand(host, values.brand, async (store, brand) => {
    const { state, channels } = await presentOf(store.brand(brand.id));
    const names = new Map(channels.map(({ id, name }) => [id, name]));
    const written = writtenOf(standingOf(state), names);
    const into = values.into === undefined ? undefined : load(values.into, host).yaml.document;
    const text = writeYaml(written, labelOf, into);
    if (values.into === undefined) host.say(text.trimEnd());
    else {
      writeFileSync(resolve(host.cwd, values.into), text);
      host.say(`${values.into} says now what holds for ${brand.name}; its comments and tests stand as they were.`);
    }
    return 0;
  });
};
