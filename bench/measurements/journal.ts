// journal.cost: what noting every decision costs the doors; replay.million: how long a draft takes over a million decisions, and who waits meanwhile.
import { runTrial, startServer } from '../child.ts';
import { burst, type Target } from '../load.ts';
import type { Figure, Measurement } from '../result.ts';
import { TRIVIAL_API_PATH, TRIVIAL_PATH } from '../servers/trivial.ts';
import { interleaved, median, medianRatio } from '../statistics.ts';
import type { Ready } from './guard.ts';

const ROUNDS = 9;
const SECONDS = 2;
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

/** Each door with the journal and without it, in turns: requests a second. The chat is asked what is new: what a page does between messages, and cheaper than one. */
export const journalCost: Measurement = {
  names: ['journal.cost', 'journal.cost.api', 'journal.cost.chat'],
  async run() {
    const noting = await startServer<Ready & { chat: string }>('portcullis');
    const quiet = await startServer<Ready & { chat: string }>('portcullis', ['--no-journal']);
    const servers = { noting, quiet };
    const target = (name: keyof typeof servers, door: Door): Target => {
      const { pid, said } = servers[name];
      const shown: Record<Door, Record<string, string>> = {
        workspace: { Cookie: said.cookie, 'Sec-Fetch-Site': 'same-origin' }, api: { Authorization: `Bearer ${said.key}` }, chat: { Authorization: `Bearer ${said.chat}`, 'Sec-Fetch-Site': 'same-origin' },
      };
      const path = { workspace: TRIVIAL_PATH, api: TRIVIAL_API_PATH, chat: '/api/v1/chat/conversation?since=1' }[door];
      return { pid, port: said.port, path, headers: { Host: said.host, ...shown[door] } };
    };
    const of = async (door: Door, name: string): Promise<Figure> => {
      const bursts = await interleaved({ noting: () => burst(target('noting', door), SECONDS), quiet: () => burst(target('quiet', door), SECONDS) }, ROUNDS);
      const [rate, without] = [bursts.noting.map((one) => one.rate), bursts.quiet.map((one) => one.rate)];
      const cpu = medianRatio(bursts.noting.map((one) => one.cpu), bursts.quiet.map((one) => one.cpu));
      return { name, value: medianRatio(rate, without), unit: '×', goal: 0.97, better: 'higher', against: `the same without a journal: ${median(rate).toFixed(0)} to ${median(without).toFixed(0)} requests a second, server CPU ${cpu.toFixed(3)}×` };
    };
    try {
      return [await of('workspace', 'journal.cost'), await of('api', 'journal.cost.api'), await of('chat', 'journal.cost.chat')];
    } finally {
      await Promise.all([noting.stop(), quiet.stop()]);
    }
  },
};
