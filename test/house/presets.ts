// What the presets promise: every requirement numbered and said, every value one that its own setting takes and that satisfies it, every proof a test that is there.
import type { File } from '#test/house/tree.ts';

interface Requirement {
  readonly id: string;
  readonly number: string;
  readonly asks: string;
  readonly by: string;
  readonly key?: string;
  readonly fact?: string;
  readonly want?: unknown;
  readonly set?: unknown;
  readonly why?: string;
}

interface Proof { readonly file: string; readonly test: string }

export interface PresetPromises {
  readonly presets: readonly { readonly id: string; readonly about: string; readonly requirements: readonly Requirement[] }[];
  /** Reads a value as the setting does; undefined: there is no such setting, or it refuses the value. */
  readonly read: (key: string, value: unknown) => unknown;
  readonly satisfies: (want: unknown, value: unknown) => boolean;
  readonly builtIn: Readonly<Record<string, { readonly value: unknown; readonly words: string }>>;
  readonly proofsOfSettings: Readonly<Record<string, readonly Proof[] | undefined>>;
  readonly proofsOfBuiltIn: Readonly<Record<string, readonly Proof[] | undefined>>;
  readonly proofsOfServer: Readonly<Record<string, readonly Proof[] | undefined>>;
  readonly files: readonly File[];
}

const SENTENCE = /^[A-Z0-9“].*[.!)]$/;

function faultsOf(at: string, one: Requirement, { read, satisfies, builtIn, proofsOfSettings, proofsOfBuiltIn, proofsOfServer }: PresetPromises): string[] {
  const said = [...(one.number.trim() === '' ? [`${at} has no number.`] : []), ...(SENTENCE.test(one.asks) ? [] : [`${at} does not say in a sentence what it asks.`])];
  if (one.by === 'you') return [...said, ...(SENTENCE.test(one.why ?? '') ? [] : [`${at} does not say why it is yours.`])];
  if (one.by === 'server') return [...said, ...((proofsOfServer[one.fact ?? ''] ?? []).length === 0 ? [`${at}: no test proves "${one.fact}" of the server.`] : [])];
  if (one.by === 'product') {
    const proofs = proofsOfBuiltIn[one.fact ?? ''] ?? [];
    return [...said, ...(one.fact !== undefined && Object.hasOwn(builtIn, one.fact) ? [] : [`${at} names "${one.fact}", which is not built in.`]), ...(proofs.length === 0 ? [`${at}: no test proves "${one.fact}".`] : [])];
  }
  const value = read(one.key ?? '', one.set);
  return [
    ...said,
    ...(value === undefined ? [`${at}: the setting "${one.key}" is not there, or refuses ${JSON.stringify(one.set)}.`] : []),
    ...(value === undefined || satisfies(one.want, value) ? [] : [`${at}: the value it would set does not satisfy it.`]),
    ...((proofsOfSettings[one.key ?? ''] ?? []).length === 0 ? [`${at}: no test proves "${one.key}".`] : []),
  ];
}

/** One sentence for each promise that is not kept. */
export function presetFaults(promises: PresetPromises): string[] {
  const { presets, files, builtIn, proofsOfSettings, proofsOfBuiltIn, proofsOfServer } = promises;
  const asked = new Set(presets.flatMap(({ requirements }) => requirements.map(({ fact }) => fact)));
  const idle = Object.keys(builtIn).filter((fact) => !asked.has(fact)).map((fact) => `${fact}: it is told to be built in, and no preset asks for it.`);
  const rotten = Object.entries({ ...proofsOfSettings, ...proofsOfBuiltIn, ...proofsOfServer }).flatMap(([about, proofs = []]) => proofs
    .filter(({ file, test }) => files.find(({ path }) => path === file)?.text.includes(test) !== true).map(({ file, test }) => `${about}: no test "${test}" stands in ${file}.`));
  const twice = presets.flatMap(({ id, requirements }) => requirements.filter((one, n) => requirements.findIndex((other) => other.id === one.id) !== n).map((one) => `${id}: ${one.id} stands there twice.`));
  return [...presets.flatMap((preset) => preset.requirements.flatMap((one) => faultsOf(`${preset.id} ${one.id}`, one, promises))), ...twice, ...idle, ...rotten];
}
