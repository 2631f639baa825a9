// The real server with two files in a conversation, one of 100 kB and one of 20 MB, access enforced; and with the doors that take files in.
import { sendAsCustomer } from '#inbox/customer-message.ts';
import { beginChatSession, sessionRow } from '#identity/chat-sessions.ts';
import { newId } from '#identity/tokens.ts';
import { takeIn } from '#media/intake.ts';
import * as channelRows from '#store/channels.ts';
import * as settingRows from '#store/settings.ts';
import { advance } from '#store/feed.ts';
import type { Entry } from '#store/store.ts';
import { openHouse } from '../house.ts';
import { freePort } from '../program.ts';
import { onStop, sayReady } from './ready.ts';

const SITE = 'https://shop.example';
const port = await freePort();
const house = await openHouse(port);
const { parts, app } = house.building;
const brand = (await parts.brands.bySlug('acme'))!;
const rows = parts.store.brand(brand.id);
const at = parts.now();
const entry = (event: string): Entry => ({ id: newId('evt'), at, actor: { kind: 'host', id: null }, event, entity: { kind: 'bench', id: null } });

const channelId = newId('chn');
const channel = { id: channelId, kind: 'chat', name: 'Shop', title: 'Acme', greeting: '', away_text: '', colour: '#204080', created_at: at, created_by: null, disabled_at: null } as const;
const sites = settingRows.put(rows, { key: 'channel.site_origins', value: JSON.stringify({ state: 'only', entries: [{ value: SITE }] }), set_by: null, set_at: at });
const types = settingRows.put(rows, { key: 'upload.agent.types', value: JSON.stringify(['txt', 'csv', 'zip', 'pdf', 'mp4']), set_by: null, set_at: at });
await parts.brands.commit([rows.part({ statements: [advance(rows), channelRows.insert(rows, channel), sites, types], entries: [entry('channel.created')], bumps: ['inbox', 'policy'] })]);
const policy = brand.policyIn(channelId);
const begun = beginChatSession(rows, policy, { channelId, site: SITE, known: null, address: '127.0.0.1', userAgent: 'bench' }, at);
await parts.brands.commit([rows.part({ statements: begun.statements, entries: begun.entries })]);

/** Text that compresses as text does and is read as text; each file begins otherwise, so that none lies twice. */
const textOf = (bytes: number): Buffer => Buffer.from(`File of ${bytes} bytes.\n${'The blinds are too short, all three of them. '.repeat(Math.ceil(bytes / 45))}`).subarray(0, bytes);

async function put(bytes: number): Promise<string> {
  const body = textOf(bytes);
  async function* once() {
    for (let from = 0; from < body.length; from += 65_536) yield body.subarray(from, from + 65_536);
  }
  const taken = await takeIn(parts.media, brand.id, { channelId, conversationId: null, side: 'customer', author: { kind: 'customer', id: begun.session.customerId }, door: 'chat', name: `bench-${bytes}.txt`, declaredType: null, declaredBytes: bytes, body: once(), policy });
  if (!taken.ok) throw new Error(`The file of the bench was refused: ${taken.denial.code}.`);
  await sendAsCustomer({ store: parts.store, commit: parts.brands.commit }, brand.id, { session: sessionRow(begun.session), clientId: newId('cli'), text: '', files: [taken.file.id] }, parts.now());
  return taken.file.id;
}

const [small, large] = [await put(100_000), await put(20 * 1_048_576)];
if (!brand.policyIn(channelId).values['media.enforce_access']) throw new Error('Access must be enforced.');
const conversation = (await rows.one(rows.q.selectFrom('conversations').select('id')))!.id;
await app.listen({ port, host: '127.0.0.1' });
onStop(() => house.close());
sayReady(app.server, { cookie: house.cookie, host: house.host, small: `/api/v1/files/${small}/content`, large: `/api/v1/files/${large}/content`, upload: `/api/v1/conversations/${conversation}/files` });
