// The settings of the tab Two-factor: who needs a second factor, from where, by when.
import { choice } from '../kinds/choice.ts';
import { date } from '../kinds/date.ts';
import { days } from '../kinds/days.ts';
import { setting } from '../setting.ts';

export const twoFactor = {
  'two_factor.mode': setting({
    kind: choice({
      options: [
        { value: 'off', label: 'Off', help: 'Inside the white-list a password is enough; outside of it no one gets in.', tighterThan: ['remote_only'] },
        {
          value: 'remote_only',
          label: 'Remote only',
          help: 'Inside a password is enough; outside admins and agents with remote access get in with a code.',
          tighterThan: [],
        },
        { value: 'on', label: 'On', help: 'Everyone needs a code; outside only admins and agents with remote access get in.', tighterThan: ['remote_only'] },
      ],
    }),
    default: 'remote_only',
    label: 'Two-factor module',
    help: 'Where a sign-in needs a code besides the password; while the white-list lets anyone in, "Remote only" never asks.',
    limits: 'A fresh code before settings, keys and people are changed is asked in every mode. API keys give no code: their own list and place of the token govern them.',
    scope: 'brand',
    doors: ['workspace', 'media'],
    mayShutOut: true,
  }),
  'two_factor.enrol_by': setting({
    kind: date({ nullMeans: 'No date' }),
    default: null,
    label: 'Enrol a second factor by',
    help: 'The last day (UTC) for agents without a second factor: until then they are reminded, after it nothing but the enrolment opens.',
    scope: 'brand',
    doors: ['workspace'],
  }),
  'two_factor.trust_days': setting({
    kind: days({ min: 0, max: 90, tighterIs: 'smaller' }),
    default: 0,
    label: 'Trust a device for',
    help: 'For so many days a device that gave a code is not asked for one at sign-in; at step-up it always is.',
    scope: 'brand',
    doors: ['workspace'],
  }),
} as const;
