// The headers of a file: what is shown in place, what is only saved, and names in every script that break no header.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'content-disposition';
import fc from 'fast-check';
import { contentTypeOf, dispositionOf, fileProfile, shownInPlace } from '#server/file-headers.ts';
import { anyText } from '#test/any-text.ts';

test('pictures, sound and video are shown in place; markup, scripts and documents never are, nor under their own type', () => {
  for (const mime of ['image/png', 'image/jpeg', 'audio/mpeg', 'video/mp4']) {
    assert.match(dispositionOf('a.bin', mime, false), /^inline/);
    assert.equal(contentTypeOf(mime), mime);
    assert.match(dispositionOf('a.bin', mime, true), /^attachment/);
  }
  for (const mime of ['image/svg+xml', 'text/html', 'application/xhtml+xml', 'text/xml', 'application/pdf', 'text/plain', 'text/javascript', 'application/zip', 'IMAGE/PNG', 'image/png; x=1', '']) {
    assert.ok(!shownInPlace(mime));
    assert.match(dispositionOf('a.bin', mime, false), /^attachment/, mime);
    assert.equal(contentTypeOf(mime), 'application/octet-stream', mime);
  }
});

test('names of every script arrive whole', () => {
  for (const name of ['report.pdf', 'קבלה מרץ.pdf', 'فاتورة.pdf', '发票.pdf', 'a "quoted" name.pdf', "it's 100% (final).pdf", 'naïve.pdf', '😀.png']) {
    const { parameters } = parse(dispositionOf(name, 'application/pdf', true));
    assert.equal(parameters['filename'], name);
  }
});

test('what would turn the direction of a name, or end a header, is taken out of it', () => {
  assert.equal(parse(dispositionOf('cod\u202eexe.pdf', '', true)).parameters['filename'], 'cod_exe.pdf');
  assert.equal(parse(dispositionOf('a\r\nset-cookie: x.pdf', '', true)).parameters['filename'], 'a__set-cookie: x.pdf');
});

test('no name breaks the header', () => {
  fc.assert(fc.property(fc.oneof(anyText(), fc.string({ unit: 'grapheme' })), (name) => {
    const header = dispositionOf(name, 'text/plain', false);
    assert.match(header, /^attachment[\x20-\x7e]*$/);
  }));
});

test('nothing in a file runs: a sandbox without a single permission, no source of script, and never framed', () => {
  const { uncached } = fileProfile(true);
  const policy = /content-security-policy: ([^\r]+)/.exec(uncached)?.[1] ?? '';
  assert.match(policy, /^sandbox;/);
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /script-src|allow-scripts|unsafe-eval/);
  for (const line of ['x-content-type-options: nosniff', 'cross-origin-resource-policy: same-origin', 'x-frame-options: DENY', 'referrer-policy: no-referrer']) assert.ok(uncached.includes(line), line);
});
