// Hears the bumps that other nodes tell (LISTEN). A connection that is lost is made again; what was said meanwhile the poll finds.
import type pg from 'pg';
import { connect } from '#store/postgres/connection.ts';

const AGAIN_MS = 1_000;

export interface Listener {
  close(): Promise<void>;
}

/** Each channel's listener gets what other nodes sent there; notices that begin with `sign` are this node's own. */
export async function openListener(url: string, sign: string, channels: Readonly<Record<string, (said: string) => void>>): Promise<Listener> {
  let client: pg.Client | undefined;
  let again: NodeJS.Timeout | undefined;
  let closed = false;

  function later(): void {
    client = undefined;
    if (closed) return;
    again = setTimeout(() => void listen().catch(later), AGAIN_MS);
    again.unref();
  }

  async function listen(): Promise<void> {
    const connected = await connect(url, { idle_in_transaction_session_timeout: 0 }, () => {
      if (client === connected) later();
    });
    if (closed) return connected.end();
    client = connected;
    connected.on('notification', ({ channel, payload = '' }) => {
      const space = payload.indexOf(' ');
      if (payload.slice(0, space) !== sign) channels[channel]?.(payload.slice(space + 1));
    });
    for (const channel of Object.keys(channels)) await connected.query(`listen ${channel}`);
  }

  await listen();
  return {
    async close() {
      closed = true;
      clearTimeout(again);
      await client?.end().catch(() => {});
    },
  };
}
