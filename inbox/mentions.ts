// Who is named by @ in a note: the longest name that stands there, or a first name that only one person has.

export interface Nameable {
  readonly id: string;
  readonly name: string;
}

const folded = (text: string): string => text.normalize('NFKC').toLocaleLowerCase('und').replace(/\s+/gu, ' ');
const IN_WORD = /[\p{L}\p{M}\p{N}_]/u;
/** So many are told by one note at most. */
export const MOST_MENTIONED = 50;

/** Does `text` begin with this name, as whole words? */
const begins = (text: string, name: string): boolean => text.startsWith(name) && !IN_WORD.test(text.charAt(name.length));

/** Ids, each once, in the order they are named. People of the same name are all meant. */
export function mentionsIn(note: string, people: readonly Nameable[]): string[] {
  if (!note.includes('@')) return [];
  const text = folded(note);
  const whole = people.map(({ id, name }) => ({ id, name: folded(name).trim() })).filter(({ name }) => name !== '');
  const firsts = Map.groupBy(whole, ({ name }) => name.split(' ')[0] ?? '');
  const found = new Set<string>();
  for (let at = text.indexOf('@'); at !== -1 && found.size < MOST_MENTIONED; at = text.indexOf('@', at + 1)) {
    // An address is no mention: ada@dana.example.
    if (at > 0 && IN_WORD.test(text.charAt(at - 1))) continue;
    const rest = text.slice(at + 1);
    const named = whole.filter(({ name }) => begins(rest, name));
    const longest = Math.max(0, ...named.map(({ name }) => name.length));
    const meant = named.filter(({ name }) => name.length === longest);
    const first = meant.length > 0 ? meant : [...firsts].filter(([name, all]) => all.length === 1 && begins(rest, name)).flatMap(([, all]) => all);
    for (const { id } of first) found.add(id);
  }
  return [...found].slice(0, MOST_MENTIONED);
}
