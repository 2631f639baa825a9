// portcullis unlock: break-glass. Prints a one-time sign-in link for one admin and changes nothing for anybody else.
import { readArgs, Refusal, type Run, WrongUse } from '#cli/command.ts';
import { type EmailAddress, parseEmailAddress } from '#identity/email-address.ts';
import { messageIdOf } from '#identity/outgoing-mail.ts';
import { newId } from '#identity/tokens.ts';
import { issueUnlock, MOST_EXEMPT_MS, UNLOCK_LINK_MS } from '#identity/unlock.ts';
import { type Config, readConfig } from '#server/config.ts';
import { openPresentData } from '#server/data.ts';
import { openOutside } from '#server/outside.ts';
import * as agentRows from '#store/agents.ts';
import * as brandRows from '#store/brands.ts';
import type { Store } from '#store/store.ts';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000 };
const OPTIONS = { for: { type: 'string' }, brand: { type: 'string' }, 'lift-lock': { type: 'boolean' }, 'reset-factors': { type: 'boolean' } } as const;

/** `30m` or `2h` in ms; undefined when it is neither, or longer than a day. */
export function readSpan(text: string): number | undefined {
  const parsed = /^([1-9]\d{0,3})([mh])$/.exec(text);
  if (parsed === null) return undefined;
  const span = Number(parsed[1]) * (UNITS[parsed[2] as string] as number);
  return span <= MOST_EXEMPT_MS ? span : undefined;
}

interface Found {
  readonly brand: brandRows.BrandRow;
  readonly agent: agentRows.AgentRow;
}

async function findAdmin(store: Store, email: EmailAddress, slug: string | undefined): Promise<Found> {
  const brands = (await brandRows.all(store.system)).filter((brand) => slug === undefined || brand.slug === slug);
  const found: Found[] = [];
  for (const brand of brands) {
    const agent = await agentRows.byEmailKey(store.brand(brand.id), email.key);
    if (agent !== undefined && agent.role === 'admin' && agent.deactivated_at === null) found.push({ brand, agent });
  }
  const [only, ...more] = found;
  if (only === undefined) throw new Refusal(`No active admin signs in with ${email.address}${slug === undefined ? '' : ` at /b/${slug}`}. Nothing was changed.`);
  if (more.length > 0) throw new Refusal(`${email.address} is an admin of several brands: ${found.map(({ brand }) => brand.slug).join(', ')}. Name one with --brand. Nothing was changed.`);
  return only;
}

export const unlock: Run = async (args, host) => {
  const { values, positionals } = readArgs(args, OPTIONS, ['ADMIN']);
  const exemptMs = readSpan(values.for ?? '30m');
  if (exemptMs === undefined) throw new WrongUse(`--for must be minutes or hours up to a day, such as 30m or 2h, not "${values.for}".`);
  const typed = positionals[0] as string;
  const email = parseEmailAddress(typed.trim());
  if (!email.ok) throw new WrongUse(`ADMIN must be the email address the admin signs in with, not "${typed}".`);
  const config = readConfig(host.env, host.cwd);
  const { store, keyring } = await openPresentData(config, host.now());
  try {
    const found = await findAdmin(store, email.value, values.brand);
    const { brand, agent } = found;
    const liftLock = values['lift-lock'] === true;
    const resetFactors = values['reset-factors'] === true;
    const parts = { store, keyring, commit: store.commit, now: host.now };
    const { token } = await issueUnlock(parts, { brandId: brand.id, agentId: agent.id, exemptMs, liftLock, resetFactors });
    host.say(`One-time sign-in link for ${agent.name} (${UNLOCK_LINK_MS / 60_000} minutes, once):`);
    host.say(`${config.publicUrl.origin}/b/${brand.slug}/unlock#${token}`);
    if (liftLock) host.say(`The lock of ${agent.name} was lifted.`);
    if (resetFactors) host.say(`All second factors of ${agent.name} were removed: enrol a new one in the workspace.`);
    const done = [`It works for ${UNLOCK_LINK_MS / 60_000} minutes and once; the session it opens is exempt from the IP white-list for ${exemptMs / 60_000} minutes.`];
    if (liftLock) done.push(`The lock of ${agent.name} was lifted.`);
    if (resetFactors) done.push(`All second factors of ${agent.name} were removed.`);
    await tellAdmins(config, store, found, `A break-glass sign-in link for ${agent.name} was made on the server of ${brand.name}. ${done.join(' ')}`, host);
    return 0;
  } finally {
    await store.close();
  }
};

/** Every admin hears of it; a mail that cannot go out is said, and does not undo the link. */
async function tellAdmins(config: Config, store: Store, { brand }: Found, text: string, host: { now: () => number; say: (line: string) => void }): Promise<void> {
  const { mail } = openOutside(config, { terminal: host.say });
  const note = `${text}\n\nIf nobody in your team did this, somebody has access to the server: act now.\n`;
  const admins = await agentRows.activeAdmins(store.brand(brand.id));
  const sent = await Promise.all(admins.map(async ({ email }) => {
    const message = { messageId: messageIdOf(newId('mail'), mail.sender.address), date: host.now(), from: null, to: [{ name: '', address: email }], recipients: [email], subject: 'Break-glass access to Portcullis', text: note };
    return { email, outcome: await mail.send({ ...message, headers: { 'Auto-Submitted': 'auto-generated' } }) };
  }));
  mail.close();
  for (const { email, outcome } of sent) if (!outcome.sent) host.say(`The notice to ${email} was not sent: ${outcome.sentence}`);
}
