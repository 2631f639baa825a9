// What a drawing costs whoever shows it: its elements, counted as often as they are named. A few lines that name each other ten times each are a flood.
import { Finding, LIMITS } from '#media/examine/finding.ts';
import { openFilterCost, STEP } from '#media/examine/svg/filter-cost.ts';
import type { Drawing, Drawn } from '#media/examine/svg/reading.ts';
import type { Rule } from '#media/examine/svg/sheet.ts';
import type { Named } from '#media/examine/svg/values.ts';

type About = Rule['about'][number];

const classesOf = ({ attributes }: Drawn): ReadonlySet<string> => new Set(attributes.get('class')?.split(' '));

/** What a rule may ask for that this element has. */
function keysOf(element: Drawn, classes: ReadonlySet<string> = classesOf(element)): string[] {
  const id = element.attributes.get('id');
  return [element.name, ...[...classes].map((one) => `.${one}`), ...(id === undefined ? [] : [`#${id}`])];
}
const asked = ({ element, classes, id }: About): string[] => [...(element === null ? [] : [element]), ...classes.map((one) => `.${one}`), ...(id === null ? [] : [`#${id}`])];

/** By what a rule's last part asks for that the fewest elements have. The others of its part are asked when it is found, and that is counted. */
function openRules(rules: readonly Rule[], all: readonly Drawn[]): (element: Drawn) => readonly Named[] {
  const naming = rules.filter(({ names }) => names.length > 0);
  if (naming.length === 0) return () => [];
  const many = new Map<string, number>();
  for (const element of all) for (const key of keysOf(element)) many.set(key, (many.get(key) ?? 0) + 1);
  const byKey = new Map<string, { readonly about: About; readonly names: readonly Named[] }[]>();
  for (const { about, names } of naming) {
    for (const one of about) {
      const rarest = asked(one).reduce<string | null>((least, key) => (least === null || (many.get(key) ?? 0) < (many.get(least) ?? 0) ? key : least), null) ?? '*';
      const present = byKey.get(rarest);
      if (present === undefined) byKey.set(rarest, [{ about: one, names }]);
      else present.push({ about: one, names });
    }
  }
  let looked = 0;
  return (element) => {
    const classes = classesOf(element);
    const id = element.attributes.get('id');
    const found: Named[] = [];
    for (const key of ['*', ...keysOf(element, classes)]) {
      const those = byKey.get(key) ?? [];
      looked += those.length;
      if (looked > LIMITS.drawnAgain) throw new Finding('upload.expands_too_far', { rules: LIMITS.drawnAgain });
      for (const { about, names } of those) {
        if ((about.element === null || about.element === element.name) && (about.id === null || about.id === id) && about.classes.every((one) => classes.has(one))) found.push(...names);
      }
    }
    return found;
  };
}

/** Throws a Finding where the drawing is larger than it looks, or is drawn within itself. */
export function judgeCost({ root, rules }: Pick<Drawing, 'root' | 'rules'>): void {
  const byId = new Map<string, Drawn>();
  const all: Drawn[] = [];
  const gather = (element: Drawn): void => {
    all.push(element);
    const id = element.attributes.get('id');
    if (id !== undefined && !byId.has(id)) byId.set(id, element);
    for (const child of element.children) if (typeof child !== 'string') gather(child);
  };
  gather(root);
  const ruled = openRules(rules, all);
  const filtering = openFilterCost(root, all);
  const known = new Map<Drawn, number>();
  const under = new Set<Drawn>();
  const costOf = (element: Drawn): number => {
    const before = known.get(element);
    if (before !== undefined) return before;
    // Within itself, or named by so long a chain that nobody follows it.
    if (under.has(element) || under.size > LIMITS.drawnDepth * 4) throw new Finding('upload.expands_too_far', { within: element.name });
    under.add(element);
    let cost = 1;
    const add = (more: number): void => {
      cost += more;
      if (cost > LIMITS.drawnAgain) throw new Finding('upload.expands_too_far', { drawn: LIMITS.drawnAgain });
    };
    add(filtering(element));
    for (const child of element.children) if (typeof child !== 'string') add(costOf(child));
    for (const { property, ids, filters } of [...element.names, ...ruled(element)]) {
      // A marker stands at every corner of a line.
      const times = property.startsWith('marker') ? Math.max(1, Math.ceil(((element.attributes.get('d') ?? element.attributes.get('points') ?? '').length) / 4)) : 1;
      add(filters * STEP);
      for (const id of ids) {
        const named = byId.get(id);
        add(named === undefined ? 1 : times * costOf(named));
      }
    }
    under.delete(element);
    known.set(element, cost);
    return cost;
  };
  costOf(root);
}
