// The catalogue's promises: every default valid, every enforced key decided on, every declared door tested, every kind drawn.
import { isTest, type File } from '#test/house/tree.ts';

/** As much of a setting as the rule looks at. */
export interface Declared {
  readonly kind: { readonly name: string; parse(input: unknown, label: string, path: string): { readonly ok: boolean; readonly value?: unknown } };
  readonly default: unknown;
  readonly label: string;
  readonly help: string;
  readonly scope: string;
  readonly doors: readonly string[];
}

export interface Promises {
  readonly catalogue: Readonly<Record<string, Declared>>;
  /** Key to the issue that will build its door. */
  readonly notEnforced: Readonly<Record<string, string | undefined>>;
  readonly files: readonly File[];
}

const names = (text: string, key: string): boolean => ["'", '"', '`'].some((mark) => text.includes(`${mark}${key}${mark}`));

function defaultFaults(key: string, setting: Declared): string[] {
  const read = setting.kind.parse(setting.default, setting.label, key);
  if (!read.ok) return [`${key}: its default is refused by its own kind.`];
  return JSON.stringify(read.value) === JSON.stringify(setting.default) ? [] : [`${key}: its default is not in the kind's canonical form.`];
}

function wordFaults(key: string, { label, help, doors }: Declared): string[] {
  return [
    ...(label.trim() === '' ? [`${key}: it has no label.`] : []),
    ...(/[.!?]$/.test(help.trim()) ? [] : [`${key}: its help must be a sentence.`]),
    ...(doors.length === 0 ? [`${key}: no door enforces it.`] : []),
  ];
}

/** An enforced key is read by a decision; and each of its doors has a test that names it. */
function doorFaults(key: string, { doors }: Declared, files: readonly File[]): string[] {
  const decisions = files.filter(({ path }) => path.startsWith('policy/decide/') && !isTest(path));
  const decided = decisions.some(({ text }) => names(text, key));
  const untested = doors.filter((door) => !files.some(({ path, text }) =>
    path.startsWith(`server/doors/${door}`) && /^[-./]/.test(path.slice(`server/doors/${door}`.length)) && isTest(path) && names(text, key)));
  return [
    ...(decided ? [] : [`${key}: no file in policy/decide/ reads it. Enforce it, or put it on policy/not-enforced.ts.`]),
    ...untested.map((door) => `${key}: it declares the door "${door}", but no test at server/doors/${door} names it.`),
  ];
}

/** What the catalogue promises and the house does not keep, one sentence each. */
export function catalogueFaults({ catalogue, notEnforced, files }: Promises): string[] {
  const settings = Object.entries(catalogue);
  const unknown = Object.keys(notEnforced).filter((key) => !(key in catalogue)).map((key) => `${key}: it stands on policy/not-enforced.ts, but is no setting.`);
  const kinds = [...new Set(settings.map(([, { kind }]) => kind.name))];
  const undrawn = kinds.filter((kind) => !files.some(({ path }) => path === `web/kinds/${kind}.tsx`)).map((kind) => `${kind}: this kind has no widget, web/kinds/${kind}.tsx.`);
  const unhomed = kinds.filter((kind) => !files.some(({ path }) => path === `policy/kinds/${kind}.ts`)).map((kind) => `${kind}: this kind has no file of its name, policy/kinds/${kind}.ts.`);
  return [
    ...settings.flatMap(([key, setting]) => [
      ...defaultFaults(key, setting), ...wordFaults(key, setting), ...(key in notEnforced ? [] : doorFaults(key, setting, files)),
    ]),
    ...unknown, ...unhomed, ...undrawn,
  ];
}
