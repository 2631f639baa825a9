// The brand's own data over HTTP: its account page and the notices every page shows.
import type { App } from '#server/app.ts';
import { outboxRoutes } from '#server/routes/outbox.ts';
import type { Parts } from '#server/parts.ts';

export function brandRoutes(app: App, parts: Parts): void {
  outboxRoutes(app, parts);
  app.get('/api/v1/accounts', { config: { door: 'workspace' } }, async ({ brand }) => ({
    name: brand.name,
    slug: brand.slug,
    brandId: brand.id,
    publicUrl: parts.config.publicUrl.origin,
  }));

  app.get('/api/v1/notices', { config: { door: 'workspace' } }, async ({ brand, session }) => ({ notices: await parts.notices.of(brand, session.person) }));
}
