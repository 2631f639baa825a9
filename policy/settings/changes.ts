// The settings of the tab Changes: who must agree before a setting changes.
import { choice } from '../kinds/choice.ts';
import { setting } from '../setting.ts';

export const changes = {
  'policy.second_person': setting({
    kind: choice({
      options: [
        { value: 'off', label: 'Nobody else', help: 'Whoever may change settings changes them at once.', tighterThan: [] },
        { value: 'guarded', label: 'A second administrator, for what may shut people out', help: 'White-lists, two-factor mode, API mode, framing and this rule change once another administrator has approved.', tighterThan: ['off'] },
        { value: 'all', label: 'A second administrator, for every setting', help: 'Every setting, lock and channel value changes once another administrator has approved.', tighterThan: ['off', 'guarded'] },
      ],
    }),
    default: 'off',
    label: 'Second person for changes of settings',
    help: 'A change becomes a proposal, and holds only when an administrator other than its author has approved it.',
    limits: 'Whoever runs the server can still apply a policy file, which the audit trail says.',
    scope: 'brand',
    doors: ['workspace'],
    judged: 'Judged at every save of a setting, in the page and by key.',
  }),
} as const;
