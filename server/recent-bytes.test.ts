// Bytes of small files in memory: the whole file, for a minute from its reading, and never more than a bound.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LARGEST, openRecentBytes } from '#server/recent-bytes.ts';

describe('bytes that were just handed out', () => {
  it('are there until a minute after they were read, asked for or not', () => {
    let uptime = 0;
    const recent = openRecentBytes(() => uptime);
    recent.keep('one', Buffer.from('first'));
    uptime = 59_999;
    assert.equal(String(recent.of('one')), 'first');
    uptime = 60_000;
    assert.equal(recent.of('one'), undefined);
    recent.keep('two', Buffer.from('second'));
    recent.sweep();
    assert.deepEqual([recent.size(), String(recent.of('two'))], [6, 'second']);
  });

  it('are at most 32 MB, the longest read going first; a larger file is not kept at all', () => {
    const recent = openRecentBytes(() => 0);
    for (let n = 0; n < 200; n += 1) recent.keep(`file ${n}`, new Uint8Array(LARGEST));
    assert.equal(recent.size(), 32 * 1_048_576);
    assert.deepEqual([recent.of('file 71'), recent.of('file 72')?.length], [undefined, LARGEST]);
    recent.keep('file 199', new Uint8Array(LARGEST));
    recent.keep('large', new Uint8Array(LARGEST + 1));
    assert.deepEqual([recent.size(), recent.of('large')], [32 * 1_048_576, undefined]);
  });
});
