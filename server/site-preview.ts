// Tells before a save which open chats it would close: those on a site that the channel's next policy no longer names.
import type { Policy } from '#policy/effective.ts';
import * as chatSessionRows from '#store/chat-sessions.ts';
import type { BrandStore } from '#store/store.ts';

const names = ({ values }: Policy, site: string): boolean => {
  const { state, entries } = values['channel.site_origins'];
  return state === 'only' && entries.some((entry) => entry.value === site);
};

/** `now` in ms. `nextOf` gives the policy a channel would have. Chats on sites that are refused already are not counted. */
export async function chatsClosing(brand: BrandStore, now: number, currentOf: (channelId: string) => Policy, nextOf: (channelId: string) => Policy): Promise<number> {
  const open = await chatSessionRows.openBySite(brand, now);
  return open.filter(({ channel_id, site }) => names(currentOf(channel_id), site) && !names(nextOf(channel_id), site)).reduce((sum, one) => sum + one.open, 0);
}
