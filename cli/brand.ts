// portcullis brand add: prepares one more brand and prints the setup link for its first admin.
import { readArgs, Refusal, type Run } from '#cli/command.ts';
import { brandFaults, lineFaults, slugFrom } from '#identity/brand-name.ts';
import { issueSetupLink, prepareBrand } from '#identity/setup.ts';
import { readConfig } from '#server/config.ts';
import { openPresentData } from '#server/data.ts';

export const brandAdd: Run = async (args, host) => {
  const { values, positionals } = readArgs(args, { address: { type: 'string' } }, ['NAME']);
  const name = positionals[0] as string;
  const slug = values.address ?? slugFrom(name);
  const unnamed = slug === '' && values.address === undefined && lineFaults(name, 'brand/name', 'Brand name').length === 0;
  if (unnamed) throw new Refusal(`"${name}" has no Latin letters or digits to make an address of. Name one with --address, such as --address acme-support. Nothing was changed.`);
  const faults = brandFaults({ name, slug });
  if (faults.length > 0) throw new Refusal(faults.map((fault) => fault.message).join('\n'));
  const config = readConfig(host.env, host.cwd);
  const { store, keyring } = await openPresentData(config, host.now());
  try {
    const parts = { store, keyring, commit: store.commit, now: host.now };
    const id = await prepareBrand(parts, { name, slug });
    if (id === null) throw new Refusal(`The address /b/${slug} is taken. Choose another one with --address. Nothing was changed.`);
    const token = await issueSetupLink(parts, id);
    host.say(`Brand "${name}" is prepared at ${config.publicUrl.origin}/b/${slug}/`);
    host.say(`Set it up within one hour: ${config.publicUrl.origin}/setup#${token}`);
    return 0;
  } finally {
    await store.close();
  }
};
