// The API describes itself: its OpenAPI document, and the same as a page of our own, made here and without any script.
import { openApiOf, type Operation } from '#server/api/openapi.ts';
import { apiPage } from '#server/api/page.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';

export function apiPageRoutes(app: App, parts: Parts, operations: readonly Operation[]): void {
  const { config, version } = parts;
  let made: { readonly json: string; readonly html: string } | undefined;
  /** Once, when it is first asked for: by then every route is there. */
  const documents = (): { readonly json: string; readonly html: string } => {
    const document = openApiOf(operations, { version, origin: config.publicUrl.origin });
    return (made ??= { json: JSON.stringify(document), html: apiPage(document) });
  };
  app.get('/api/v1/openapi.json', { config: { door: 'public' } }, (_request, reply) => reply.header('content-type', 'application/json; charset=utf-8').header('cache-control', 'no-cache').send(documents().json));
  app.get('/api/v1/docs', { config: { door: 'public' } }, (_request, reply) => reply.header('content-type', 'text/html; charset=utf-8').header('cache-control', 'no-cache').send(documents().html));
  app.get('/api/v1/docs.css', { config: { door: 'public' } }, (_request, reply) => reply.header('content-type', 'text/css; charset=utf-8').header('cache-control', 'no-cache').send(PAGE_STYLE));
}

const PAGE_STYLE = `:root{color-scheme:light dark;--ink:light-dark(#1c2522,#e6ece9);--soft:light-dark(#55635d,#9fada7);--ground:light-dark(#f6f8f7,#131a18);--card:light-dark(#fff,#1b2421);--line:light-dark(#dde3e0,#2f3a36);--accent:light-dark(#0b6e4f,#6cc9a7)}
*{box-sizing:border-box}html{scroll-behavior:smooth}body{margin:0;font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--ground)}a{color:var(--accent)}code,pre{font:.875em/1.5 ui-monospace,monospace}
.frame{display:grid;grid-template-columns:17rem minmax(0,1fr);max-inline-size:76rem;margin-inline:auto}nav{position:sticky;inset-block-start:0;align-self:start;max-block-size:100vh;overflow:auto;padding:1.5rem 1rem}nav ul{list-style:none;margin:0 0 1rem;padding:0}nav li a{display:block;padding:.2rem .4rem;border-radius:6px;text-decoration:none;font-size:.875rem;color:var(--ink);overflow-wrap:anywhere}nav li a:hover{background:var(--line)}nav h2{font-size:.75rem;text-transform:uppercase;letter-spacing:.05em;color:var(--soft);margin:0 0 .25rem}
main{padding:2rem 1.5rem 6rem;min-inline-size:0}h1{line-height:1.2;margin:0 0 .5rem}.lead{color:var(--soft);max-inline-size:46rem;white-space:pre-line}.op{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.25rem;margin-block:1rem;scroll-margin-block-start:1rem}.op h3{margin:0 0 .25rem;font-size:1rem;overflow-wrap:anywhere}.verb{display:inline-block;min-inline-size:4rem;font-weight:700;color:var(--accent)}.op p{margin:.25rem 0}.soft{color:var(--soft);font-size:.875rem}table{border-collapse:collapse;inline-size:100%;margin-block:.5rem;font-size:.875rem}th,td{text-align:start;vertical-align:top;padding:.35rem .5rem;border-block-end:1px solid var(--line);overflow-wrap:anywhere}th{font-weight:600;color:var(--soft)}pre{background:var(--ground);border:1px solid var(--line);border-radius:8px;padding:.75rem;overflow:auto;max-block-size:24rem}details summary{cursor:pointer;color:var(--soft);font-size:.875rem}
@media(max-width:52rem){.frame{display:block}nav{position:static;max-block-size:none;padding-block-end:0}nav .all{max-block-size:12rem;overflow:auto;border:1px solid var(--line);border-radius:8px;padding:.5rem}}`;
