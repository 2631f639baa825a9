// What stands with other people's sites and servers: the workspace in their frames, and the webhooks that tell them.
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';
import { frameRoutes } from '#server/routes/frame.ts';
import { webhookRoutes } from '#server/routes/webhooks.ts';

export function outwardRoutes(app: App, parts: Parts): void {
  frameRoutes(app, parts);
  webhookRoutes(app, parts);
}
