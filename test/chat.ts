// Customers for a test of the whole server: a channel open on a site, sessions begun as the frame begins them, and their sockets.
import { WebSocket } from 'ws';
import type { Admin, Answer, TestHouse } from '#test/house.ts';
import { only } from '#test/people.ts';

export const SITE = 'https://shop.example';
export const OTHER_SITE = 'https://other.example';

export interface TestChannel {
  readonly id: string;
  /** As it stands in a site's snippet. */
  readonly address: string;
  readonly brandId: string;
}

/** Makes a channel that opens on these sites. `cookie`: of an admin. */
export async function makeChannel(house: TestHouse, admin: Admin, cookie: string, sites: readonly string[] = [SITE], name = 'Shop'): Promise<TestChannel> {
  const saved = await house.save(admin, cookie, { 'channel.site_origins': only(...sites) });
  if (saved.status !== 200) throw new Error(`Sites: ${saved.status} ${saved.text}`);
  const made = await house.call('POST', '/api/v1/channels', { cookie, body: { name, title: 'Talk to us', greeting: 'Hello', awayText: 'Away', colour: '#0b6456' } });
  if (made.status !== 201) throw new Error(`Channel: ${made.status} ${made.text}`);
  const brandId = (await house.building.parts.brands.bySlug(admin.slug))!.id;
  return { id: made.body.id, address: `${brandId}.${made.body.id}`, brandId };
}

/** What the page of a site asks. */
export const openOn = (house: TestHouse, channel: TestChannel, site: string | undefined = SITE): Promise<Answer> =>
  house.call('GET', `/api/v1/chat/open/${channel.address}`, { headers: { origin: site, 'sec-fetch-site': 'cross-site' } });

/** What the frame asks then. Gives the token. */
export async function beginChat(house: TestHouse, channel: TestChannel, { site = SITE, ticket }: { site?: string; ticket?: string } = {}): Promise<string> {
  const opened = await openOn(house, channel, site);
  const begun = await house.call('POST', '/api/v1/chat/sessions', { body: { opening: opened.body?.opening, ...(ticket === undefined ? {} : { ticket }) } });
  if (begun.status !== 201) throw new Error(`Chat: ${opened.status} ${begun.status} ${begun.text}`);
  return begun.body.token as string;
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

// The shape differs by type; tests look into what they asked for.
// oxlint-disable-next-line typescript/no-explicit-any
export type Told = Record<string, any> & { readonly type: string };

export interface ChatSocket {
  readonly socket: WebSocket;
  readonly heard: Told[];
  readonly closed: Promise<readonly [number, string]>;
  say(frame: unknown): void;
  /** Waits for the first that fits, of those heard or to come. */
  told(type: string, fits?: (one: Told) => boolean): Promise<Told>;
}

/** A bare socket of our frame; nothing is said yet. */
export async function knockAt(house: TestHouse, { from = '127.0.0.1', origin }: { from?: string; origin?: string } = {}): Promise<ChatSocket> {
  const host = `localhost:${house.port}`;
  const socket = new WebSocket(`ws://127.0.0.1:${house.port}/api/v1/chat/live`, { localAddress: from, headers: { host }, origin: origin ?? `http://${host}` });
  const heard: Told[] = [];
  const looking = new Set<() => void>();
  socket.on('message', (data) => {
    heard.push(JSON.parse(String(data)) as Told);
    for (const look of looking) look();
  });
  const closed = new Promise<readonly [number, string]>((resolve) => socket.once('close', (code, reason) => resolve([code, reason.toString()] as const)));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return {
    socket, heard, closed,
    say: (frame) => socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame)),
    told: (type, fits = () => true) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = heard.find((one) => one.type === type && fits(one));
          if (found === undefined) return;
          looking.delete(look);
          resolve(found);
        };
        looking.add(look);
        void closed.then(([code, reason]) => reject(new Error(`closed ${code} ${reason} before "${type}"; heard ${JSON.stringify(heard).slice(0, 500)}`)));
        look();
      }),
  };
}

/** A socket that said hello and was welcomed. */
export async function chatSocket(house: TestHouse, token: string, since: number | null = null): Promise<ChatSocket> {
  const socket = await knockAt(house);
  socket.say({ type: 'hello', token, since });
  await socket.told('welcome');
  return socket;
}

/** Every message a socket was told, once each, as the page would keep them: by id, in their order. */
export function kept(...sockets: ChatSocket[]): string[] {
  const byId = new Map<string, { seq: number; text: string }>();
  for (const { heard } of sockets) for (const one of heard) for (const message of one['messages'] ?? []) byId.set(message.id, message);
  return [...byId.values()].sort((one, other) => one.seq - other.seq).map(({ text }) => text);
}

/** How often each message was told to these sockets. */
export const toldOften = (...sockets: ChatSocket[]): number[] => {
  const times = new Map<string, number>();
  for (const { heard } of sockets) for (const one of heard) for (const message of one['messages'] ?? []) times.set(message.id, (times.get(message.id) ?? 0) + 1);
  return [...times.values()];
};
