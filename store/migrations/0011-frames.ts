// Framed sessions: in whose pages a session stands, and the codes with which a sign-in window hands one over.
import type { Migration } from '#store/migrations/migration.ts';

export const frames: Migration = {
  number: 11,
  name: 'frames',
  both: [
    // JSON, the origins around the frame, the nearest first; null for a session of a window of its own.
    `alter table sessions add column framed_by $text`,
    // Hashed, good for a minute and for once, and only for whoever holds what `challenge` is the SHA-256 of (RFC 7636).
    `create table frame_codes (
      brand_id $text not null, id $text not null, session_id $text not null, code_hash $bytes not null, challenge $text not null, framed_by $text not null, created_at $int not null,
      expires_at $int not null, used_at $int,
      primary key (brand_id, id), unique (brand_id, code_hash), foreign key (brand_id, session_id) references sessions (brand_id, id) on delete cascade)`,
  ],
  sqlite: [],
  postgres: [],
};
