// A house with a channel of mail, a customer who says everything about themselves, agents, and a real mail server at the other end.
import { postRound } from '#server/workers/post.ts';
import * as messageRows from '#store/messages.ts';
import type { BrandStore } from '#store/store.ts';
import { addChannel, addConversation, addCustomer, groundOf } from '#test/conversations.ts';
import { type Admin, type Answer, openHouse, type TestHouse } from '#test/house.ts';
import { addMailChannel, deliver, settle } from '#test/mail-stage.ts';
import { type MailSink, openMailSink } from '#test/mail-sink.ts';
import { addAgent } from '#test/people.ts';

export const CUSTOMER = { name: 'Wilhelmina Quintero', email: 'mina@home.example', phone: '+4915123456789', external_id: 'CUST-778812', fields: JSON.stringify([{ name: 'Street', value: 'Zauberstrasse 99', personal: true }, { name: 'Plan', value: 'gold', personal: false }]) };
/** What must stand in no part of a mail without details. */
export const TRACES = /wilhelmina|quintero|mina@home|151.?2345.?6789|cust.?778812|zauberstrasse/i;

export interface ForwardStage {
  readonly house: TestHouse;
  readonly sink: MailSink;
  readonly admin: Admin;
  readonly adminCookie: string;
  /** Of an agent who may forward. */
  readonly cookie: string;
  readonly brand: BrandStore;
  readonly channelId: string;
  /** A conversation of that customer with what they and an agent said; gives its id and its messages. */
  begin(): Promise<{ readonly id: string; readonly messages: readonly string[] }>;
  ask(method: string, path: string, body?: unknown, who?: string): Promise<Answer>;
  /** Sends what waits. */
  post(): Promise<void>;
  /** A mail comes in at an address of ours, and is filed. */
  reply(to: string, mail: { readonly from: string; readonly text: string; readonly more?: readonly string[] }): Promise<void>;
  close(): Promise<void>;
}

export async function openForwardStage(env: Record<string, string> = {}): Promise<ForwardStage> {
  const sink = await openMailSink();
  const house = await openHouse({ env: { SMTP_URL: sink.url, MAIL_FROM: 'Acme <desk@acme.example>', SMTP_LISTEN: '127.0.0.1:0', ...env } });
  const admin = await house.setUp();
  const adminCookie = await house.signIn(admin);
  const ground = await groundOf(house);
  const { brand } = ground;
  const channelId = await addChannel(ground);
  await addMailChannel(house.building.parts.store, brand);
  const email = await addAgent(house, admin, 'noor', ['forward']);
  const cookie = await house.signIn({ ...admin, email });
  let customerId: string | undefined;
  const ask: ForwardStage['ask'] = (method, path, body, who = cookie) => house.call(method, `/api/v1${path}`, { cookie: who, ...(body === undefined ? {} : { body }) });
  return {
    house, sink, admin, adminCookie, cookie, brand, channelId, ask,
    async begin() {
      customerId = await addCustomer(ground, CUSTOMER);
      const id = await addConversation(ground, {
        channelId, customerId,
        messages: ['Hello, this is Wilhelmina Quintero. My phone is 0151 / 2345 6789, see https://acme.example/me?mail=mina%40home.example', { text: 'Dear Ms Quintero, is CUST-778812 your number?', from: 'agent' }, { text: 'She lives at Zauberstrasse 99.', note: true }, 'Yes. The parcel is broken.'],
      });
      const rows = await messageRows.page(brand, id, 50);
      return { id, messages: rows.filter((one) => one.kind === 'text').map((one) => one.id) };
    },
    // A round that has looked at nothing yet looks at every brand.
    post: () => postRound(house.building.parts)(),
    async reply(to, { from, text, more = [] }) {
      const raw = [`From: ${from}`, `To: ${to}`, 'Subject: Re: forwarded', `Message-ID: <${Math.random().toString(36).slice(2)}@partner.example>`, 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', ...more, '', text].join('\r\n');
      await deliver(house.building.mailPort as number, raw, { from: 'bounces@partner.example', to: [to] });
      await settle(house, brand.id);
    },
    async close() {
      await house.close();
      await sink.close();
    },
  };
}
