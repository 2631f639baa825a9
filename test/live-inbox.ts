// For tests of the live inbox: a channel, customers who write, and the sockets of agents with what they heard.
import { WebSocket } from 'ws';
import { sessionActor } from '#identity/actor.ts';
import { newId, newToken } from '#identity/tokens.ts';
import { type AgentSent, type Actor, sendAsAgent } from '#inbox/agent-message.ts';
import { type Change, changeConversation } from '#inbox/conversation-change.ts';
import { sendAsCustomer, type Sent } from '#inbox/customer-message.ts';
import * as agentRows from '#store/agents.ts';
import * as channelRows from '#store/channels.ts';
import * as chatSessionRows from '#store/chat-sessions.ts';
import * as customerRows from '#store/customers.ts';
import type { Entry } from '#store/store.ts';
import { presentCookie, type TestHouse } from '#test/house.ts';

// The shape differs by type; tests look into what they asked for.
// oxlint-disable-next-line typescript/no-explicit-any
export type Told = any;

export interface Line {
  readonly socket: WebSocket;
  /** Every frame so far, in order. */
  readonly frames: Told[];
  readonly closed: Promise<readonly [number, string]>;
  say(frame: unknown): void;
  /** The first frame, among those from `from` on, that is as asked; waits for it. */
  told(is: (frame: Told) => boolean, from?: number): Promise<Told>;
  /** Everything the server sent before it got this far has arrived. */
  settled(): Promise<void>;
}

/** Opens the socket of a page, greeted. */
export async function openLine(house: TestHouse, cookie: string): Promise<Line> {
  const host = `localhost:${house.port}`;
  const socket = new WebSocket(`ws://127.0.0.1:${house.port}/api/v1/live`, { headers: { cookie: presentCookie(cookie), host }, origin: `http://${host}` });
  const frames: Told[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data) => {
    frames.push(JSON.parse(String(data)));
    for (const look of waiting) look();
  });
  const closed = new Promise<readonly [number, string]>((resolve) => socket.once('close', (code, reason) => resolve([code, reason.toString()])));
  const told: Line['told'] = (is, from = 0) =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = frames.slice(from).find(is);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  await told(({ type }) => type === 'hello');
  return {
    socket,
    frames,
    closed,
    told,
    say: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    async settled() {
      socket.ping();
      await new Promise((resolve) => socket.once('pong', resolve));
    },
  };
}

export interface Desk {
  readonly brandId: string;
  readonly channelId: string;
  /** A customer with a chat session; says what is given under client ids of its own. */
  customer(name: string | null): Promise<(text: string, clientId?: string) => Promise<Sent>>;
  actor(email: string): Promise<Actor>;
  write(actor: Actor, conversationId: string, text: string, kind?: 'text' | 'note', clientId?: string): Promise<AgentSent>;
  change(actor: Actor, conversationId: string, change: Change): Promise<void>;
}

let written = 0;

/** A channel in the brand `slug`. */
export async function openDesk(house: TestHouse, slug = 'acme'): Promise<Desk> {
  const { parts } = house.building;
  const { store, brands, sessions } = parts;
  const brand = (await brands.bySlug(slug))!;
  const rows = store.brand(brand.id);
  const now = (): number => house.clock.now;
  const desk = { store, commit: brands.commit, now };
  const entry = (event: string): Entry => ({ id: newId('evt'), at: now(), actor: { kind: 'host', id: null }, event, entity: { kind: 'channel', id: null } });
  const channelId = newId('chn');
  const channel = { id: channelId, kind: 'chat', name: 'Shop', title: 'Shop', greeting: '', away_text: '', colour: '#0b6e4f', created_at: now(), created_by: null, disabled_at: null } as const;
  await brands.commit([rows.part({ statements: [channelRows.insert(rows, channel)], entries: [entry('channel.created')] })]);
  return {
    brandId: brand.id,
    channelId,
    async customer(name) {
      const customer_id = newId('cus');
      const nothing = { email: null, phone: null, external_id: null, fields: '[]', verified_by: null, erased_at: null, erased_by: null };
      const session = { id: newId('chs'), channel_id: channelId, customer_id, token_hash: newToken().hash, site: 'https://shop.example', proven: 'anonymous', verified_by: null, created_at: now(), expires_at: now() + 86_400_000, address: null, user_agent: '' } as const;
      const statements = [customerRows.insert(rows, { id: customer_id, name, created_at: now(), last_seen_at: now(), ...nothing }), chatSessionRows.insert(rows, session)];
      await brands.commit([rows.part({ statements, entries: [entry('chat.session_begun')] })]);
      return (text, clientId = `client-${(written += 1)}`) => sendAsCustomer({ store, commit: brands.commit }, brand.id, { session, clientId, text }, now());
    },
    async actor(email) {
      const agent = (await agentRows.byEmailKey(rows, email))!;
      const session = [...sessions.each()].find(({ person, endedBy }) => person.id === agent.id && endedBy === null)!;
      return sessionActor(session, brand.policyIn);
    },
    write: (actor, conversationId, text, kind = 'text', clientId = `client-${(written += 1)}`) => sendAsAgent(desk, brand.id, actor, { conversationId, clientId, kind, text }),
    async change(actor, conversationId, change) {
      const changed = await changeConversation(desk, brand.id, actor, conversationId, change);
      if (!changed.ok) throw new Error(`Not changed: ${JSON.stringify(changed)}`);
    },
  };
}
