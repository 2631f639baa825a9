// Standards over HTTP: what there are, how the settings stand to them and where they contradict each other, recorded deviations, and evidence.
import { Type } from 'typebox';
import { type Denial, deny } from '#policy/decision.ts';
import { fault, shown } from '#policy/fault.ts';
import { conflictsBetween } from '#policy/preset-conflicts.ts';
import { summaryOf } from '#policy/preset-check.ts';
import { draftFor } from '#policy/preset-draft.ts';
import { presetById, presets } from '#policy/presets.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import * as brandRows from '#store/brands.ts';
import * as settingRows from '#store/settings.ts';
import { Conflict } from '#store/store.ts';
import { endedWhile } from '#identity/actor.ts';
import { EvidenceReport, PresetCheck, PresetList } from '#server/api/preset-shapes.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';
import { recordDeviation, removeDeviation } from '#server/preset-deviations.ts';
import { type By, evidenceEntry, evidenceOf } from '#server/preset-evidence.ts';
import { evidencePage } from '#server/preset-evidence-page.ts';
import { checkGathered, gather, serverFactsOf, shownRequirement } from '#server/preset-standing.ts';
import { namesOf, settingsDesk } from '#server/settings-desk.ts';

const Key = Type.String({ maxLength: 100 });
const Id = Type.Object({ id: Key });
const OfPreset = Type.Object({ id: Key, deviation: Key });
const Beside = Type.Object({ beside: Type.Optional(Type.String({ maxLength: 400, description: 'Ids of other standards, with commas between: where they contradict this one is told too.' })) }, { additionalProperties: false });
const Deviating = Type.Object({ requirement: Key, reason: Type.String({ maxLength: 4_000 }) }, { additionalProperties: false });
const Format = Type.Object({ format: Type.Optional(Type.Union([Type.Literal('json'), Type.Literal('html')])) }, { additionalProperties: false });
const reading = { door: 'workspace', capability: 'manage_settings', scope: 'policy:read' } as const;
const changing = { door: 'workspace', capability: 'manage_settings' } as const;
const MISSING = deny('preset.missing', null, {});

export function presetRoutes(app: App, parts: Parts): void {
  const { store, problems, brands, now } = parts;
  const { refuse, stepUp } = settingsDesk(parts);
  const server = serverFactsOf(parts.config);
  const desk = { store, brands, now, server };

  app.get('/api/v1/presets', { config: reading, schema: { summary: 'The standards that settings are held against', answers: { 200: PresetList } } }, async ({ brand }) => {
    const gathered = await gather(store.brand(brand.id), brand, server);
    return { version: gathered.standing.policy.version, presets: presets.map((preset) => ({ id: preset.id, name: preset.name, publisher: preset.publisher, about: preset.about, summary: summaryOf(checkGathered(preset, gathered)) })) };
  });

  app.get('/api/v1/presets/:id/check', { config: reading, schema: { summary: 'How the settings stand to a standard, and to others beside it', params: Id, querystring: Beside, answers: { 200: PresetCheck } } }, async (request, reply) => {
    const { brand, params, query } = request;
    const asked = [...new Set([params.id, ...(query.beside ?? '').split(',').map((one) => one.trim()).filter((one) => one !== '')])];
    const chosen = asked.map(presetById).filter((preset) => preset !== undefined);
    if (presetById(params.id) === undefined) return refuse(request, reply, MISSING);
    const unknown = asked.filter((id) => presetById(id) === undefined);
    if (unknown.length > 0) return problems.invalid(reply, unknown.map((id) => fault('beside', 'preset.unknown', 'A standard', `be one of ${presets.map((preset) => preset.id).join(', ')}`, shown(id))));
    const rows = store.brand(brand.id);
    const [gathered, { pinned }] = await Promise.all([gather(rows, brand, server), settingRows.all(rows)]);
    const checked = chosen.map((preset) => ({ preset, checked: checkGathered(preset, gathered) }));
    return reply.send({
      version: gathered.standing.policy.version,
      presets: checked.map(({ preset, checked: of }) => ({ id: preset.id, name: preset.name, publisher: preset.publisher, about: preset.about, summary: summaryOf(of), requirements: of.map((one) => shownRequirement(one, gathered)) })),
      conflicts: conflictsBetween(checked).map((one) => ({ ...one, sides: [...one.sides] })),
      draft: draftFor(checked, gathered.standing.policy.values, new Set(Object.keys(pinned))).map((one) => ({ ...one, askedBy: [...one.askedBy] })),
    });
  });

  app.post('/api/v1/presets/:id/evidence', { config: reading, schema: { summary: 'An evidence report, as JSON or as a page to print; that it was taken is written', params: Id, body: Format, answers: { 200: EvidenceReport } } }, async (request, reply) => {
    const { brand, params, body, actor } = request;
    const preset = presetById(params.id);
    if (preset === undefined) return refuse(request, reply, MISSING);
    const { format = 'json' } = body;
    const rows = store.brand(brand.id);
    const [names, key, row] = await Promise.all([namesOf(rows), actor.kind === 'key' ? apiKeyRows.byId(rows, actor.id) : undefined, brandRows.byId(store.system, brand.id)]);
    const by: By = { kind: actor.kind, id: actor.id, name: (actor.kind === 'key' ? key?.name : names.get(actor.id)) ?? actor.id };
    const at = now();
    const evidence = await evidenceOf(store, { id: brand.id, slug: brand.slug, name: brand.name, createdAt: row?.created_at ?? 0 }, preset, brand, { by, at, server });
    try {
      await brands.commit([rows.part({ statements: [actor.still(rows)], entries: [evidenceEntry(evidence, by, format, at)] })]);
    } catch (error) {
      const ended = error instanceof Conflict ? endedWhile(error.code) : undefined;
      if (ended === undefined) throw error;
      return refuse(request, reply, deny(ended, null, {}));
    }
    reply.header('cache-control', 'no-store').header('content-disposition', `attachment; filename="evidence-${preset.id}.${format}"`);
    return format === 'html' ? reply.header('content-type', 'text/html; charset=utf-8').send(evidencePage(evidence) as never) : reply.send(evidence);
  });

  app.post('/api/v1/presets/:id/deviations', { config: changing, schema: { params: Id, body: Deviating } }, async (request, reply) => {
    const preset = presetById(request.params.id);
    const denial: Denial | null = preset === undefined ? MISSING : await stepUp(request);
    if (preset === undefined || denial !== null) return refuse(request, reply, denial ?? MISSING);
    const recorded = await recordDeviation(desk, request.brand, preset, request.body, request);
    if ('faults' in recorded) return problems.invalid(reply, recorded.faults);
    return 'denial' in recorded ? refuse(request, reply, recorded.denial) : reply.code(201).send({ id: recorded.id });
  });

  app.delete('/api/v1/presets/:id/deviations/:deviation', { config: changing, schema: { params: OfPreset } }, async (request, reply) => {
    const preset = presetById(request.params.id);
    const denial = preset === undefined ? MISSING : ((await stepUp(request)) ?? (await removeDeviation(desk, request.brand, preset, request.params.deviation, request)));
    return denial === null ? reply.code(204).send() : refuse(request, reply, denial);
  });
}
