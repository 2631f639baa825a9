// Fills a brand with believable data (`npm start -- --demo`): people, two weeks of audit trail, a white-list ready to be switched on.
import { randomBytes } from 'node:crypto';
import { totpOwner } from '#identity/factor-check.ts';
import { hashPassword } from '#identity/passwords.ts';
import { newRecoveryCodes } from '#identity/recovery-codes.ts';
import { newBrandId, newId } from '#identity/tokens.ts';
import { newTotpSecret } from '#identity/totp.ts';
import * as agentRows from '#store/agents.ts';
import * as brandRows from '#store/brands.ts';
import * as recoveryRows from '#store/recovery-codes.ts';
import type { BrandStore, Entry, Statement } from '#store/store.ts';
import * as totpRows from '#store/totp-factors.ts';
import { demoInbox } from '#server/demo-inbox.ts';
import { demoHistory, foundingOf, type Made } from '#server/demo-history.ts';
import { DEMO_DOMAIN, DEMO_NAME, DEMO_PEOPLE, DEMO_SLUG } from '#server/demo-people.ts';
import type { Parts } from '#server/parts.ts';
import { keepingOf } from '#server/policy-commit.ts';

/** A white-list with entries whose state is still `any`: nobody is shut out, and one click switches it on. */
const LIST = {
  state: 'any',
  entries: [
    { value: '203.0.113.0/24', note: 'Head office, Haifa' },
    { value: '2001:db8:40::/48', note: 'Lyon' },
    { value: '127.0.0.1', note: 'This machine' },
    { value: '::1', note: 'This machine' },
  ],
};

async function personStatements(parts: Parts, brand: BrandStore, person: Made, hashed: string, secret: string, at: number): Promise<Statement[]> {
  const statements = [
    agentRows.insert(brand, {
      id: person.id,
      email: person.email,
      email_key: person.email,
      name: person.name,
      role: person.role,
      capabilities: JSON.stringify(person.capabilities),
      phone: null,
      phone_verified_at: null,
      password_hash: hashed,
      password_set_at: at,
      deactivated_at: null,
      must_change: null,
      password_reminded: null,
      created_at: at,
    }),
  ];
  if (!person.hasFactor) return statements;
  const factorId = newId('fac');
  const secret_sealed = parts.keyring.seal(secret, totpOwner(person.id, factorId));
  statements.push(totpRows.insert(brand, { id: factorId, agent_id: person.id, secret_sealed, label: 'Authenticator app', verified_at: at, last_step: 0, created_at: at }));
  const codes = await newRecoveryCodes(parts.keyring);
  if (!('busy' in codes)) statements.push(...recoveryRows.replaceAll(brand, person.id, codes.map((code) => ({ id: newId('rec'), hash: code.hash })), at));
  return statements;
}

/** Makes the demo brand once. Gives what to print: how to sign in. */
export async function fillDemo(parts: Parts): Promise<string> {
  const { store, brands, now, config } = parts;
  const url = `${config.publicUrl.origin}/b/${DEMO_SLUG}/`;
  if ((await brandRows.bySlug(store.system, DEMO_SLUG)) !== undefined) {
    return `\n  The demo brand is there already: ${url}\n  Its password was printed when it was made. To begin anew, start with another DATA_DIR.\n`;
  }
  const { made: at, listed } = foundingOf(now());
  const brand = store.brand(newBrandId());
  const people: Made[] = DEMO_PEOPLE.map((person) => ({ ...person, id: newId('agt'), email: `${person.local}@${DEMO_DOMAIN}` }));
  const [admin] = people as [Made, ...Made[]];
  const password = randomBytes(12).toString('base64url');
  const secret = newTotpSecret();
  const hashed = await hashPassword(password);
  if (typeof hashed !== 'string') return '\n  The demo could not be made: the server is busy. Start it again.\n';

  const statements: Statement[] = [];
  for (const person of people) {
    statements.push(...(await personStatements(parts, brand, person, hashed, secret, at)));
  }
  const key = 'management.allowlist';
  statements.push(
    ...keepingOf(brand, [{ channel: null, key, before: null, after: { value: LIST, locked: false, setBy: admin.id, setAt: listed } }], { version: 1, at: listed, author: admin.id, reason: 'The office network, as agreed with the auditor.' }),
  );
  const inbox = demoInbox(brand, people, now());
  statements.push(...inbox.statements);
  const entries = demoHistory(people, brand.id, now(), LIST);
  const made: Entry = { id: newId('evt'), at: now(), actor: { kind: 'host', id: null }, event: 'brand.created', entity: { kind: 'brand', id: brand.id }, facts: { slug: DEMO_SLUG, demo: true } };
  await brands.commit([
    store.system.part({ statements: [brandRows.insert(store.system, { id: brand.id, slug: DEMO_SLUG, name: DEMO_NAME, created_at: at })], entries: [made] }),
    brand.part({ statements, entries, bumps: ['policy', 'people', 'inbox'] }),
  ]);
  return `
  The demo brand ${DEMO_NAME} was made: ${url}
    email          ${admin.email}   (everybody else: ${people.slice(1).map((person) => person.local).join(', ')})
    password       ${password}   (the same for all; printed only now)
    authenticator  ${secret}   (type this key into your app; the same for all who have one: its codes let ${admin.name} change settings, and Tomás Rivera approve them)
    chat channel   ${brand.id}.${inbox.channelId}   (for examples/customer-site)
`;
}
