// The settings of the tab Channels: on which sites a channel may appear.
import { originList } from '../kinds/origin-list.ts';
import { setting } from '../setting.ts';

export const channel = {
  'channel.site_origins': setting({
    kind: originList({
      states: ['none', 'only'],
      onlyMeans: 'The chat opens on these sites only',
      noneMeans: 'The chat opens on no site',
    }),
    default: { state: 'none', entries: [] },
    label: 'Sites of the chat channel',
    help: 'The exact web origins of the sites on which the chat of this channel may open.',
    limits: 'It keeps the chat off other sites in every browser; it is no sign-in: whoever writes is a stranger unless a ticket names them.',
    scope: 'channel',
    doors: ['chat'],
  }),
} as const;
