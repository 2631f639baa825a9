// What on a page is wider than its window: named, so that a failed test says what to mend.
import type { Frame, Page } from 'playwright-core';

const LOOK = `(() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const beyond = [...document.querySelectorAll('body *')].filter((one) => {
    const { left, right, width } = one.getBoundingClientRect();
    return width > 0 && (right > root.clientWidth + 0.5 || left < -0.5);
  });
  const named = beyond.map((one) => {
    const { left, right } = one.getBoundingClientRect();
    return one.tagName.toLowerCase() + '.' + String(one.className.baseVal ?? one.className).split(' ').join('.') + ' ' + Math.round(left) + '–' + Math.round(right) + ' ' + JSON.stringify((one.textContent ?? '').slice(0, 30));
  });
  return ['it scrolls sideways by ' + (root.scrollWidth - root.clientWidth) + ' px', ...named.slice(0, 12)];
})()`;

/** Empty where nothing has to be scrolled sideways. */
export const sideways = (page: Page | Frame): Promise<string[]> => page.evaluate(LOOK) as Promise<string[]>;
