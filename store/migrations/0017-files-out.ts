// Files on their way out: small pictures of blobs, and links that were mailed to one recipient with the codes that open them.
import type { Migration } from '#store/migrations/migration.ts';

export const filesOut: Migration = {
  number: 17,
  name: 'files-out',
  both: [
    // Null: none can be made of it. They go with their blob.
    `create table thumbnails (
      brand_id $text not null, blob_key $text not null, picture $bytes, made_at $int not null,
      primary key (brand_id, blob_key), foreign key (brand_id, blob_key) references blobs (brand_id, key) on delete cascade)`,
    // recipient: the address, sealed. proven_hash: of what the browser was given in which the right code was typed.
    `create table recipient_links (
      brand_id $text not null, id $text not null, file_id $text not null, token_hash $bytes not null, recipient $bytes not null, created_at $int not null, created_by $text,
      expires_at $int not null, asked $int not null, proven_hash $bytes, proven_until $int, opened_at $int, revoked_at $int, revoked_by $text,
      primary key (brand_id, id), unique (brand_id, token_hash), foreign key (brand_id, file_id) references files (brand_id, id) on delete cascade)`,
    `create index recipient_links_by_file on recipient_links (brand_id, file_id)`,
    `create index recipient_links_by_proof on recipient_links (brand_id, proven_hash) where proven_hash is not null`,
    `create index recipient_links_by_end on recipient_links (brand_id, expires_at)`,
    `create table recipient_codes (
      brand_id $text not null, id $text not null, link_id $text not null, hash $text not null, created_at $int not null, expires_at $int not null, attempts $int not null, used_at $int,
      primary key (brand_id, id), foreign key (brand_id, link_id) references recipient_links (brand_id, id) on delete cascade)`,
    `create index recipient_codes_by_link on recipient_codes (brand_id, link_id, created_at)`,
    `create index recipient_codes_by_time on recipient_codes (brand_id, created_at)`,
    // The page "who opened this" asks for the rows of one file.
    `create index audit_rows_of_files on audit_rows (brand_id, entity_id, seq) where entity_kind = 'file'`,
  ],
  sqlite: [],
  postgres: [],
};
