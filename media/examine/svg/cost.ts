// What a drawing costs whoever shows it: its elements, counted as often as they are named. A few lines that name each other ten times each are a flood.
import { Finding, LIMITS } from '#media/examine/finding.ts';
import type { Drawing, Drawn } from '#media/examine/svg/reading.ts';
import type { Rule } from '#media/examine/svg/sheet.ts';

type Named = Rule['names'][number];

/** By what a rule's last part asks for first. The others of its part are asked when it is found. */
function openRules(rules: readonly Rule[]): (element: Drawn) => readonly Named[] {
  const byKey = new Map<string, { readonly about: Rule['about'][number]; readonly names: readonly Named[] }[]>();
  for (const { about, names } of rules) {
    if (names.length === 0) continue;
    for (const one of about) {
      const key = one.id !== null ? `#${one.id}` : one.classes[0] !== undefined ? `.${one.classes[0]}` : (one.element ?? '*');
      const present = byKey.get(key);
      if (present === undefined) byKey.set(key, [{ about: one, names }]);
      else present.push({ about: one, names });
    }
  }
  if (byKey.size === 0) return () => [];
  return ({ name, attributes }) => {
    const classes = attributes.get('class')?.split(' ') ?? [];
    const id = attributes.get('id');
    const found = [name, '*', ...classes.map((one) => `.${one}`), ...(id === undefined ? [] : [`#${id}`])].flatMap((key) => byKey.get(key) ?? []);
    return found.filter(({ about }) => (about.element === null || about.element === name) && about.classes.every((one) => classes.includes(one))).flatMap(({ names }) => names);
  };
}

/** Throws a Finding where the drawing is larger than it looks, or is drawn within itself. */
export function judgeCost({ root, rules }: Pick<Drawing, 'root' | 'rules'>): void {
  const byId = new Map<string, Drawn>();
  const gather = (element: Drawn): void => {
    const id = element.attributes.get('id');
    if (id !== undefined && !byId.has(id)) byId.set(id, element);
    for (const child of element.children) if (typeof child !== 'string') gather(child);
  };
  gather(root);
  const ruled = openRules(rules);
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
    for (const child of element.children) if (typeof child !== 'string') add(costOf(child));
    for (const { property, ids } of [...element.names, ...ruled(element)]) {
      // A marker stands at every corner of a line.
      const times = property.startsWith('marker') ? Math.max(1, Math.ceil(((element.attributes.get('d') ?? element.attributes.get('points') ?? '').length) / 4)) : 1;
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
