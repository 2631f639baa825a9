// The brands this node has in memory, each with its policy snapshot; told of changes by commits, NOTIFY and a poll.
import * as brandRows from '#store/brands.ts';
import { isPosting } from '#identity/post.ts';
import type { BrandId, Committed, HeadVersions, Part, Store } from '#store/store.ts';
import { type BrandPolicy, readBrandPolicy } from '#server/brand-policy.ts';

export type { RunningStage } from '#server/brand-policy.ts';

export interface Brand extends BrandPolicy {
  readonly id: BrandId;
  readonly slug: string;
  readonly name: string;
  peopleVersion: number;
  /** When this node last knew its policy to be the newest, ms of uptime. */
  confirmedAt: number;
}

/** A policy that could not be confirmed for this long is not acted on (SETTINGS.md, "Rules for all"). */
export const UNCONFIRMED_MS = 5_000;
export const POLL_MS = 400;

export interface Brands {
  bySlug(slug: string): Promise<Brand | null>;
  byId(id: BrandId): Promise<Brand | null>;
  peek(id: BrandId): Brand | undefined;
  /** Commits a unit and takes over what it changed before it returns: the next request sees it. */
  commit(parts: Part[]): Promise<Committed>;
  /** Compares every brand in memory with the store, takes over changes, and confirms. Throws where one of them cannot be read; `of`: only where that one cannot. */
  confirm(of?: BrandId): Promise<void>;
  onPolicy(listener: (brand: Brand) => void): void;
  /** `brandId` had people or sessions changed by another node: what is remembered of them is stale. */
  onPeople(listener: (brandId: BrandId) => void): void;
  /** The inbox of a brand went on: by an own unit that bumped `inbox`, or by another node's. */
  onFeed(listener: (brandId: BrandId) => void): void;
  /** A mail of the brand is due again though nobody posted one. */
  ring(brandId: BrandId): void;
  /** A mail was posted by this node. */
  onPosted(listener: (brandId: BrandId) => void): void;
  /** When this node last reached the store to confirm, ms of uptime. */
  lastConfirmedAt(): number;
}

export function openBrands(store: Store, uptime: () => number): Brands {
  const known = new Map<BrandId, Brand>();
  let lastConfirmedAt = uptime();
  const policyListeners: ((brand: Brand) => void)[] = [];
  const peopleListeners: ((brandId: BrandId) => void)[] = [];
  const feedListeners: ((brandId: BrandId) => void)[] = [];
  const postListeners: ((brandId: BrandId) => void)[] = [];
  /** How far each feed was when this node last looked. */
  const feeds = new Map<BrandId, number>();
  /** The version of a brand's people under which the members of its stage were read. */
  const membersAt = new Map<BrandId, number>();

  const readPolicy = (id: BrandId, version: number): Promise<BrandPolicy> => readBrandPolicy(store.brand(id), version);

  async function load(row: brandRows.BrandRow): Promise<Brand> {
    const askedAt = uptime();
    const versions = (await store.versions([row.id])).get(row.id) ?? { policy: 0, people: 0, feed: 0 };
    const read = await readPolicy(row.id, versions.policy);
    const present = known.get(row.id);
    if (present !== undefined) return present;
    const brand: Brand = { id: row.id, slug: row.slug, name: row.name, ...read, peopleVersion: versions.people, confirmedAt: askedAt };
    known.set(row.id, brand);
    feeds.set(row.id, versions.feed);
    membersAt.set(row.id, versions.people);
    return brand;
  }

  async function takePolicy(brand: Brand, version: number): Promise<void> {
    if (version <= brand.policy.version) return;
    const read = await readPolicy(brand.id, version);
    // A slower, older reading must not overwrite a newer one.
    if (read.policy.version <= brand.policy.version) return;
    Object.assign(brand, read);
    for (const listener of policyListeners) listener(brand);
  }

  /** Whom a change on stage holds for may be others now: open pages are judged anew. */
  async function takePeople(brand: Brand): Promise<void> {
    const version = brand.peopleVersion;
    if (version <= (membersAt.get(brand.id) ?? 0)) return;
    const changed = await brand.readMembers();
    // What could not be read is owed to the next look: until then nothing is confirmed.
    membersAt.set(brand.id, Math.max(version, membersAt.get(brand.id) ?? 0));
    if (changed) for (const listener of policyListeners) listener(brand);
  }

  /** What other nodes and the command line changed of it. */
  async function takeOver(brand: Brand, newest: HeadVersions): Promise<void> {
    if (newest.people > brand.peopleVersion) {
      brand.peopleVersion = newest.people;
      for (const listener of peopleListeners) listener(brand.id);
    }
    await takePeople(brand);
    await takePolicy(brand, newest.policy);
    if (newest.feed <= (feeds.get(brand.id) ?? 0)) return;
    feeds.set(brand.id, newest.feed);
    for (const listener of feedListeners) listener(brand.id);
  }

  return {
    peek: (id) => known.get(id),
    lastConfirmedAt: () => lastConfirmedAt,
    async bySlug(slug) {
      const row = await brandRows.bySlug(store.system, slug);
      if (row === undefined) return null;
      return known.get(row.id) ?? load(row);
    },
    async byId(id) {
      const present = known.get(id);
      if (present !== undefined) return present;
      const row = await brandRows.byId(store.system, id);
      return row === undefined ? null : load(row);
    },
    async commit(parts) {
      const committed = await store.commit(parts);
      for (const [id, versions] of committed.versions) {
        const brand = known.get(id);
        if (brand === undefined) continue;
        // Own changes of people are applied where they are made; anything beyond them was said by another node.
        const own = parts.some((part) => part.scope === id && part.bumps.includes('people')) ? 1 : 0;
        if (versions.people > brand.peopleVersion + own) for (const listener of peopleListeners) listener(id);
        brand.peopleVersion = Math.max(brand.peopleVersion, versions.people);
        await takePolicy(brand, versions.policy);
        // It was kept: whoever did it must not hear that it was not. What is owed is read at the next look, which confirms nothing before.
        await takePeople(brand).catch(() => undefined);
      }
      for (const { scope, bumps } of parts) if (bumps.includes('inbox')) for (const listener of feedListeners) listener(scope);
      for (const { scope, statements } of parts) if (statements.some(isPosting)) for (const listener of postListeners) listener(scope);
      return committed;
    },
    async confirm(of) {
      const askedAt = uptime();
      const versions = await store.versions([...known.keys()]);
      const faults = new Map<BrandId, unknown>();
      for (const brand of known.values()) {
        const newest = versions.get(brand.id);
        if (newest === undefined) continue;
        try {
          await takeOver(brand, newest);
          brand.confirmedAt = Math.max(brand.confirmedAt, askedAt);
        } catch (error) {
          // Settings that this program cannot read hold up no other brand; their own is confirmed no more, and denies.
          faults.set(brand.id, error);
        }
      }
      lastConfirmedAt = Math.max(lastConfirmedAt, askedAt);
      const [fault] = faults.entries().filter(([id]) => of === undefined || id === of);
      if (fault !== undefined) throw fault[1];
    },
    onPolicy: (listener) => policyListeners.push(listener),
    onPeople: (listener) => peopleListeners.push(listener),
    onFeed: (listener) => feedListeners.push(listener),
    ring(brandId) {
      for (const listener of postListeners) listener(brandId);
    },
    onPosted: (listener) => postListeners.push(listener),
  };
}
