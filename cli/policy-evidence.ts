// portcullis policy evidence: how a brand's settings stand to a standard, as JSON or as a page to print, taken on the host.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { effective } from '#policy/effective.ts';
import { presetById, presets } from '#policy/presets.ts';
import { readArgs, Refusal, type Run, WrongUse } from '#cli/command.ts';
import { withBrand } from '#cli/policy.ts';
import * as settingRows from '#store/settings.ts';
import type { Store } from '#store/store.ts';
import { readConfig } from '#server/config.ts';
import { type By, evidenceEntry, evidenceOf } from '#server/preset-evidence.ts';
import { evidencePage } from '#server/preset-evidence-page.ts';
import { type Holding, serverFactsOf } from '#server/preset-standing.ts';

const HOST: By = { kind: 'host', id: null, name: 'the server’s host' };

/** As the server would hold it, of what is stored now. */
async function holdingOf(store: Store, brandId: string): Promise<Holding> {
  const versionNow = async (): Promise<number> => (await store.versions([brandId])).get(brandId)?.policy ?? 0;
  let [version, read] = [await versionNow(), await settingRows.all(store.brand(brandId))];
  // Somebody saved between the two: values and their version belong together.
  for (let present = await versionNow(); present !== version; present = await versionNow()) [version, read] = [present, await settingRows.all(store.brand(brandId))];
  const { module, channels, pinned } = read;
  return { policy: effective({ version, module, pinned }), policyIn: (id) => effective({ version, module, channel: channels[id] ?? {}, pinned }) };
}

export const policyEvidence: Run = async (args, host) => {
  const { values } = readArgs(args, { brand: { type: 'string' }, preset: { type: 'string' }, html: { type: 'string' }, json: { type: 'string' } });
  const preset = presetById(values.preset ?? '');
  const known = presets.map(({ id, name }) => `  ${id}  (${name})`).join('\n');
  if (values.preset === undefined) throw new WrongUse(`--preset must name a standard:\n${known}`);
  if (preset === undefined) throw new Refusal(`"${values.preset}" is no standard that is known here. There are:\n${known}`);
  return withBrand(host, values.brand, async (store, brand) => {
    const at = host.now();
    const evidence = await evidenceOf(store, { id: brand.id, slug: brand.slug, name: brand.name, createdAt: brand.created_at }, preset, await holdingOf(store, brand.id), { by: HOST, at, server: serverFactsOf(readConfig(host.env, host.cwd)) });
    const rows = store.brand(brand.id);
    const files = [...(values.html === undefined ? [] : [{ path: values.html, format: 'html', text: evidencePage(evidence) } as const]), ...(values.json === undefined ? [] : [{ path: values.json, format: 'json', text: `${JSON.stringify(evidence, null, 2)}\n` } as const])];
    // Its row is durable before anything is written.
    await store.commit([rows.part({ statements: [], entries: (files.length === 0 ? ['json' as const] : files.map(({ format }) => format)).map((format) => evidenceEntry(evidence, HOST, format, at)) })]);
    for (const { path, text } of files) {
      try {
        writeFileSync(resolve(host.cwd, path), text);
      } catch (error) {
        throw new Refusal(`${path} cannot be written (${(error as NodeJS.ErrnoException).code}).`);
      }
    }
    if (files.length === 0) {
      host.say(JSON.stringify(evidence, null, 2));
      return 0;
    }
    const { met, not_met: notMet, deviation } = evidence.summary;
    host.say(`${preset.name} for ${brand.name}: ${met} met, ${notMet} not met, ${deviation} recorded deviations. Written to ${files.map(({ path }) => path).join(' and ')}.`);
    return 0;
  });
};
