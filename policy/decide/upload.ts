// May this file come in? Judged twice: on what is declared before the stream, and on what was counted and recognised after it.
import { type Decision, type DenialCode, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';
import type { FileTypeId } from '../file-type-table.ts';

export type UploadSide = 'customer' | 'agent';

export interface DeclaredFacts {
  readonly side: UploadSide;
  /** The known type that the end of the name stands for; null for none of the table. */
  readonly extensionType: FileTypeId | null;
  /** The name hides another type: a program's ending before the last one. */
  readonly unsafeName: boolean;
  /** Bytes, as far as they were told. */
  readonly declaredBytes: number | null;
}

export interface CountedFacts extends DeclaredFacts {
  readonly bytes: number;
  /** The known type of what it holds; null for none of the table. */
  readonly contentType: FileTypeId | null;
}

/** What looking into a file found: its content, the scanner's word, or that nobody could look. */
export const uploadFindings = Object.freeze([
  'upload.damaged', 'upload.expands_too_far', 'upload.too_many_pixels', 'upload.active_content', 'upload.encrypted', 'upload.not_cleaned', 'upload.not_stripped', 'upload.virus_found', 'upload.not_scanned',
] as const satisfies readonly DenialCode[]);
export type UploadFinding = (typeof uploadFindings)[number];

/** A file from its beginning to its end, as far as it came. */
export interface UploadFacts extends DeclaredFacts {
  /** Null: it was judged by what was declared, and nothing of it came. */
  readonly bytes: number | null;
  readonly contentType: FileTypeId | null;
  /** Null: nothing was found, or nobody looked yet. */
  readonly finding: UploadFinding | null;
}

/** Which settings each side is judged by. */
export const uploadSettings = Object.freeze({
  customer: { enabled: 'upload.customer.enabled', types: 'upload.customer.types' },
  agent: { enabled: 'upload.agent.enabled', types: 'upload.agent.types' },
} as const);

/** Bytes in words, for a sentence: `20 MB` is 20 × 1,048,576. */
function bytesInWords(bytes: number): string {
  if (bytes >= 1_048_576) return `${Math.floor((bytes / 1_048_576) * 10) / 10} MB`;
  return bytes >= 1_024 ? `${Math.floor((bytes / 1_024) * 10) / 10} kB` : `${bytes} bytes`;
}

/** Codes: `upload.not_enabled`, `upload.too_large`, `upload.name_unsafe`, `upload.type_not_allowed`. */
export function decideDeclaredUpload(policy: Policy, { side, extensionType, unsafeName, declaredBytes }: DeclaredFacts): Decision {
  const { values } = policy;
  const { enabled, types } = uploadSettings[side];
  if (!values[enabled]) return deny('upload.not_enabled', enabled, { side });
  if (declaredBytes !== null && !(declaredBytes <= values['upload.max_bytes'])) return tooLarge(policy, declaredBytes);
  if (extensionType === null || !values[types].includes(extensionType)) return deny('upload.type_not_allowed', types, { side, extensionType });
  if (unsafeName) return deny('upload.name_unsafe', types, { side });
  return allow();
}

/** What was declared again, and beside it: `upload.empty`, `upload.type_mismatch`. What is no number denies. */
export function decideUpload(policy: Policy, facts: CountedFacts): Decision {
  const { side, bytes, contentType, extensionType } = facts;
  if (!(bytes <= policy.values['upload.max_bytes'])) return tooLarge(policy, bytes);
  const declared = decideDeclaredUpload(policy, facts);
  if (!declared.allowed) return declared;
  if (bytes === 0) return deny('upload.empty', null, {});
  if (contentType !== extensionType) return deny('upload.type_mismatch', uploadSettings[side].types, { side, extensionType, contentType });
  return allow();
}

/** The whole course of a file: declared, counted, looked into. Beside the codes of before: those of a finding. */
export function decideFile(policy: Policy, facts: UploadFacts): Decision {
  const { side, bytes, finding } = facts;
  const came = bytes === null ? decideDeclaredUpload(policy, facts) : decideUpload(policy, { ...facts, bytes });
  if (!came.allowed || finding === null) return came;
  if (finding !== 'upload.not_stripped') return deny(finding, null, { side, finding });
  // Where nothing is to be taken out, what cannot be taken out is in nobody's way.
  return stripsMetadata(policy) ? deny(finding, 'upload.strip_metadata', { side, finding }) : allow();
}

/** Whether what a file tells of places, devices and people is taken out before it is stored. */
export const stripsMetadata = ({ values }: Pick<Policy, 'values'>): boolean => values['upload.strip_metadata'];

const tooLarge = (policy: Policy, bytes: number): Decision =>
  deny('upload.too_large', 'upload.max_bytes', { bytes, mostBytes: policy.values['upload.max_bytes'], most: bytesInWords(policy.values['upload.max_bytes']) });
