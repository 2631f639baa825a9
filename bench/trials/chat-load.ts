// The load of chat.delivery: all customers and agents connected, so many messages a second for a while, each timed until every viewer has it.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { quantile } from '../flood.ts';
import type { Gathering } from '../gathering.ts';
import { residentMemory } from '../process-stat.ts';
import { seeded } from '../statistics.ts';

const [file, dataDir, pid, rate, seconds] = process.argv.slice(2) as [string, string, string, string, string];
const { port, host, customers, agents } = JSON.parse(readFileSync(file, 'utf8')) as Gathering & { port: number; host: string };
/** Sockets that open at the same time. */
const AT_ONCE = 25;
const SETTLE_MS = 1_500;

interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly messages?: readonly { readonly text: string }[];
}

const delivered: number[] = [];
const acknowledged: number[] = [];
let sent = 0;
let expected = 0;
let refused = 0;
const sentAt = new Map<string, number>();

/** The moment of sending stands in the text, so that whoever gets it can tell how long it took: one process, one clock. */
const timed = (frame: Frame): void => {
  const now = performance.now();
  for (const { text } of frame.messages ?? []) {
    const at = /^at ([\d.]+) /.exec(text)?.[1];
    if (at !== undefined) delivered.push(now - Number(at));
  }
};

function open(path: string, headers: Record<string, string>, hello: unknown, ready: string, hear: (frame: Frame) => void): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { host, ...headers }, origin: `http://${host}`, perMessageDeflate: false });
    socket.once('error', reject);
    socket.once('close', (code, reason) => reject(new Error(`A socket of the bench was closed: ${code} ${String(reason)}`)));
    socket.once('open', () => socket.send(JSON.stringify(hello)));
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      if (frame.type === ready) resolve(socket);
      hear(frame);
    });
  });
}

async function openAll<Of>(all: readonly Of[], one: (of: Of, at: number) => Promise<WebSocket>): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  for (let first = 0; first < all.length; first += AT_ONCE) sockets.push(...(await Promise.all(all.slice(first, first + AT_ONCE).map((of, at) => one(of, first + at)))));
  return sockets;
}

async function memory(): Promise<number> {
  for (let times = 0; times < 3; times += 1) {
    process.kill(Number(pid), 'SIGUSR2');
    await pause(SETTLE_MS / 3);
  }
  return residentMemory(Number(pid));
}

const before = await memory();
const sockets = await openAll(customers, ({ token }) => open('/api/v1/chat/live', {}, { type: 'hello', token, since: null }, 'welcome', (frame) => {
  if (frame.type === 'messages') timed(frame);
  if (frame.type === 'refused') refused += 1;
  if (frame.type !== 'ack' || frame.id === undefined) return;
  acknowledged.push(performance.now() - (sentAt.get(frame.id) ?? 0));
}));
const idle = ((await memory()) - before) / customers.length;

const watched = Math.min(agents.length, customers.length);
await openAll(agents, (cookie, at) => open('/api/v1/live', { cookie }, { type: 'resume', feed: null, watching: customers[at % watched]!.conversation }, 'hello', (frame) => {
  if (frame.type === 'messages') timed(frame);
}));
await pause(SETTLE_MS);

const random = seeded(7);
const begin = performance.now();
const end = begin + Number(seconds) * 1_000;
/** Half of what is said is said where an agent is looking. */
function sayOne(): void {
  const at = Math.floor(random() * (random() < 0.5 ? watched : customers.length));
  const id = `bench-${sent}-${Math.floor(random() * 1e9)}`;
  const now = performance.now();
  sentAt.set(id, now);
  sent += 1;
  expected += at < watched ? 1 + Math.floor(agents.length / watched) : 1;
  sockets[at]!.send(JSON.stringify({ type: 'send', id, text: `at ${now} Where is my order number ${sent}, please? It should have come last week.` }));
}
// An open loop: what is slow to be answered does not slow what is said.
while (performance.now() < end) {
  const due = Math.floor(((performance.now() - begin) / 1_000) * Number(rate));
  while (sent < due) sayOne();
  await pause(1);
}
for (let waited = 0; waited < 5_000 && (delivered.length < expected || acknowledged.length < sent); waited += 50) await pause(50);

const db = new DatabaseSync(join(dataDir, 'portcullis.db'), { readOnly: true });
const kept = (db.prepare('select count(*) as many from messages').get() as { many: number }).many;
process.stdout.write(`${JSON.stringify({
  sent, expected, refused, kept, acknowledged: acknowledged.length, delivered: delivered.length, socketKilobytes: idle * 1_000,
  deliveredP50: quantile(delivered, 0.5), deliveredP99: quantile(delivered, 0.99), acknowledgedP99: quantile(acknowledged, 0.99),
})}\n`);
