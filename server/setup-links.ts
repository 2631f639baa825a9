// The links in the terminal by which brands are set up: anew at each start, until they are used.
import { issueSetupLink } from '#identity/setup.ts';
import * as agentRows from '#store/agents.ts';
import * as brandRows from '#store/brands.ts';
import type { Building } from '#server/building.ts';

/** One link for "no brand yet", or one for each prepared brand whose admin is not set up. */
export async function printSetupLinks({ parts }: Building): Promise<void> {
  const { store, keyring, brands, now, config } = parts;
  const all = await brandRows.all(store.system);
  const waiting = [];
  for (const brand of all) if ((await agentRows.activeAdmins(store.brand(brand.id))).length === 0) waiting.push(brand);
  const none = all.length === 0;
  const targets: { id: string | null; name: string }[] = none ? [{ id: null, name: 'the first brand' }] : waiting.map((brand) => ({ id: brand.id, name: brand.name }));
  for (const target of targets) {
    const token = await issueSetupLink({ store, keyring, commit: brands.commit, now }, target.id);
    process.stdout.write(`\n  Set up ${target.name} (this link works once, for one hour):\n  ${config.publicUrl.origin}/setup#${token}\n`);
  }
}
