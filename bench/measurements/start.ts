// start.cold: from `node portcullis.mjs start` to the first answer, on a data folder and a page that are there already.
import { newFolder } from '../house.ts';
import { asPeopleStart, startProgram } from '../program.ts';
import type { Measurement } from '../result.ts';
import { median } from '../statistics.ts';

const ROUNDS = 7;

export const start: Measurement = {
  names: ['start.cold'],
  async run() {
    const args = asPeopleStart();
    const { folder, remove } = newFolder();
    const times: number[] = [];
    try {
      // The first start makes the data, and builds what is stale.
      for (let round = 0; round <= ROUNDS; round += 1) {
        const started = await startProgram(args, folder);
        if (round > 0) times.push(started.seconds);
        await started.stop();
      }
    } finally {
      remove();
    }
    const what = args.length > 1 ? 'launcher and server' : 'the server alone, as the page is not built';
    return [{ name: 'start.cold', value: median(times), unit: 's', goal: 1, better: 'lower', against: `from node to the first answer, ${what}; slowest ${Math.max(...times).toFixed(2)} s` }];
  },
};
