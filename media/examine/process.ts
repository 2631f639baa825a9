// The process in which files are looked through: asked and answering by messages, one file at a time. It reads no network, and writes nowhere but where files come in.
import { type Asked, examine, type Examined } from '#media/examine/examine.ts';
import { openReading } from '#media/examine/reading.ts';

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
