// One of a few named options.
import { type Parsed, fault, parsed, refused, shown } from '../fault.ts';
import { type Comparison, type JsonSchema, type Kind, comparison } from '../kind.ts';

export interface Option<V extends string> {
  readonly value: V;
  readonly label: string;
  /** One sentence for the page. */
  readonly help: string;
  /** The options that allow all that this one allows, and more. Where neither names the other, the two are different. */
  readonly tighterThan: readonly NoInfer<V>[];
}

export interface ChoiceKind<V extends string = string> extends Kind<V> {
  readonly name: 'choice';
  readonly options: readonly Option<V>[];
}

/** Some options cannot be compared, so `tighter` is only a promise where they can: a choice is for settings of scope `brand`. */
export function choice<const V extends string>({ options }: { readonly options: readonly Option<V>[] }): ChoiceKind<V> {
  const byValue = new Map<string, Option<V>>(options.map((option) => [option.value, option]));
  const within = (a: V, b: V): boolean => a === b || (byValue.get(a)?.tighterThan.includes(b) ?? false);
  const compare = (a: V, b: V): Comparison => comparison(within(a, b), within(b, a));
  const names = options.map((option) => option.value).join(', ');
  return Object.freeze({
    name: 'choice',
    options: Object.freeze(options.map((option) => Object.freeze({ ...option }))),
    parse: (input: unknown, label: string, path: string): Parsed<V> => {
      const option = typeof input === 'string' ? byValue.get(input) : undefined;
      if (option !== undefined) return parsed(option.value);
      return refused(fault(path, 'choice.unknown', label, `be one of ${names}`, shown(input)));
    },
    print: (value: V) => byValue.get(value)?.label ?? value,
    compare,
    tighter: (a: V, b: V) => (compare(b, a) === 'tighter' ? b : a),
    jsonSchema: (): JsonSchema => ({ enum: options.map((option) => option.value) }),
  });
}
