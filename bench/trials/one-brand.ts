// A store with one brand and one agent, for trials below the server.
import { join } from 'node:path';
import { personOf, type Person } from '#identity/person.ts';
import * as agentRows from '#store/agents.ts';
import * as brandRows from '#store/brands.ts';
import { openStore } from '#store/open.ts';
import type { BrandStore, Entry, Store } from '#store/store.ts';
import { newFolder } from '../house.ts';

export const BRAND = 'bacmeacmeacme';
export const AGENT = 'agt_00000000000000000000000000';
export const NOW = Date.UTC(2026, 10, 23, 8, 0, 0);

export interface OneBrand {
  readonly store: Store;
  readonly brand: BrandStore;
  readonly person: Person;
  close(): Promise<void>;
}

export async function openOneBrand(): Promise<OneBrand> {
  const { folder, remove } = newFolder();
  const store = await openStore({ file: join(folder, 'portcullis.db') });
  const brand = store.brand(BRAND);
  const entry: Entry = { id: 'evt_first', at: NOW, actor: { kind: 'host', id: null }, event: 'brand.created', entity: { kind: 'brand', id: BRAND } };
  const row: agentRows.AgentRow = {
    id: AGENT, email: 'dana@acme.example', email_key: 'dana@acme.example', name: 'Dana Levi', role: 'admin', capabilities: '[]', phone: null, phone_verified_at: null,
    password_hash: null, password_set_at: null, deactivated_at: null, created_at: NOW, must_change: null, password_reminded: null,
  };
  await store.commit([
    store.system.part({ statements: [brandRows.insert(store.system, { id: BRAND, slug: 'acme', name: 'Acme', created_at: NOW })], entries: [entry] }),
    brand.part({ statements: [agentRows.insert(brand, row)], entries: [entry] }),
  ]);
  return {
    store,
    brand,
    person: personOf({ ...row, has_factor: 1 }),
    async close() {
      await store.close();
      remove();
    },
  };
}
