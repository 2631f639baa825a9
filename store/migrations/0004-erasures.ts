// Erasures under way: what must be found in the texts of a customer who is gone from every other table, sealed, until nothing of it is left.
import type { Migration } from '#store/migrations/migration.ts';

export const erasures: Migration = {
  number: 4,
  name: 'erasures',
  both: [
    `create table erasures (
      brand_id $text not null, customer_id $text not null, sealed $bytes not null, begun_at $int not null, begun_by $text not null,
      primary key (brand_id, customer_id), foreign key (brand_id, customer_id) references customers (brand_id, id))`,
  ],
  sqlite: [],
  postgres: [],
};
