// What one side may send in a channel, for the page that offers it; the upload door judges all the same.
import type { Policy } from '#policy/effective.ts';
import { fileTypes } from '#policy/file-type-table.ts';

export interface UploadRules {
  readonly enabled: boolean;
  /** Ids of known types. */
  readonly types: readonly string[];
  /** Endings of their names, without the dot. */
  readonly endings: readonly string[];
  readonly maxBytes: number;
}

/** `policy` is the channel's. */
export function uploadRules({ values }: Policy, side: 'customer' | 'agent'): UploadRules {
  const ticked: readonly string[] = values[`upload.${side}.types`];
  return { enabled: values[`upload.${side}.enabled`], types: ticked, endings: fileTypes.filter(({ id }) => ticked.includes(id)).flatMap(({ extensions }) => extensions), maxBytes: values['upload.max_bytes'] };
}
