// The settings of the tab Session management: how long an agent's session and a customer's ticket live.
import { hours } from '../kinds/hours.ts';
import { minutes } from '../kinds/minutes.ts';
import { seconds } from '../kinds/seconds.ts';
import { setting } from '../setting.ts';

const LONGEST = 'Longest session';
const BOUGHT = 'Length of a chat session bought by a ticket';

export const session = {
  'session.idle_timeout_minutes': setting({
    kind: minutes({ min: 0, max: 1_440, tighterIs: 'smaller', zeroMeans: 'Off' }),
    default: 30,
    label: 'Idle session timeout',
    help: 'A session ends after so many minutes without a person\'s own input; background activity does not count.',
    limits: `“${LONGEST}” holds beside it, also while this is off.`,
    scope: 'brand',
    doors: ['workspace', 'media'],
  }),
  'session.absolute_hours': setting({
    kind: hours({ min: 1, max: 720, tighterIs: 'smaller' }),
    default: 12,
    label: LONGEST,
    help: 'A session ends so many hours after sign-in, whatever happens in it.',
    scope: 'brand',
    doors: ['workspace', 'media'],
  }),
  'ticket.lifetime_seconds': setting({
    kind: seconds({ min: 10, max: 86_400, tighterIs: 'smaller' }),
    default: 60,
    label: 'Ticket Authentication expiration time',
    help: 'Within so many seconds of its making a ticket from the brand\'s own site must be redeemed.',
    limits: `How long the chat lasts that a ticket opened is said by “${BOUGHT}”.`,
    scope: 'channel',
    doors: ['chat'],
  }),
  'ticket.session_minutes': setting({
    kind: minutes({ min: 5, max: 1_440, tighterIs: 'smaller' }),
    default: 60,
    label: BOUGHT,
    help: 'A customer who came by a ticket stays known for so many minutes.',
    scope: 'channel',
    doors: ['chat'],
  }),
} as const;
