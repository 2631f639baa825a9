// The real server whose live inbox is told of a message without its being written first: what is left is the fan-out. Speak on `speakPort`.
import { type WebSocket, WebSocketServer } from 'ws';
import * as conversationRows from '#store/conversations.ts';
import type { MessageRow } from '#store/messages.ts';
import type { Changes } from '#server/feed.ts';
import { gather } from '../gathering.ts';
import { openHouse } from '../house.ts';
import { freePort } from '../program.ts';
import { onStop, sayReady } from './ready.ts';

const port = await freePort();
const house = await openHouse(port);
const { feed, store } = house.building.parts;
const { brandId, customers, agents } = await gather(house.building, { customers: 1, agents: Number(process.argv[2]) });
const brand = store.brand(brandId);
const row = await conversationRows.byId(brand, customers[0]!.conversation);
if (row === undefined) throw new Error('The conversation of the bench is missing.');

// The rooms follow the feed as ever; whoever follows is remembered, and told by hand.
const listeners: ((changes: Changes) => void)[] = [];
const { follow } = feed;
Object.assign(feed, {
  follow(id: string, listener: (changes: Changes) => void) {
    listeners.push(listener);
    return follow(id, listener);
  },
});

let told = row.feed;
function tell(text: string): void {
  told += 1;
  const message: MessageRow = {
    id: `msg_${told}`, conversation_id: row!.id, seq: told, feed: told, kind: 'text', author_kind: 'customer', author_id: row!.customer_id, client_id: `bench-${told}`, text, verified: 0,
    created_at: Date.now(), redacted_at: null, redacted_by: null, files: 0,
  };
  const changes: Changes = { feed: told, conversations: [{ ...row!, feed: told, last_seq: told }], messages: [message], files: new Map(), ended: [] };
  for (const listener of listeners) listener(changes);
}

const speakPort = await freePort();
const ears = new WebSocketServer({ port: speakPort, host: '127.0.0.1', perMessageDeflate: false });
ears.on('connection', (socket: WebSocket) => socket.on('message', (data) => tell(String(data))));

const { app } = house.building;
await app.listen({ port, host: '127.0.0.1', backlog: 1_024 });
onStop(async () => {
  ears.close();
  await house.close();
});
sayReady(app.server, { host: house.host, speakPort, conversation: row.id, agents });
