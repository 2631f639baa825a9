// One change of a setting, said as what somebody would do: raise it, tick a type, add an address.
import type { AnyKind } from './setting.ts';
import type { List, ListKind } from './list.ts';

const few = (texts: readonly string[]): string => (texts.length > 5 ? `${texts.slice(0, 5).join(', ')} and ${texts.length - 5} more` : texts.join(', '));

/** `texts`: what the facts name, for a list that must not hold them. The value is the nearest that does; further on does too. */
export function changeWords(kind: AnyKind, before: unknown, after: unknown, texts: readonly string[] = []): string {
  const print = kind.print as (value: unknown) => string;
  switch (kind.name) {
    case 'flag': return after === true ? 'Switch it on' : 'Switch it off';
    case 'choice': return `Choose “${print(after)}”`;
    case 'date':
      if (after === null) return 'Take the date off';
      return `Set it to ${String(after)} or ${before === null || String(after) < String(before) ? 'earlier' : 'later'}`;
    case 'file-types': {
      const [had, has] = [before as readonly string[], after as readonly string[]];
      const ticked = has.filter((id) => !had.includes(id));
      const said = (ids: readonly string[]): string => ids.map((id) => kind.options.find((option) => option.id === id)?.label ?? id).join(', ');
      return ticked.length > 0 ? `Tick ${said(ticked)}` : `Untick ${said(had.filter((id) => !has.includes(id)))}`;
    }
    case 'address-list': case 'cidr-list': case 'origin-list': return listWords(kind as unknown as ListKind, before as List, after as List, texts);
    default: {
      if (kind.zeroMeans !== undefined && after === 0) return `Set it to 0 (${kind.zeroMeans})`;
      if (kind.zeroMeans !== undefined && before === 0) return `Set it to ${print(after)}`;
      return (after as number) > (before as number) ? `Raise it to ${print(after)} or more` : `Lower it to ${print(after)} or less`;
    }
  }
}

function listWords(kind: ListKind, before: List, after: List, texts: readonly string[]): string {
  const valuesOf = ({ entries }: List): Set<string> => new Set(entries.map((entry) => entry.value));
  const [had, has] = [valuesOf(before), valuesOf(after)];
  const foreign = after.state === 'only' && [...has].every((value) => value === kind.example && !had.has(value)) && !texts.includes(kind.example);
  if (foreign) return `Name who is meant in the list, and not ${few(texts.filter((text) => kind.parse({ state: 'only', entries: [text] }, '', '').ok))}`;
  if (before.state === 'only' && after.state === 'only') {
    const added = [...has].filter((value) => !had.has(value));
    return added.length > 0 ? `Add ${few(added)} to the list` : `Take ${few([...had].filter((value) => !has.has(value)))} off the list`;
  }
  return `Set it to: ${kind.print(after)}`;
}
