// The thread that alone writes to the database file: it takes batches and answers them once they are durable.
import { parentPort, workerData } from 'node:worker_threads';
import type { Unit } from '#store/engine.ts';
import { openBatches } from '#store/sqlite/batch.ts';
import { openForWriting } from '#store/sqlite/connection.ts';

const port = parentPort;
if (port === null) throw new Error('The writer runs only as a thread.');
const { file } = workerData as { file: string };
const db = openForWriting(file);
const run = openBatches(db, file);

port.on('message', (units: readonly Unit[] | 'close') => {
  if (units !== 'close') return port.postMessage(run(units));
  // The readers may still be open: without this the file alone would lack what the log beside it holds.
  db.exec('pragma busy_timeout = 500; pragma wal_checkpoint(truncate)');
  db.close();
  port.close();
});
port.postMessage('ready');
