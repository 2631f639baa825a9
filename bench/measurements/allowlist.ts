// allowlist.*: a look-up from text in a list of 100,000 networks, against ten entries and against Node's own BlockList.
import { runTrial } from '../child.ts';
import type { Measurement } from '../result.ts';

export interface AllowlistTrial {
  /** ns a look-up, medians; the ratios are pair by pair. */
  readonly large: number;
  readonly small: number;
  readonly blocklist: number;
  readonly largeToSmall: number;
  readonly blocklistToLarge: number;
  /** MB that the compiled set holds, measured on the heap and beside it. */
  readonly megabytes: number;
  readonly compileMs: number;
}

export const allowlist: Measurement = {
  names: ['allowlist.lookup', 'allowlist.ratio', 'allowlist.blocklist', 'allowlist.memory'],
  async run() {
    const { large, small, blocklist, largeToSmall, blocklistToLarge, megabytes, compileMs } = await runTrial<AllowlistTrial>('allowlist');
    return [
      { name: 'allowlist.lookup', value: large, unit: 'ns', goal: 250, better: 'lower', against: `100,000 networks, from text, half of them inside; compiled in ${compileMs.toFixed(0)} ms` },
      { name: 'allowlist.ratio', value: largeToSmall, unit: '×', goal: 2, better: 'lower', against: `the same in a list of 10: ${large.toFixed(0)} to ${small.toFixed(0)} ns` },
      { name: 'allowlist.blocklist', value: blocklistToLarge, unit: '×', goal: 20, better: 'higher', against: `net.BlockList with the same networks: ${blocklist.toFixed(0)} ns` },
      { name: 'allowlist.memory', value: megabytes, unit: 'MB', goal: 10, better: 'lower', against: 'memory after compiling 100,000 networks, less before' },
    ];
  },
};
