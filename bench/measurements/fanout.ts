// chat.fanout: what it costs the server to bring one message to one of five hundred who may see it, against plain `ws` and Socket.IO.
import { readFileSync } from 'node:fs';
import { type Child, startServer } from '../child.ts';
import { gathered, type Hall, LISTENERS, opened } from '../fanout.ts';
import type { Gathering } from '../gathering.ts';
import { installPeers } from '../peers.ts';
import type { Figure, Measurement } from '../result.ts';
import { interleaved, median, medianRatio } from '../statistics.ts';

const ROUNDS = 7;

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

async function ours({ pid, said }: Child<{ file: string }>): Promise<Hall> {
  const { port, host, customers, speakers, agents } = JSON.parse(readFileSync(said.file, 'utf8')) as Gathering & { port: number; host: string };
  const origin = `http://${host}`;
  const voices = await Promise.all(speakers.slice(0, 48).map(async (token) => {
    const voice = await opened(`ws://127.0.0.1:${port}/api/v1/chat/live`, { host }, origin, () => undefined);
    voice.send(JSON.stringify({ type: 'hello', token, since: null }));
    return voice;
  }));
  let spoken = 0;
  return {
    pid,
    async listen(n, heard) {
      const socket = await opened(`ws://127.0.0.1:${port}/api/v1/live`, { host, cookie: agents[n]! }, origin, (text) => {
        if (text.startsWith('{"type":"messages"') && says(text)) heard();
      });
      socket.send(JSON.stringify({ type: 'resume', feed: null, watching: customers[0]!.conversation }));
      return socket;
    },
    say(text) {
      spoken += 1;
      voices[spoken % voices.length]!.send(JSON.stringify({ type: 'send', id: `bench-${process.pid}-${spoken}`, text }));
    },
  };
}

export const fanout: Measurement = {
  names: ['chat.fanout', 'chat.fanout.peer'],
  async run() {
    installPeers();
    const servers = { ours: await startServer<{ file: string }>('chat', ['1', String(LISTENERS)]), plain: await startServer<Port>('ws-plain'), peer: await startServer<Port>('socket-io') };
    try {
      const halls = { ours: await gathered(await ours(servers.ours)), plain: await gathered(await plain(servers.plain)), peer: await gathered(await socketIo(servers.peer)) };
      const cost = await interleaved({ ours: halls.ours.burst, plain: halls.plain.burst, peer: halls.peer.burst }, ROUNDS);
      for (const hall of Object.values(halls)) hall.close();
      const [mine, theirs, others] = [median(cost.ours), median(cost.plain), median(cost.peer)].map((value) => value.toFixed(2));
      const figures: Figure[] = [
        { name: 'chat.fanout', value: medianRatio(cost.ours, cost.plain), unit: '×', goal: 1, better: 'lower', against: `plain ws send() to ${LISTENERS} sockets, all threads: ${mine} to ${theirs} µs a delivery; ours writes the message and its audit row durably first and asks for each receiver's right` },
        { name: 'chat.fanout.peer', value: medianRatio(cost.ours, cost.peer), unit: '×', goal: 0.75, better: 'lower', against: `Socket.IO, everybody in one room: ${mine} to ${others} µs a delivery` },
      ];
      return figures;
    } finally {
      await Promise.all(Object.values(servers).map((server) => server.stop()));
    }
  },
};
