// journal.cost: what noting every decision costs the doors; replay.million: how long a draft takes over a million decisions, and who waits meanwhile.
import { runTrial, startServer } from '../child.ts';
import { burst, type Target } from '../load.ts';
import type { Figure, Measurement } from '../result.ts';
import type { Guarded } from '../servers/guarded.ts';
import { TRIVIAL_API_PATH, TRIVIAL_PATH } from '../servers/trivial.ts';
import { interleaved, median, medianRatio } from '../statistics.ts';

/** Short and many: what else the machine does falls on both alike. */
const COST_ROUNDS = 21;
const COST_SECONDS = 1;
/** A million groups are written first, through the store. */
const FILLING_MS = 600_000;

export interface ReplayTrial {
  readonly seconds: number;
  /** Seconds of processor time, all threads. */
  readonly cpu: number;
  /** p99 of what others on the thread wait, ms. */
  readonly wait: number;
  /** ms until a replay that nobody reads on is over. */
  readonly cancel: number;
  readonly groups: number;
  readonly decisions: number;
  readonly changed: number;
  readonly steps: number;
}

export const replay: Measurement = {
  names: ['replay.million', 'replay.groups', 'replay.others'],
  async run() {
    const usual = await runTrial<ReplayTrial>('replay', ['200000', '5'], FILLING_MS);
    const hard = await runTrial<ReplayTrial>('replay', ['1000000', '1'], FILLING_MS);
    const said = ({ groups, decisions, changed, steps, cpu }: ReplayTrial): string => `${cpu.toFixed(2)} s of processor; ${decisions} decisions in ${groups} groups of equal ones, ${changed} of them would change, progress told ${steps} times`;
    return [
      { name: 'replay.million', value: usual.seconds, unit: 's', goal: 5, better: 'lower', against: `${said(usual)}: as many groups as a brand's journal holds` },
      { name: 'replay.groups', value: hard.seconds, unit: 's', goal: 5, better: 'lower', against: `${said(hard)}: no two alike` },
      { name: 'replay.others', value: Math.max(usual.wait, hard.wait), unit: 'ms', goal: 25, better: 'lower', against: `p99 of what others on the thread wait meanwhile; who stops listening ends it in ${hard.cancel.toFixed(1)} ms` },
    ];
  },
};

type Door = 'workspace' | 'api' | 'chat';
type Said = Guarded['said'];

/** What of each door is asked: a plain read, and, of two of them, a request that does nothing but pass the door. The chat is asked what is new: what a page does between messages, and cheaper than one. */
const ASKED = {
  'journal.cost': { door: 'workspace', path: '/api/v1/session' },
  'journal.cost.api': { door: 'api', path: '/api/v1/teams' },
  'journal.cost.chat': { door: 'chat', path: '/api/v1/chat/conversation?since=1' },
  'journal.cost.empty': { door: 'workspace', path: TRIVIAL_PATH },
  'journal.cost.empty.api': { door: 'api', path: TRIVIAL_API_PATH },
} as const satisfies Record<string, { door: Door; path: string }>;
type Name = keyof typeof ASKED;
const names = Object.keys(ASKED) as Name[];

/** Each door with the journal and without it, in turns, in one process: requests a second. */
export const journalCost: Measurement = {
  names,
  async run() {
    const { pid, said, stop } = await startServer<{ readonly noting: Said; readonly quiet: Said }>('journal');
    const target = (name: Name, { port, host, cookie, key, chat }: Said): Target => {
      const { door, path } = ASKED[name];
      const shown: Record<Door, Record<string, string>> = {
        workspace: { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' }, api: { Authorization: `Bearer ${key}` }, chat: { Authorization: `Bearer ${chat}`, 'Sec-Fetch-Site': 'same-origin' },
      };
      return { pid, port, path, headers: { Host: host, ...shown[door] } };
    };
    const of = async (name: Name): Promise<Figure> => {
      const bursts = await interleaved({ noting: () => burst(target(name, said.noting), COST_SECONDS), quiet: () => burst(target(name, said.quiet), COST_SECONDS) }, COST_ROUNDS);
      const [rate, without] = [bursts.noting.map((one) => one.rate), bursts.quiet.map((one) => one.rate)];
      const cpu = medianRatio(bursts.noting.map((one) => one.cpu), bursts.quiet.map((one) => one.cpu));
      return { name, value: medianRatio(rate, without), unit: '×', goal: 0.97, better: 'higher', against: `the same without a journal: ${median(rate).toFixed(0)} to ${median(without).toFixed(0)} requests a second, server CPU ${cpu.toFixed(3)}×` };
    };
    try {
      const figures: Figure[] = [];
      for (const name of names) figures.push(await of(name));
      return figures;
    } finally {
      await stop();
    }
  },
};
