// The bytes of small files that were just handed out: a picture that a whole team opens is read from the disk once. Who may have it is judged each time before.

/** Of one file, and of all together. */
export const LARGEST = 256 * 1024;
const MOST = 32 * 1_048_576;
/** From when they were read, ms: what was removed, here or on another node, is in no memory after it. */
const KEPT_MS = 60_000;

export interface RecentBytes {
  /** The whole file, or undefined. `key` is random and never used again, so what stands under it is right or not there. */
  of(key: string): Uint8Array | undefined;
  keep(key: string, bytes: Uint8Array): void;
  /** Lets go of what was kept for its time. Made twice a second. */
  sweep(): void;
  /** Bytes that are kept. */
  size(): number;
}

export function openRecentBytes(uptime: () => number): RecentBytes {
  /** In the order in which they were read. */
  const kept = new Map<string, { readonly bytes: Uint8Array; readonly at: number }>();
  let size = 0;

  function forget(key: string, { bytes }: { readonly bytes: Uint8Array }): void {
    kept.delete(key);
    size -= bytes.length;
  }

  return {
    of(key) {
      const one = kept.get(key);
      return one !== undefined && uptime() - one.at < KEPT_MS ? one.bytes : undefined;
    },
    keep(key, bytes) {
      if (bytes.length > LARGEST) return;
      const before = kept.get(key);
      if (before !== undefined) forget(key, before);
      kept.set(key, { bytes, at: uptime() });
      size += bytes.length;
      for (const [oldest, one] of kept) {
        if (size <= MOST) return;
        forget(oldest, one);
      }
    },
    sweep() {
      const at = uptime();
      for (const [key, one] of kept) {
        if (at - one.at < KEPT_MS) return;
        forget(key, one);
      }
    },
    size: () => size,
  };
}
