// chat.fanout: what it costs the server to bring one message to one of five hundred who may see it, against plain `ws` and Socket.IO.
import { readFileSync } from 'node:fs';
import { type Child, startBeside, startServer } from '../child.ts';
import { gathered, type Hall, LISTENERS, opened } from '../fanout.ts';
import type { Gathering } from '../gathering.ts';
import { installPeers } from '../peers.ts';
import type { Figure, Measurement } from '../result.ts';
import { interleaved, median, medianRatio } from '../statistics.ts';

const ROUNDS = 7;
/** One session may say little in a minute. */
const VOICES = 48;

interface Port {
  readonly port: number;
}

const says = (text: string): boolean => text.includes('Where is my order');

async function plain({ pid, said }: Child<Port>): Promise<Hall> {
  const url = `ws://127.0.0.1:${said.port}`;
  const speaker = await opened(url, {}, undefined, () => undefined);
  return { pid, listen: (_n, heard) => opened(url, {}, undefined, heard), say: (text) => speaker.send(text) };
}

/** Engine.IO's and Socket.IO's own frames (protocol 4 and 5), over the same client as everybody's. */
async function socketIo({ pid, said }: Child<Port>): Promise<Hall> {
  const url = `ws://127.0.0.1:${said.port}/socket.io/?EIO=4&transport=websocket`;
  const join = (heard: () => void) => opened(url, {}, undefined, (text, socket) => {
    if (text.startsWith('0')) socket.send('40');
    else if (text === '2') socket.send('3');
    else if (says(text)) heard();
  });
  const speaker = await join(() => undefined);
  return { pid, listen: (_n, heard) => join(heard), say: (text) => speaker.send(`42${JSON.stringify(['say', text])}`) };
}

interface Ours extends Port {
  readonly host: string;
  readonly speakPort: number;
  readonly conversation: string;
  readonly agents: readonly string[];
}

/** Listens as agents' pages do: signed in, judged, watching one conversation. */
const page = (port: number, host: string, cookie: string, conversation: string, heard: () => void) =>
  opened(`ws://127.0.0.1:${port}/api/v1/live`, { host, cookie }, `http://${host}`, (text) => {
    if (text.startsWith('{"type":"messages"') && says(text)) heard();
  }).then((socket) => {
    socket.send(JSON.stringify({ type: 'resume', feed: null, watching: conversation }));
    return socket;
  });

async function ours({ pid, said }: Child<Ours>): Promise<Hall> {
  const { port, host, speakPort, conversation, agents } = said;
  const speaker = await opened(`ws://127.0.0.1:${speakPort}`, {}, undefined, () => undefined);
  return { pid, listen: (n, heard) => page(port, host, agents[n]!, conversation, heard), say: (text) => speaker.send(text) };
}

/** The same, but each message is sent by a customer, and durable before anybody hears it. */
async function durable({ pid, said }: Child<{ file: string }>): Promise<Hall> {
  const { port, host, customers, speakers, agents } = JSON.parse(readFileSync(said.file, 'utf8')) as Gathering & { port: number; host: string };
  const voices = await Promise.all(speakers.slice(0, VOICES).map(async (token) => {
    const voice = await opened(`ws://127.0.0.1:${port}/api/v1/chat/live`, { host }, `http://${host}`, () => undefined);
    voice.send(JSON.stringify({ type: 'hello', token, since: null }));
    return voice;
  }));
  let spoken = 0;
  return {
    pid,
    listen: (n, heard) => page(port, host, agents[n]!, customers[0]!.conversation, heard),
    say(text) {
      spoken += 1;
      voices[spoken % voices.length]!.send(JSON.stringify({ type: 'send', id: `bench-${process.pid}-${spoken}`, text }));
    },
  };
}

export const fanout: Measurement = {
  names: ['chat.fanout', 'chat.fanout.peer', 'chat.fanout.durable'],
  async run() {
    installPeers();
    const one = [String(LISTENERS)];
    const servers = {
      ours: await startServer<Ours>('fanout', one), durable: await startServer<{ file: string }>('chat', ['1', ...one]), plain: await startServer<Port>('ws-plain'), peer: await startServer<Port>('socket-io'),
    };
    const beside = await startBeside<Ours>('fanout', one);
    try {
      const halls = {
        ours: await gathered(await ours(servers.ours)), durable: await gathered(await durable(servers.durable)), plain: await gathered(await plain(servers.plain)), peer: await gathered(await socketIo(servers.peer)),
        // Where no other checkout is named, nobody speaks there.
        beside: beside === null ? { burst: async () => Number.NaN, close: () => undefined } : await gathered(await ours(beside)),
      };
      const cost = await interleaved({ ours: halls.ours.burst, beside: halls.beside.burst, plain: halls.plain.burst, peer: halls.peer.burst, durable: halls.durable.burst }, ROUNDS);
      for (const hall of Object.values(halls)) hall.close();
      const micros = (name: keyof typeof cost): string => median(cost[name]).toFixed(2);
      const figures: Figure[] = [
        { name: 'chat.fanout', value: medianRatio(cost.ours, cost.plain), unit: '×', goal: 1, better: 'lower', against: `plain ws send() to ${LISTENERS} sockets: ${micros('ours')} to ${micros('plain')} µs a delivery, all threads; each receiver's right to the conversation is judged at each message` },
        { name: 'chat.fanout.peer', value: medianRatio(cost.ours, cost.peer), unit: '×', goal: 0.75, better: 'lower', against: `Socket.IO, everybody in one room: ${micros('ours')} to ${micros('peer')} µs a delivery` },
        { name: 'chat.fanout.durable', value: medianRatio(cost.durable, cost.plain), unit: '×', goal: 2, better: 'lower', against: `the same with each message and its audit row on the disk first, one at a time, and ${VOICES} sockets of the customer beside: ${micros('durable')} µs a delivery; plain ws keeps nothing` },
      ];
      if (beside !== null) figures.push({ name: 'chat.fanout.beside', value: medianRatio(cost.ours, cost.beside), unit: '×', goal: 1, better: 'lower', against: `the other checkout: ${micros('ours')} to ${micros('beside')} µs a delivery` });
      return figures;
    } finally {
      await Promise.all([...Object.values(servers), ...(beside === null ? [] : [beside])].map((server) => server.stop()));
    }
  },
};
