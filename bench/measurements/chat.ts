// chat.delivery, chat.memory: thousands of open customer sockets and an office of agents; how long a message takes to every viewer, and what a socket costs.
import { availableParallelism } from 'node:os';
import { type Child, runTrial, startBeside, startServer } from '../child.ts';
import type { Figure, Measurement } from '../result.ts';

const CUSTOMERS = 5_000;
const AGENTS = 200;
const RATE = 500;
const SECONDS = 20;

interface Loaded {
  readonly sent: number;
  readonly expected: number;
  readonly refused: number;
  readonly kept: number;
  readonly acknowledged: number;
  readonly delivered: number;
  readonly socketKilobytes: number;
  readonly deliveredP50: number;
  readonly deliveredP99: number;
  readonly acknowledgedP99: number;
}

async function loaded(server: Child<{ file: string; dataDir: string }>): Promise<Loaded> {
  try {
    const { file, dataDir } = server.said;
    const found = await runTrial<Loaded>('chat-load', [file, dataDir, String(server.pid), String(RATE), String(SECONDS)]);
    const { sent, expected, refused, kept, acknowledged, delivered } = found;
    if (refused > 0 || acknowledged !== sent || delivered !== expected || kept < acknowledged) {
      throw new Error(`Of ${sent} messages ${acknowledged} were acknowledged, ${kept} kept, ${refused} refused; ${delivered} of ${expected} deliveries came.`);
    }
    return found;
  } finally {
    await server.stop();
  }
}

export const chat: Measurement = {
  names: ['chat.delivery', 'chat.memory'],
  async run() {
    const office = [String(CUSTOMERS), String(AGENTS)];
    const other = await startBeside<{ file: string; dataDir: string }>('chat', office);
    const before = other === null ? null : await loaded(other);
    const found = await loaded(await startServer<{ file: string; dataDir: string }>('chat', office));
    const { delivered } = found;
    const figures: Figure[] = [
      {
        name: 'chat.delivery', value: found.deliveredP99, unit: 'ms', goal: 100, better: 'lower',
        against: `p99 from sending to every viewer, ${CUSTOMERS} customers and ${AGENTS} agents connected, ${RATE} messages a second for ${SECONDS} s, load and server on the same ${availableParallelism()} cores; p50 ${found.deliveredP50.toFixed(1)} ms, acknowledged (durable) p99 ${found.acknowledgedP99.toFixed(1)} ms, ${delivered} deliveries`,
      },
      { name: 'chat.memory', value: found.socketKilobytes, unit: 'kB', goal: 20, better: 'lower', against: `resident memory of the server for each of ${CUSTOMERS} idle customer sockets` },
    ];
    if (before !== null) figures.push({ name: 'chat.delivery.beside', value: found.deliveredP99 / before.deliveredP99, unit: '×', goal: 1, better: 'lower', against: `the other checkout, measured right before: p99 ${found.deliveredP99.toFixed(1)} to ${before.deliveredP99.toFixed(1)} ms, p50 ${found.deliveredP50.toFixed(1)} to ${before.deliveredP50.toFixed(1)} ms` });
    return figures;
  },
};
