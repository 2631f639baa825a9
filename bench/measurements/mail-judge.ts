// mail.judge: a mail judged by a list of 10,000 transfer addresses, against one of ten.
import { runTrial } from '../child.ts';
import type { Measurement } from '../result.ts';

export interface MailJudgeTrial {
  /** µs a judgement, medians; the ratio is pair by pair. */
  readonly large: number;
  readonly small: number;
  readonly largeToSmall: number;
}

export const mailJudge: Measurement = {
  names: ['mail.judge', 'mail.judge_ratio'],
  async run() {
    const { large, small, largeToSmall } = await runTrial<MailJudgeTrial>('mail-judge');
    return [
      { name: 'mail.judge', value: large, unit: 'µs', goal: 5, better: 'lower', against: '10,000 entries of all three kinds, one address from text, half of them on the list' },
      { name: 'mail.judge_ratio', value: largeToSmall, unit: '×', goal: 3, better: 'lower', against: `the same with a list of 10: ${large.toFixed(2)} to ${small.toFixed(2)} µs` },
    ];
  },
};
