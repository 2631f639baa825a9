// The process in which files are looked through: asked and answering by messages, one file at a time. It reads no network, and writes nowhere but where files come in.
import { setFlagsFromString } from 'node:v8';
import { type Asked, examine, type Examined } from '#media/examine/examine.ts';
import { openReading } from '#media/examine/reading.ts';

// After each file the engine would tidy its whole heap to give back a little of it, at the price of looking through the file; an idle process ends soon. An engine that does not know the word goes on without.
setFlagsFromString('--no-memory-reducer');
const read = openReading();

process.on('message', (asked: Asked) => {
  examine(asked, read).then(
    (examined: Examined) => process.send?.(examined),
    // What broke here broke on this file: it is not passed.
    (error: unknown) => process.send?.({ ok: false, code: 'upload.damaged', facts: { why: 'unreadable', fault: (error as Error).name }, form: null } satisfies Examined),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
