// One-time links for a test: issued as the page of users and the console do, and read out of the mails.
import { issueEnrolment, issueInvitation, issueRenewal, type LinkFor } from '#identity/person-links.ts';
import { newId } from '#identity/tokens.ts';
import * as agentRows from '#store/agents.ts';
import { linkIn, mailsOf } from '#test/mails.ts';
import type { Admin, TestHouse } from '#test/house.ts';

const ISSUE = { invite: issueInvitation, reset: issueRenewal, enrol: issueEnrolment } as const;

/** The token of the newest mail to this address. */
export async function newestToken(house: TestHouse, email: string): Promise<string> {
  const mails = (await mailsOf(house)).filter((mail) => mail.to.includes(email) && mail.text.includes('#'));
  const mail = mails.at(-1);
  if (mail === undefined) throw new Error(`No mail with a link to ${email}`);
  return linkIn(mail).token;
}

/** An administrator sends this person a link of that kind; gives its token. */
export async function sendLink(house: TestHouse, admin: Admin, kind: keyof typeof ISSUE, email: string): Promise<string> {
  const { brands, store, keyring, config } = house.building.parts;
  const brand = (await brands.bySlug(admin.slug))!;
  const rows = store.brand(brand.id);
  // Mails are told apart by their instants.
  house.clock.now += 1_000;
  const [agent, by] = await Promise.all([agentRows.byEmailKey(rows, email), agentRows.byEmailKey(rows, admin.email)]);
  const target: LinkFor = { brand, agent: agent!, by: { id: by!.id, name: by!.name } };
  const issued = ISSUE[kind]({ store, keyring, origin: config.publicUrl.origin, now: house.clock.now, policy: brand.policy }, target);
  await brands.commit([issued.systemPart, rows.part({ statements: issued.statements, entries: issued.entries, bumps: ['people'] })]);
  return newestToken(house, email);
}

/** Makes somebody who was invited and has not joined yet; gives the email address. */
export async function addInvited(house: TestHouse, admin: Admin, local: string, capabilities: readonly string[] = []): Promise<string> {
  const { brands, store } = house.building.parts;
  const brand = (await brands.bySlug(admin.slug))!;
  const rows = store.brand(brand.id);
  const email = `${local}@${admin.slug}.example`;
  const id = newId('agt');
  const at = house.clock.now;
  const row = { id, email, email_key: email, name: local, role: 'agent', capabilities: JSON.stringify(capabilities), phone: null, phone_verified_at: null, password_hash: null, password_set_at: null, deactivated_at: null, created_at: at, must_change: null, password_reminded: null } as const;
  const entry = { id: newId('evt'), at, actor: { kind: 'host', id: null }, event: 'agent.created', entity: { kind: 'agent', id } } as const;
  await brands.commit([rows.part({ statements: [agentRows.insert(rows, row)], entries: [entry], bumps: ['people'] })]);
  return email;
}
