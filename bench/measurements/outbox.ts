// mail.outbox: mails a second from posted to taken by a mail server on this machine, each with its three durable steps; against the adapter alone, interleaved.
import { setTimeout } from 'node:timers/promises';
import { messageIdOf } from '#identity/outgoing-mail.ts';
import { outgoing } from '#identity/post.ts';
import { newId } from '#identity/tokens.ts';
import { openMail } from '#outside/mail/mail.ts';
import type { Statement } from '#store/store.ts';
import { startServer } from '../child.ts';
import { openHouse } from '../house.ts';
import { freePort } from '../program.ts';
import type { Measurement } from '../result.ts';
import { median } from '../statistics.ts';

const MAILS = 1_000;
const ROUNDS = 5;
const LANES = 16;
const LIMIT_MS = 60_000;
const TEXT = `${'It is on its way, and should be with you tomorrow. '.repeat(20)}\n`;

export const outbox: Measurement = {
  names: ['mail.outbox'],
  async run() {
    const sink = await startServer<{ port: number }>('smtp-sink');
    const smtpUrl = `smtp://127.0.0.1:${sink.said.port}`;
    const house = await openHouse(await freePort(), { SMTP_URL: smtpUrl });
    const { store, brands, keyring, now } = house.building.parts;
    const brand = store.brand((await brands.bySlug('acme'))!.id);
    const alone = openMail({ smtpUrl, from: 'desk@acme.example', outbox: '' });
    if (!alone.ok) throw new Error(alone.faults.join(' '));
    const { adapter } = alone;
    const to = [{ name: 'Noa', address: 'noa@example.com' }];

    async function posted(): Promise<number> {
      const statements: Statement[] = Array.from({ length: MAILS }, () => outgoing(keyring, brand, { kind: 'reply', from: { name: 'Acme', address: 'help@acme.example' }, to, subject: 'Your order', text: TEXT }, now()).statement);
      await brand.note(statements);
      const begin = performance.now();
      brands.ring(brand.id);
      for (;;) {
        const left = await brand.one(brand.q.selectFrom('mails').select((eb) => eb.fn.countAll<number>().as('n')).where('sent_at', 'is', null));
        if (Number(left?.n ?? 0) === 0) return (MAILS / (performance.now() - begin)) * 1_000;
        if (performance.now() - begin > LIMIT_MS) throw new Error(`${left?.n} mails were not sent in a minute.`);
        await setTimeout(10);
      }
    }
    async function bare(): Promise<number> {
      let left = MAILS;
      const begin = performance.now();
      await Promise.all(Array.from({ length: LANES }, async () => {
        while (left-- > 0) {
          const outcome = await adapter.send({ messageId: messageIdOf(newId('mail'), 'help@acme.example'), date: Date.now(), from: null, to, recipients: ['noa@example.com'], subject: 'Your order', text: TEXT });
          if (!outcome.sent) throw new Error(outcome.sentence);
        }
      }));
      return (MAILS / (performance.now() - begin)) * 1_000;
    }

    try {
      const [rates, bares]: [number[], number[]] = [[], []];
      for (let round = 0; round <= ROUNDS; round += 1) {
        const [rate, other] = [await posted(), await bare()];
        // The first one warms both up.
        if (round === 0) continue;
        rates.push(rate);
        bares.push(other);
      }
      const ratio = median(rates) / median(bares);
      return [{ name: 'mail.outbox', value: median(rates), unit: 'mails/s', goal: 200, better: 'higher', against: `posted, sealed, judged again, handed over and written down one by one (SQLite, FULL); the adapter alone ${median(bares).toFixed(0)}/s, ${ratio.toFixed(2)}× of it; slowest round ${Math.min(...rates).toFixed(0)}/s` }];
    } finally {
      adapter.close();
      await house.close();
      await sink.stop();
    }
  },
};
