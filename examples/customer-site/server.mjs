// Starts the shop: PORTCULLIS_ORIGIN and CHANNEL say which chat, TICKET_KEY with KEY_ID or API_KEY lets it vouch for its customers.
import { existsSync, readFileSync } from 'node:fs';
import { createSite } from './site.mjs';

const { PORTCULLIS_ORIGIN, CHANNEL, TICKET_KEY, KEY_ID, API_KEY, PORT = '4000', HOST = '127.0.0.1', HTTPS } = process.env;
const say = (line) => process.stderr.write(`${line}\n`);

if (!PORTCULLIS_ORIGIN || !URL.canParse(PORTCULLIS_ORIGIN) || !CHANNEL) {
  say('Set PORTCULLIS_ORIGIN (such as http://localhost:8080) and CHANNEL (shown under Settings → Channels). README.md beside this file has the four steps.');
  process.exit(1);
}
if (!TICKET_KEY && !API_KEY) say('Without TICKET_KEY or API_KEY the shop cannot vouch for its customers: the chat is anonymous for everybody.');

const server = createSite({
  desk: new URL(PORTCULLIS_ORIGIN).origin,
  channel: CHANNEL,
  ticketKey: TICKET_KEY && existsSync(TICKET_KEY) ? readFileSync(TICKET_KEY, 'utf8') : TICKET_KEY,
  keyId: KEY_ID,
  apiKey: API_KEY,
  secure: HTTPS === 'yes',
  say,
});
server.listen(Number(PORT), HOST, () => say(`The shop is open at http://localhost:${PORT}`));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close(() => process.exit(0)).closeAllConnections());
