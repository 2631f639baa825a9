// A whole Portcullis for a measurement: a new data folder, a brand with white-lists of 1,000 networks each, one live session and one API key.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Building, openBuilding, type Options } from '#server/building.ts';
import { readConfig } from '#server/config.ts';
import { issueSetupLink, completeSetup, openSetup } from '#identity/setup.ts';
import { personOf } from '#identity/person.ts';
import { apiKeyRow, newApiKey } from '#identity/api-keys.ts';
import { newId } from '#identity/tokens.ts';
import { totpCode } from '#identity/totp.ts';
import * as agentRows from '#store/agents.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import * as settingRows from '#store/settings.ts';
import type { Entry } from '#store/store.ts';
import { networks } from './networks.ts';

export const PASSWORD = 'four grey herons walk';
const LIST_LENGTH = 1_000;
const WITHOUT_LIMIT = { perSecond: 1e9, burst: 1e9 };
const CHAT_WITHOUT_LIMIT = { asks: WITHOUT_LIMIT, sends: WITHOUT_LIMIT, details: WITHOUT_LIMIT, sockets: 1e9 };

export interface House {
  readonly building: Building;
  /** The Host header the server answers to. */
  readonly host: string;
  /** The Cookie header of the live session. */
  readonly cookie: string;
  /** An API key of the brand that may read users and teams. */
  readonly key: string;
  close(): Promise<void>;
}

export function newFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-bench-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Opens it without listening; the rates of a session and of the entrance are lifted, and still counted. */
export async function openHouse(port: number, env: Readonly<Record<string, string>> = {}, options: Options = {}): Promise<House> {
  const { folder, remove } = newFolder();
  const config = readConfig({ PORT: String(port), DATA_DIR: folder, LOG_LEVEL: 'silent', ...env }, folder);
  const building = await openBuilding(config, { rate: WITHOUT_LIMIT, entranceRate: WITHOUT_LIMIT, chatNetworkRate: CHAT_WITHOUT_LIMIT, fileRate: { person: WITHOUT_LIMIT, network: WITHOUT_LIMIT }, terminal: () => {}, ...options });
  const { store, brands, sessions, keyring, now } = building.parts;
  const setup = { store, keyring, commit: brands.commit, now };

  const token = await issueSetupLink(setup, null);
  const opened = await openSetup(setup, token);
  if (opened === null) throw new Error('The setup link of the bench did not open.');
  const code = totpCode(opened.totp.secret, Math.floor(now() / 30_000));
  const done = await completeSetup(setup, token, { brand: { name: 'Acme', slug: 'acme' }, admin: { name: 'Dana Levi', email: 'dana@acme.example', password: PASSWORD }, code });
  if (done.kind !== 'done') throw new Error(`The setup of the bench gave ${JSON.stringify(done)}.`);

  const brand = await brands.bySlug('acme');
  if (brand === null) throw new Error('The brand of the bench is missing.');
  const rows = store.brand(brand.id);
  const [agent] = await agentRows.all(rows);
  if (agent === undefined) throw new Error('The admin of the bench is missing.');

  const list = { state: 'only', entries: ['127.0.0.1/32', ...networks(LIST_LENGTH - 1)].map((value) => ({ value })) };
  const begun = sessions.begin({ brandId: brand.id, person: personOf({ ...agent, has_factor: 1 }), proven: 'password+code', address: '127.0.0.1', userAgent: 'bench' }, now());
  const entry: Entry = { id: newId('evt'), at: now(), actor: { kind: 'host', id: null }, event: 'policy.changed', entity: { kind: 'setting', id: 'management.allowlist' } };
  const key = newApiKey(brand.id);
  const fields = { name: 'Bench', scopes: ['users:read'], expiresAt: null, allowlist: { state: 'any', entries: [] } } as const;
  const lists = ['management.allowlist', 'api.allowlist'].map((name) => settingRows.put(rows, { key: name, value: JSON.stringify(list), set_by: agent.id, set_at: now() }));
  const statements = [...lists, apiKeyRows.insert(rows, apiKeyRow(fields, key.hash, agent.id, now())), begun.statement];
  await brands.commit([rows.part({ statements, entries: [entry], bumps: ['policy'] })]);
  sessions.adopt(begun.session);
  if (brand.policy.sets['management.allowlist'] === null || brand.policy.sets['api.allowlist'] === null) throw new Error('The white-list of the bench does not hold.');

  return {
    building,
    host: config.publicUrl.host,
    cookie: `__Host-session=${begun.cookie}`,
    key: key.text,
    async close() {
      await building.close();
      remove();
    },
  };
}
