// May these web origins present the workspace in a frame? (SETTINGS.md, `frame.allowed_origins`)
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';

export interface FramingFacts {
  /** The origins of the pages around the frame, the nearest first; empty when nobody could tell them. */
  readonly ancestors: readonly string[];
}

const listed = new WeakMap<object, ReadonlySet<string>>();

/** The origins that may present the workspace, in canonical form; empty while nobody may. */
export function framersOf(policy: Policy): ReadonlySet<string> {
  const list = policy.values['frame.allowed_origins'];
  const known = listed.get(list) ?? new Set(list.state === 'only' ? list.entries.map(({ value }) => value) : []);
  listed.set(list, known);
  return known;
}

/**
 * Codes: `frame.off`, `frame.origin_unknown`, `frame.origin_not_allowed`. Each page around the frame counts, not the nearest alone: whoever
 * may present the workspace may not be presented by others with it in it.
 */
export function decideFraming(policy: Policy, { ancestors }: FramingFacts): Decision {
  const framers = framersOf(policy);
  if (framers.size === 0) return deny('frame.off', 'frame.allowed_origins', { ancestors });
  if (ancestors.length === 0) return deny('frame.origin_unknown', 'frame.allowed_origins', {});
  const foreign = ancestors.filter((origin) => !framers.has(origin));
  return foreign.length === 0 ? allow() : deny('frame.origin_not_allowed', 'frame.allowed_origins', { ancestors, foreign });
}
