// Which settings may a program change? None of those that guard people and programs themselves, nor what may shut people out: they ask for a fresh factor, which no key has.
import { type Key, isKey, settingOf } from '../catalogue.ts';
import { type Decision, allow, deny } from '../decision.ts';

const GUARDED: readonly string[] = Object.freeze(['two_factor.', 'api.', 'management.', 'password.', 'policy.']);

/** What may shut people out is what a person puts on trial and confirms from a session that it lets in; framing is such, and lets another site draw the workspace. */
const isGuarded = (key: string): boolean => GUARDED.some((start) => key.startsWith(start)) || (isKey(key) && settingOf(key).mayShutOut === true);

/** Code: `step_up.required`, with the first such key as its setting. `named`: every key the change names, whether it changes it or not. */
export function decidePolicyByKey({ named }: { readonly named: readonly string[] }): Decision {
  const guarded = named.filter(isGuarded);
  const [first] = guarded;
  return first === undefined ? allow() : deny('step_up.required', null, { keys: guarded.slice(0, 20), setting: first as Key });
}
