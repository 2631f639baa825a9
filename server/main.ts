// Starts the server: reads its arguments, says a known fault in one sentence, and leaves the rest to start.ts.
import { parseArgs } from 'node:util';
import { keepCompiled } from '#server/compiled.ts';

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function readDemo(args: readonly string[]): boolean {
  try {
    return parseArgs({ args: [...args], options: { demo: { type: 'boolean' } }, strict: true, allowPositionals: false }).values.demo === true;
  } catch (error) {
    return fail(`${(error as Error).message}\nUsage: npm start [-- --demo]`);
  }
}

const demo = readDemo(process.argv.slice(2));
keepCompiled();
try {
  const { start } = await import('#server/start.ts');
  await start(demo);
} catch (error) {
  const { isKnownFault } = await import('#server/known-fault.ts');
  fail(isKnownFault(error) ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error));
}
