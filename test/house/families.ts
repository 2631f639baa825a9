// Families of events: what stands before the first dot of each event can be filtered by in exactly one place of the audit page.

const prefixOf = (event: string): string => event.slice(0, event.indexOf('.') + 1);

/** `page`: the file of the families; each choice asks for its `value`, several with commas. */
export function familyFaults(events: readonly string[], page: string): string[] {
  const given = [...page.matchAll(/\bvalue: '([^']+)'/g)].flatMap(([, value = '']) => value.split(','));
  const known = [...new Set(events.map(prefixOf))];
  return [
    ...known.flatMap((prefix) => {
      const times = given.filter((one) => one === prefix).length;
      return times === 1 ? [] : [`${prefix} stands in ${times} families of web/audit/families.ts: it must stand in exactly one.`];
    }),
    ...given.filter((prefix) => !known.includes(prefix)).map((prefix) => `${prefix} in web/audit/families.ts is the family of no event.`),
  ];
}
