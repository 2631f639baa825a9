// The thread that reads mails: what a stranger wrote is parsed apart, where it can neither stop nor fill the process that answers people.
import { parentPort, workerData } from 'node:worker_threads';
import { readMail } from '#inbox/mail/reading.ts';

const ours = new RegExp((workerData as { ours: string }).ours, 'i');

parentPort?.on('message', (raw: Uint8Array) => {
  void readMail(raw, ours).then((reading) => {
    const buffers = reading.ok ? [...new Set(reading.mail.files.map(({ content }) => content.buffer as ArrayBuffer))] : [];
    parentPort?.postMessage(reading, buffers);
  });
});
parentPort?.postMessage('ready');
