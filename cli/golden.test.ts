// What a plan and an explanation say stays as it is until somebody means to change it: compared with test/golden/, letter by letter.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { golden, goldenNow, withoutCases } from '#test/golden.ts';

for (const { name, text } of golden()) {
  test(`${name} is as it was`, () => assert.equal(text, goldenNow(name), `Is it meant? Then write it anew with "node portcullis.mjs golden", and read what changed.`));
}

test('each question has a case that is allowed and one that is denied', () => {
  const { text } = golden().find(({ name }) => name === 'explain.json')!;
  const told = JSON.parse(text) as { question: string; allowed: boolean }[];
  const unasked = withoutCases();
  for (const [question, cases] of Map.groupBy(told, (one) => one.question)) if (!unasked.includes(question)) assert.deepEqual(cases.map(({ allowed }) => allowed), [true, false], question);
});
