// The measurements: `npm run bench` takes them all, `npm run bench -- NAME` one, `--beside FOLDER` with another checkout in the same rounds. Traffic goes to loopback only.
import { endAllAtExit } from './child.ts';
import { judged, type Result } from './result.ts';
import { machine } from './machine.ts';
import { measurements } from './measurements/all.ts';
import { save, table } from './report.ts';
import { readSwitches } from './switches.ts';

const asked = readSwitches(process.argv.slice(2));
if (typeof asked === 'string') {
  process.stderr.write(`${asked}\n`);
  process.exit(1);
}
const { name: wanted, beside, profile, rounds } = asked;
const order = measurements.flatMap(({ names }) => names);
const chosen = measurements.filter(({ names }) => wanted === undefined || names.some((name) => name === wanted || name.startsWith(`${wanted}.`)));

if (chosen.length === 0) {
  process.stderr.write(`There is no measurement "${wanted}". There are: ${order.join(', ')}.\n`);
  process.exit(1);
}
if (process.platform !== 'linux') {
  process.stderr.write('The bench reads processor time from /proc, so it runs on Linux only.\n');
  process.exit(1);
}

endAllAtExit();
const results: Result[] = [];
const failed: string[] = [];
for (const { names, run } of chosen) {
  process.stderr.write(`bench: ${names.join(', ')} …\n`);
  try {
    results.push(...(await run()).map((figure) => judged(figure, machine())));
  } catch (error) {
    failed.push(`${names.join(', ')}: ${(error as Error).message}`);
  }
}
// Only what was measured as it always is can stand in the file.
if (beside === null && profile === null && rounds === null) save(results, order);
process.stdout.write(`\n${table(results)}\n\n${machine()}\n`);
for (const sentence of failed) process.stdout.write(`Not measured: ${sentence}\n`);
// A missed goal is a finding and not a failure of the bench; a measurement that could not be taken is one.
process.exitCode = failed.length > 0 ? 1 : 0;
