// What a page may say over its socket, and that nothing else is read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFrame } from '#server/live-frames.ts';

test('frames of a page of ours are read', () => {
  assert.deepEqual(readFrame('{"type":"resume","feed":null,"watching":null}'), { type: 'resume', feed: null, watching: null });
  assert.deepEqual(readFrame('{"type":"resume","feed":17,"watching":"con_0a"}'), { type: 'resume', feed: 17, watching: 'con_0a' });
  assert.deepEqual(readFrame('{"type":"watch","conversation":"con_0a","more":1}'), { type: 'watch', conversation: 'con_0a' });
  assert.deepEqual(readFrame('{"type":"typing","conversation":"con_0a"}'), { type: 'typing', conversation: 'con_0a' });
});

test('everything else is nothing', () => {
  const wrong = [
    '', 'null', '1', '[]', '{}', '{"type":"shout"}', '{"type":"watch"}', '{"type":"watch","conversation":"CON_0A"}', '{"type":"watch","conversation":"con_"}', '{"type":"typing","conversation":null}',
    '{"type":"resume","feed":1.5,"watching":null}', '{"type":"resume","feed":-1,"watching":null}', '{"type":"resume","feed":"1","watching":null}', '{"type":"resume","feed":1}',
    '{"type":"resume","feed":1e300,"watching":null}', `{"type":"watch","conversation":"con_${'0'.repeat(41)}"}`, '{"__proto__":{"type":"watch","conversation":null}}',
  ];
  for (const text of wrong) assert.equal(readFrame(text), null, text);
});
