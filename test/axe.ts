// Asks axe-core what is wrong with a page, without loosening the page's own content policy.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** One line a fault: the rule, where it is broken and how. Colours are judged at rest: an animation under way would be judged half faded. */
export async function axeFaults(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    const { document } = globalThis as unknown as { document: { getAnimations(): { finish(): void; effect: { getComputedTiming(): { iterations: number } } | null }[] } };
    for (const animation of document.getAnimations()) if (animation.effect?.getComputedTiming().iterations !== Infinity) animation.finish();
  });
  // The debugger runs it beside the page, so that the content policy does not have to allow it.
  const session = await page.context().newCDPSession(page);
  try {
    const { result: there } = await session.send('Runtime.evaluate', { expression: 'typeof axe' });
    if (there.value === 'undefined') await session.send('Runtime.evaluate', { expression: source });
    const { result } = await session.send('Runtime.evaluate', { expression: 'axe.run(document, { resultTypes: ["violations"] }).then((found) => JSON.stringify(found.violations.map((fault) => fault.id + ": " + fault.nodes.map((node) => node.target.join(" ") + " (" + [...node.any, ...node.all, ...node.none].map((check) => check.message).join(" ") + ")").join(" | "))))', awaitPromise: true });
    return JSON.parse(String(result.value)) as string[];
  } finally {
    await session.detach();
  }
}
