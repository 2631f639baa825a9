// Facts as people type them: ages, sizes, yes and no, lists; what cannot be read is named with what would do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factText, readFacts } from './fact-reading.ts';
import { factWords, wholeFacts } from './fact-words.ts';
import { packed, type QuestionName, questions } from './questions.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const read = (question: QuestionName, given: Record<string, unknown>) => readFacts(question, given, NOW, 'facts');

test('is read as it is written', () => {
  const rows: [QuestionName, string, string, unknown][] = [
    ['session', 'lastInputAt', '45m ago', NOW - 45 * 60_000], ['session', 'createdAt', '2 hours ago', NOW - 7_200_000], ['ticket', 'expiresAt', 'in 90 seconds', NOW + 90_000], ['session', 'now', '2026-11-12T09:30Z', Date.UTC(2026, 10, 12, 9, 30)],
    ['management-access', 'admin', 'yes', true], ['management-access', 'proven', 'password+code', 'password+code'], ['management-access', 'proven', 'A password and a code', 'password+code'], ['management-access', 'address', 'unknown', null],
    ['outbound-mail', 'recipients', 'a@b.example, c@d.example', ['a@b.example', 'c@d.example']], ['outbound-mail', 'exceptions', 'a@b.example', [{ address: 'a@b.example', until: NOW + 86_400_000 }]], ['chat', 'site', 'https://shop.example', 'https://shop.example'],
  ];
  for (const [question, fact, text, value] of rows) {
    const { facts, faults } = read(question, { [fact]: text });
    assert.deepEqual([facts[fact], faults], [value, []], `${fact} ${text}`);
  }
});

test('what cannot be read is named, all of it at once', () => {
  const { faults } = read('session', { lastInputAt: 'yesterday', createdAt: '3 hours', ended: 'perhaps' });
  assert.deepEqual(faults.map(({ path }) => path), ['facts/lastInputAt', 'facts/createdAt', 'facts/ended']);
  assert.match(faults[0]!.message, /Last own input must be a time, such as "45m ago"/);
});

test('other moments are told from the one that is given', () => {
  const noon = Date.UTC(2026, 0, 1, 12);
  assert.equal(read('session', { now: '2026-01-01T12:00Z', lastInputAt: '5m ago' }).facts['lastInputAt'], noon - 300_000);
});

test('every fact of every question has a label of its own, and its usual value can be said', () => {
  for (const name of Object.keys(questions) as QuestionName[]) {
    const labels = Object.keys(packed(questions[name].usual)).map((fact) => factWords(name, fact).label);
    assert.equal(new Set(labels).size, labels.length, name);
    for (const [fact, value] of Object.entries(wholeFacts(name, NOW))) assert.notEqual(factText(name, fact, value, NOW), '', `${name} ${fact}`);
  }
});
