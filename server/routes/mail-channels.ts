// Settings → Channels over HTTP, channels of mail: making, changing, and trying whether a mailbox opens.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deny } from '#policy/decision.ts';
import { changeMailChannel, createMailChannel, type MailChannelParts, mailFaults, type MailFields, passwordOwner, readMailbox } from '#inbox/mail-channels.ts';
import { tryMailbox } from '#outside/mail-in/mailbox.ts';
import * as channelRows from '#store/channels.ts';
import * as mailChannels from '#store/mail-channels.ts';
import * as receivedMails from '#store/received-mails.ts';
import { Conflict } from '#store/store.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';
import { settingsDesk } from '#server/settings-desk.ts';

const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });
const Text = Type.String({ maxLength: 1_000 });
const Mailbox = Type.Object({
  host: Text, port: Type.Integer(), security: Type.Union([Type.Literal('tls'), Type.Literal('starttls'), Type.Literal('none')]), user: Text, folder: Text,
  after: Type.Union([Type.Literal('seen'), Type.Literal('move'), Type.Literal('nothing')]), moveTo: Type.String({ maxLength: 1_000 }),
}, { additionalProperties: false });
const FIELDS = {
  name: Type.Optional(Text), addresses: Type.Optional(Type.Array(Text, { maxItems: 100 })), senderName: Type.Optional(Text), senderAddress: Type.Optional(Text), takesSmtp: Type.Optional(Type.Boolean()),
  mailbox: Type.Optional(Type.Union([Mailbox, Type.Null()])), password: Type.Optional(Text),
};
const Fields = Type.Object(FIELDS, { additionalProperties: false });
const Trying = Type.Object({ mailbox: Mailbox, password: Type.Optional(Text), channel: Type.Optional(Type.String({ maxLength: 100 })) }, { additionalProperties: false });
const DAY = 86_400_000;
const managing = { door: 'workspace', capability: 'manage_settings' } as const;
const MISSING = deny('channel.missing', null, {});

export function mailChannelRoutes(app: App, parts: Parts): void {
  const { brands, problems, store, keyring, now, config } = parts;
  const { refuse, stepUp } = settingsDesk(parts);
  const changing = ({ brand, session, client }: FastifyRequest): MailChannelParts => ({ store, keyring, brand: store.brand(brand.id), commit: brands.commit, now, session, address: client.text });

  async function shown(request: FastifyRequest, id: string) {
    const brand = store.brand(request.brand.id);
    const [channel, row, counts] = await Promise.all([channelRows.byId(brand, id), mailChannels.byId(brand, id), receivedMails.countSince(brand, now() - DAY)]);
    if (channel === undefined || row === undefined) return null;
    const of = (...states: string[]): number => counts.filter((one) => one.channel_id === id && states.includes(one.state)).reduce((sum, { n }) => sum + n, 0);
    return {
      id, name: channel.name, enabled: channel.disabled_at === null, disabledAt: channel.disabled_at, addresses: JSON.parse(row.addresses) as string[], senderName: row.sender_name, senderAddress: row.sender_address, takesSmtp: row.takes_smtp === 1,
      mailbox: readMailbox(row), hasPassword: row.imap_password !== null, readAt: row.read_at, fault: row.fault,
      /** Of the last 24 hours. */
      received: { filed: of('filed', 'unreadable', 'event'), waiting: of('waiting'), ignored: of('dropped') },
      listener: config.smtpListen === undefined ? null : { host: config.publicUrl.hostname, port: config.smtpListen.port, encrypted: config.smtpListen.tls !== undefined },
    };
  }
  async function answer(request: FastifyRequest, reply: FastifyReply, id: string, status = 200): Promise<FastifyReply> {
    const body = await shown(request, id);
    return body === null ? refuse(request, reply, MISSING) : reply.code(status).send(body);
  }
  async function told(request: FastifyRequest, reply: FastifyReply, work: () => Promise<FastifyReply>): Promise<FastifyReply> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      if (error.code === 'mail_address.taken') return problems.invalid(reply, [{ path: 'addresses', code: error.code, message: 'Addresses must be ones that no other channel of this server receives at.' }]);
      return refuse(request, reply, error.code === 'channel.missing' ? MISSING : deny(error.code === 'session.ended' ? 'session.ended' : 'capability.missing', null, {}));
    }
  }

  app.get('/api/v1/mail-channels/:id', { config: managing, schema: { params: Id } }, (request, reply) => answer(request as FastifyRequest, reply, request.params.id));

  app.post('/api/v1/mail-channels', { config: managing, schema: { body: Fields } }, async (request, reply) => {
    const fields = request.body as MailFields;
    const faults = await mailFaults(store, request.brand.id, fields, await channelRows.all(store.brand(request.brand.id)), undefined, null);
    if (faults.length > 0) return problems.invalid(reply, faults);
    const denial = await stepUp(request as FastifyRequest);
    if (denial !== null) return refuse(request as FastifyRequest, reply, denial);
    return told(request as FastifyRequest, reply, async () => answer(request as FastifyRequest, reply, await createMailChannel(changing(request as FastifyRequest), fields), 201));
  });

  app.patch('/api/v1/mail-channels/:id', { config: managing, schema: { params: Id, body: Fields } }, async (request, reply) => {
    const brand = store.brand(request.brand.id);
    const fields = request.body as MailFields;
    const all = await channelRows.all(brand);
    const channel = all.find(({ id }) => id === request.params.id);
    const present = channel === undefined ? undefined : await mailChannels.byId(brand, channel.id);
    if (channel === undefined || present === undefined) return refuse(request as FastifyRequest, reply, MISSING);
    const faults = await mailFaults(store, brand.id, fields, all.filter(({ id }) => id !== channel.id), present, channel.id);
    if (faults.length > 0) return problems.invalid(reply, faults);
    const denial = await stepUp(request as FastifyRequest);
    if (denial !== null) return refuse(request as FastifyRequest, reply, denial);
    return told(request as FastifyRequest, reply, async () => {
      await changeMailChannel(changing(request as FastifyRequest), channel, present, fields);
      return answer(request as FastifyRequest, reply, channel.id);
    });
  });

  // With step-up: it makes this server open a connection to a host that somebody names.
  app.post('/api/v1/mail-channels/try', { config: managing, schema: { body: Trying } }, async (request, reply) => {
    const { mailbox, password = '', channel } = request.body;
    const brand = store.brand(request.brand.id);
    const denial = await stepUp(request as FastifyRequest);
    if (denial !== null) return refuse(request as FastifyRequest, reply, denial);
    const present = channel === undefined ? undefined : await mailChannels.byId(brand, channel);
    const before = present === undefined ? null : readMailbox(present);
    // The kept password is for the server and the user it was given for.
    const kept = password === '' && present?.imap_password != null && before?.host === mailbox.host && before.user === mailbox.user ? Buffer.from(keyring.open(present.imap_password, passwordOwner(brand.id, present.channel_id))).toString('utf8') : password;
    const faults = (await mailFaults(store, brand.id, { name: 'x', addresses: ['x@x.example'], mailbox, password: kept }, [], undefined, null)).filter(({ path }) => path.startsWith('mailbox') || path === 'password');
    if (faults.length > 0) return problems.invalid(reply, faults);
    return reply.send(await tryMailbox({ ...mailbox, password: kept }));
  });
}
