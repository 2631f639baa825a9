// What a person, or a customer, may see of a file: its conversation must be open to them and kept, and a note's file is for agents alone.
import { decideRetention } from '#policy/decide/retention.ts';
import { isThereAlone } from '#media/file-standing.ts';
import type { OpenableFile } from '#store/openable-files.ts';
import { maySee, type PolicyIn, type Sight } from '#inbox/sight.ts';

/** Can it be handed out at all? Not what was refused, held in quarantine, redacted or erased, nor what is due to be. */
export function isThere(file: OpenableFile, policyIn: PolicyIn, now: number): boolean {
  if (!isThereAlone(file)) return false;
  const { status, status_at: statusAt, last_message_at: lastMessageAt } = file;
  if (status === null || statusAt === null || lastMessageAt === null) return file.conversation_id === null;
  return decideRetention(policyIn(file.channel_id), { status, lastMessageAt, statusAt, held: file.hold_at !== null, now }).allowed;
}

/** What no message carries yet is its writer's own. */
export function agentMayRead(sight: Sight, file: OpenableFile): boolean {
  if (file.conversation_id !== null && !maySee(sight, file)) return false;
  return file.message_kind !== null ? file.conversation_id !== null : file.author_kind === 'agent' && file.author_id === sight.agentId;
}

/** May this agent be told of it at all, also where it was refused, held back or removed? Of what is due to go nobody is told. */
export const agentMayKnow = (sight: Sight, file: OpenableFile, policyIn: PolicyIn, now: number): boolean =>
  agentMayRead(sight, file) && isThere({ ...file, state: 'accepted', blob_key: '', bytes: 0, redacted_at: null }, policyIn, now);

/** The same as their chat shows: what was said in the one that is not archived. */
export function customerMayRead({ customerId, channelId }: { readonly customerId: string; readonly channelId: string }, file: OpenableFile): boolean {
  if (file.channel_id !== channelId) return false;
  if (file.message_kind === null) return file.author_kind === 'customer' && file.author_id === customerId;
  return file.customer_id === customerId && file.conversation_kind === 'chat' && file.status !== 'archived' && file.message_kind === 'text';
}
