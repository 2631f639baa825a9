// A channel's settings over HTTP: each as inherited or its own, checked and saved as the module's are; and the locks of the module.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catalogue, keys, settingOf, tabs } from '#policy/catalogue.ts';
import type { PolicyFor } from '#policy/replay.ts';
import { notEnforced } from '#policy/not-enforced.ts';
import * as channelRows from '#store/channels.ts';
import type { ChannelRow } from '#store/channels.ts';
import * as settingRows from '#store/settings.ts';
import type { App } from '#server/app.ts';
import { proposeForChannel, saveChannelPolicy } from '#server/channel-policy-save.ts';
import type { Parts } from '#server/parts.ts';
import { previewLock, saveLock } from '#server/policy-locks.ts';
import { MANNER, mannerFaults } from '#server/routes/policy-manner.ts';
import { MISSING_CHANNEL } from '#server/routes/channels.ts';
import { namesOf, settingsDesk, shownOrigin } from '#server/settings-desk.ts';
import { chatsClosing } from '#server/site-preview.ts';
import { touchedNow } from '#server/touched-now.ts';

/** As for the module: each unknown key is compared with all there are. */
const MOST_KEYS = 200;
const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });
const Draft = Type.Object({ settings: Type.Record(Type.String({ maxLength: 200 }), Type.Unknown(), { maxProperties: MOST_KEYS }) }, { additionalProperties: false });
const Saving = Type.Object({ ...Draft.properties, ...MANNER }, { additionalProperties: false });
const Lock = Type.Object({ key: Type.String({ maxLength: 200 }), locked: Type.Boolean() }, { additionalProperties: false });
const BODY_LIMIT = 32 * 1024 * 1024;

const perChannel = keys.filter((key) => settingOf(key).scope === 'channel');
const channelTabs = tabs.map((tab) => ({ ...tab, keys: tab.keys.filter((key) => perChannel.includes(key)) })).filter((tab) => tab.keys.length > 0);

export function channelPolicyRoutes(app: App, parts: Parts): void {
  const { problems, store, now } = parts;
  const { refuse, stepUp, baseOf, notKept, waits } = settingsDesk(parts);

  const channelOf = (request: FastifyRequest, id: string): Promise<ChannelRow | undefined> => channelRows.byId(store.brand(request.brand.id), id);

  async function answerPolicy(request: FastifyRequest, reply: FastifyReply, channel: ChannelRow): Promise<FastifyReply> {
    const { brand, client } = request;
    const rows = store.brand(brand.id);
    const [names, stored] = await Promise.all([namesOf(rows), settingRows.ofChannel(rows, channel.id)]);
    // One snapshot: what is answered belongs to the version it names.
    const policy = brand.savedIn(channel.id);
    const module = brand.policy;
    const settings = Object.fromEntries(
      perChannel.map((key) => {
        const own = stored[key];
        const until = notEnforced[key];
        return [
          key,
          {
            value: policy.values[key],
            default: catalogue[key].default,
            origin: shownOrigin(policy.origins[key], names),
            own: own === undefined ? null : { value: own.value, setByName: own.setBy === undefined ? null : (names.get(own.setBy) ?? null), setAt: own.setAt },
            module: { value: module.values[key], origin: shownOrigin(module.origins[key], names) },
            enforced: until === undefined,
            ...(until === undefined ? {} : { notEnforcedUntil: until }),
          },
        ];
      }),
    );
    return reply.header('etag', `"v${policy.version}"`).send({ version: policy.version, tabs: channelTabs, settings, address: client.text, insideList: true });
  }

  app.get('/api/v1/channels/:id/policy', { config: { door: 'workspace', capability: 'manage_settings' }, schema: { params: Id } }, async (request, reply) => {
    const channel = await channelOf(request, request.params.id);
    return channel === undefined ? refuse(request, reply, MISSING_CHANNEL) : answerPolicy(request, reply, channel);
  });

  app.post('/api/v1/channels/:id/policy/check', { config: { door: 'workspace', capability: 'manage_settings' }, bodyLimit: BODY_LIMIT, schema: { params: Id, body: Draft } }, async (request, reply) => {
    const { brand } = request;
    const channel = await channelOf(request, request.params.id);
    if (channel === undefined) return refuse(request, reply, MISSING_CHANNEL);
    const rows = store.brand(brand.id);
    const proposal = await proposeForChannel(rows, channel.id, request.body.settings);
    if (!proposal.ok) return reply.send({ faults: proposal.faults, warnings: [], changed: [], sessionsEnding: 0, chatsClosing: 0 });
    const current = brand.savedIn;
    const next: PolicyFor = (id) => (id === channel.id ? proposal.policy : current(id));
    const closing = await chatsClosing(rows, now(), current, next);
    const touchesNow = await touchedNow(rows, { current, next, changed: [] }, now());
    const changed = proposal.changed.map(({ ownBefore, ownAfter, ...change }) => ({ ...change, inheritedBefore: ownBefore === undefined, inherits: ownAfter === undefined }));
    return reply.send({ faults: [], warnings: [], changed, sessionsEnding: 0, chatsClosing: closing, touchesNow });
  });

  app.patch('/api/v1/channels/:id/policy', { config: { door: 'workspace', capability: 'manage_settings' }, bodyLimit: BODY_LIMIT, schema: { params: Id, body: Saving } }, async (request, reply) => {
    const { brand, session, client } = request;
    const { settings, ...manner } = request.body;
    const wrong = mannerFaults(manner);
    if (wrong.length > 0) return problems.invalid(reply, wrong);
    const denial = await stepUp(request);
    if (denial !== null) return refuse(request, reply, denial);
    const base = baseOf(request);
    if (typeof base !== 'number') return refuse(request, reply, base);
    const channel = await channelOf(request, request.params.id);
    if (channel === undefined) return refuse(request, reply, MISSING_CHANNEL);
    const saved = await saveChannelPolicy(parts, brand, channel, settings, base, { session, client }, manner);
    if (saved.kind === 'invalid') return problems.invalid(reply, saved.faults);
    if (saved.kind === 'proposed') return waits(request, reply);
    return saved.kind === 'saved' || saved.kind === 'unchanged' ? answerPolicy(request, reply, channel) : refuse(request, reply, notKept(request, saved.kind));
  });

  app.post('/api/v1/policy/locks/check', { config: { door: 'workspace', capability: 'manage_settings' }, schema: { body: Lock } }, (request) => previewLock(parts, request.brand, request.body));

  app.put('/api/v1/policy/locks', { config: { door: 'workspace', capability: 'manage_settings' }, schema: { body: Lock } }, async (request, reply) => {
    const { brand, session, client } = request;
    const denial = await stepUp(request);
    if (denial !== null) return refuse(request, reply, denial);
    const base = baseOf(request);
    if (typeof base !== 'number') return refuse(request, reply, base);
    const saved = await saveLock(parts, brand, request.body, base, { session, client });
    if (saved.kind === 'invalid') return problems.invalid(reply, saved.faults);
    if (saved.kind === 'proposed') return waits(request, reply);
    if (saved.kind !== 'saved' && saved.kind !== 'unchanged') return refuse(request, reply, notKept(request, saved.kind));
    return reply.header('etag', `"v${brand.policy.version}"`).send({ version: brand.policy.version, key: request.body.key, locked: request.body.locked });
  });
}
