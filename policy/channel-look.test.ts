// Tests of the colours a chat may have: white text stays readable on each.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { channelColours } from './channel-look.ts';

/** Relative luminance (WCAG 2.2). */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

for (const { hex, name } of channelColours) {
  test(`white text on ${name} has a contrast of at least 4.5`, () => {
    assert.match(hex, /^#[0-9a-f]{6}$/);
    assert.ok(1.05 / (luminance(hex) + 0.05) >= 4.5, String(1.05 / (luminance(hex) + 0.05)));
  });
}
test('no colour stands twice', () => assert.equal(new Set(channelColours.flatMap(({ hex, name }) => [hex, name])).size, channelColours.length * 2));
