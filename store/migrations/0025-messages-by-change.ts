// What changed in one conversation is found by that conversation: by the feed alone, everything that the brand wrote since was read over.
import type { Migration } from '#store/migrations/migration.ts';

export const messagesByChange: Migration = {
  number: 25,
  name: 'messages-by-change',
  both: ['create index messages_by_change on messages (brand_id, conversation_id, feed)'],
  sqlite: [],
  postgres: [],
};
