// The settings of the tab Media: which files may come in, and who may open them.
import type { FileTypeId } from '../file-type-table.ts';
import { bytes } from '../kinds/bytes.ts';
import { fileTypeTicks } from '../kinds/file-types.ts';
import { flag } from '../kinds/flag.ts';
import { setting } from '../setting.ts';

const customerTypes = ['jpeg', 'png', 'webp', 'gif', 'pdf', 'txt'] as const satisfies readonly FileTypeId[];
const agentTypes = [...customerTypes, 'docx', 'xlsx', 'pptx', 'csv', 'mp3', 'mp4'] as const satisfies readonly FileTypeId[];
const MIB = 1_048_576;
const NEVER_TAKEN = 'Programs, scripts and web pages are never taken, whatever is ticked.';

export const media = {
  'upload.customer.enabled': setting({
    kind: flag({ tighterIs: 'off' }),
    default: true,
    label: 'Customers may send files',
    help: 'While off, every file from a customer is refused; the message that carried it stays.',
    scope: 'channel',
    doors: ['upload'],
  }),
  'upload.customer.types': setting({
    kind: fileTypeTicks(),
    default: customerTypes,
    label: 'File types customers may send',
    help: 'Extension and content must both be a ticked type.',
    limits: NEVER_TAKEN,
    scope: 'channel',
    doors: ['upload'],
  }),
  'upload.agent.enabled': setting({
    kind: flag({ tighterIs: 'off' }),
    default: true,
    label: 'Agents may send files',
    help: 'While off, every file from an agent is refused.',
    scope: 'channel',
    doors: ['upload'],
  }),
  'upload.agent.types': setting({
    kind: fileTypeTicks(),
    default: agentTypes,
    label: 'File types agents may send',
    help: 'Extension and content must both be a ticked type.',
    limits: NEVER_TAKEN,
    scope: 'channel',
    doors: ['upload'],
  }),
  'upload.strip_metadata': setting({
    kind: flag({ tighterIs: 'on' }),
    default: true,
    label: 'Remove metadata from files',
    help: 'Places, devices and authors are taken out of a file before it is stored.',
    limits: 'Files that are here already stay as they are.',
    scope: 'channel',
    doors: ['upload'],
  }),
  'upload.max_bytes': setting({
    kind: bytes({ min: 1, max: 20 * MIB, tighterIs: 'smaller' }),
    default: 20 * MIB,
    label: 'Maximum file size',
    help: 'A file is cut off and refused at the first byte over this size.',
    scope: 'channel',
    doors: ['upload'],
  }),
  'media.enforce_access': setting({
    kind: flag({ tighterIs: 'on' }),
    default: true,
    label: 'Enforcing media access',
    help: 'While on, only the customer of the conversation and agents who may see it can open a file; while off, whoever has its link can.',
    limits: 'A file that was forwarded stays open to whom its link was mailed, by a mailed code, until its date.',
    scope: 'channel',
    doors: ['media'],
  }),
} as const;
