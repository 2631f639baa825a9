// The settings of the tab Retention: how long conversations are kept, by their status.
import { days } from '../kinds/days.ts';
import { setting } from '../setting.ts';

/** Ten years; who must keep longer chooses 0. */
const LONGEST = 3_650;
const STAYS = 'A conversation on legal hold stays. The audit trail and backups are not touched.';
const IN_ROUNDS = 'Carried out by the server itself, in rounds.';

export const retention = {
  'retention.open_days': setting({
    kind: days({ min: 0, max: LONGEST, tighterIs: 'smaller', zeroMeans: 'For ever' }),
    default: 0,
    label: 'Keep open conversations for',
    help: 'An open conversation is erased so many days after its last message.',
    limits: STAYS,
    scope: 'brand',
    doors: ['workspace'],
    judged: IN_ROUNDS,
  }),
  'retention.solved_days': setting({
    kind: days({ min: 0, max: LONGEST, tighterIs: 'smaller', zeroMeans: 'For ever' }),
    default: 0,
    label: 'Keep solved conversations for',
    help: 'A solved conversation is erased so many days after it was solved.',
    limits: STAYS,
    scope: 'brand',
    doors: ['workspace'],
    judged: IN_ROUNDS,
  }),
  'retention.archived_days': setting({
    kind: days({ min: 0, max: LONGEST, tighterIs: 'smaller', zeroMeans: 'For ever' }),
    default: 0,
    label: 'Keep archived conversations for',
    help: 'An archived conversation is erased so many days after it was archived.',
    limits: STAYS,
    scope: 'brand',
    doors: ['workspace'],
    judged: IN_ROUNDS,
  }),
} as const;
