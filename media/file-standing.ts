// Whether a file can be handed out, as far as it stands by itself: stored, and neither refused, held in quarantine, removed nor redacted.
import type { OpenableFile } from '#store/openable-files.ts';

/** Its conversation may forbid it still: inbox/file-sight.ts asks that. */
export const isThereAlone = (file: Pick<OpenableFile, 'state' | 'blob_key' | 'bytes' | 'redacted_at'>): boolean =>
  file.state === 'accepted' && file.blob_key !== null && file.bytes !== null && file.redacted_at === null;
