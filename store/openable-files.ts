// A file with what decides over opening it: the conversation it hangs in, and the message that carries it. Asked at every fetch.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';
import { readingOften } from '#store/template.ts';

type Files = BrandTables['files'];
type Conversations = BrandTables['conversations'];
type Held = Pick<Files, 'id' | 'channel_id' | 'conversation_id' | 'message_id' | 'name' | 'type_id' | 'bytes' | 'blob_key' | 'state' | 'author_kind' | 'author_id' | 'link_salt' | 'created_at'>;
type Of<Row, Column extends keyof Row> = Row[Column] | null;

export interface OpenableFile extends Held {
  /** Null while no conversation has it. */
  readonly customer_id: Of<Conversations, 'customer_id'>;
  readonly conversation_kind: Of<Conversations, 'kind'>;
  readonly status: Of<Conversations, 'status'>;
  readonly status_at: number | null;
  readonly last_message_at: number | null;
  readonly hold_at: number | null;
  readonly team_id: string | null;
  readonly assignee_id: string | null;
  /** Null while no message carries it. */
  readonly message_kind: Of<BrandTables['messages'], 'kind'>;
  readonly redacted_at: number | null;
}

const openable = readingOften<{ id: string }, OpenableFile>((q, { id }) => q.selectFrom('files')
  .leftJoin('conversations', 'conversations.id', 'files.conversation_id')
  .leftJoin('messages', 'messages.id', 'files.message_id')
  .select([
    'files.id', 'files.channel_id', 'files.conversation_id', 'files.message_id', 'files.name', 'files.type_id', 'files.bytes', 'files.blob_key', 'files.state', 'files.author_kind',
    'files.author_id', 'files.link_salt', 'files.created_at',
    'conversations.customer_id', 'conversations.kind as conversation_kind', 'conversations.status', 'conversations.status_at', 'conversations.last_message_at', 'conversations.hold_at',
    'conversations.team_id', 'conversations.assignee_id', 'messages.kind as message_kind', 'messages.redacted_at',
  ])
  .where('files.id', '=', id));

export async function openableFile(brand: BrandStore, id: string): Promise<OpenableFile | undefined> {
  return (await brand.allOf(openable, { id }))[0];
}

/** Every link that was made of it so far opens nothing any more. */
export function renewLinks(brand: BrandStore, id: string, salt: Uint8Array): Statement {
  return brand.write(brand.q.updateTable('files').set({ link_salt: salt }).where('id', '=', id), { expect: 1, otherwise: 'file.missing' });
}
