// A list of mail addresses made ready for many questions: one look-up of the address, one of its host, one for each host above.
import type { List } from './list.ts';

export interface MailMatcher {
  /** Is this bare address, in canonical form, held by the list in its state? `none` holds nobody, `any` everybody. */
  holds(address: string): boolean;
}

const NOBODY: MailMatcher = Object.freeze({ holds: () => false });
const EVERYBODY: MailMatcher = Object.freeze({ holds: () => true });
const made = new WeakMap<object, MailMatcher>();

/** A list of refusals folds the case of local parts too: hardly any mailbox tells it apart, and a refusal must not be got round by it. */
const folded = (value: string): string => value.toLowerCase();
const asTyped = (value: string): string => value;

function compiled(list: List, role: 'allow' | 'deny'): MailMatcher {
  const fold = role === 'deny' ? folded : asTyped;
  const addresses = new Set<string>();
  const hosts = new Set<string>();
  /** The hosts whose subdomains are held, not they themselves. */
  const parents = new Set<string>();
  for (const { value } of list.entries) {
    if (value.startsWith('@*.')) parents.add(value.slice(3));
    else if (value.startsWith('@')) hosts.add(value.slice(1));
    else addresses.add(fold(value));
  }
  return Object.freeze<MailMatcher>({
    holds(address) {
      if (addresses.has(fold(address))) return true;
      const host = address.slice(address.lastIndexOf('@') + 1);
      if (hosts.has(host)) return true;
      if (parents.size === 0) return false;
      for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) if (parents.has(host.slice(dot + 1))) return true;
      return false;
    },
  });
}

/** `role` is that of the list's kind. Kept for as long as the list's object lives: a policy's lists are frozen, so a change makes another one. */
export function matcherOf(list: List, role: 'allow' | 'deny'): MailMatcher {
  if (list.state === 'any') return EVERYBODY;
  if (list.state === 'none') return NOBODY;
  const known = made.get(list);
  if (known !== undefined) return known;
  const matcher = compiled(list, role);
  made.set(list, matcher);
  return matcher;
}
