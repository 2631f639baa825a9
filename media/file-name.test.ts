// Names of files, over the corpus of hostile ones and in every script: refused, made plain, or kept as they are. Counts are printed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import * as fc from 'fast-check';
import { readFileName } from '#media/file-name.ts';
import { anyText } from '#test/any-text.ts';
import { corpus } from '#test/corpora.ts';

const files = corpus('files');

describe('names of files', () => {
  it('that hide, break or move are refused or made plain; the hostile ones of the corpus never pass as they are', (t) => {
    if (files === null) return t.skip('the corpora are not on this machine');
    const sample = JSON.parse(readFileSync(join(files, 'upload-names-sample.json'), 'utf8')) as { filename: string; rule: string }[];
    const counts = { refused: 0, 'made plain': 0, 'passed as it is': 0 };
    for (const { filename, rule } of sample) {
      const { name, extensionType, unsafe } = readFileName(filename);
      // A drawing under its own ending, what hides in it taken out, is no disguise: it is taken where it is ticked, and cleaned.
      const drawing = /^[^.]+\.s\u200b?vg$/.test(filename);
      const refused = unsafe || extensionType === null;
      counts[refused ? 'refused' : name === filename ? 'passed as it is' : 'made plain'] += 1;
      const honest = /allowed/.test(rule) && !/disallowed/.test(rule);
      assert.equal(refused, honest ? false : refused, `${rule}: ${JSON.stringify(filename)}`);
      if (drawing) assert.deepEqual([name, extensionType, unsafe], ['file.svg', 'svg', false], JSON.stringify(filename));
      else if (/extension|null|CRLF|newline|RTLO|NTFS|semicolon|trailing|slash|full stop|dot file|server config/.test(rule) && !honest) assert.ok(refused, `${rule}: ${JSON.stringify(filename)} became ${name}`);
    }
    t.diagnostic(`names of the corpus: ${JSON.stringify(counts)}`);
  });

  it('of every script are kept, and long ones are cut at whole characters with their ending', () => {
    for (const name of ['חוזה שכירות.pdf', 'عقد إيجار.pdf', '租赁合同.pdf', 'فایل‌ها.pdf', 'отчёт.pdf', '👩‍👩‍👧.png', 'Jane Doe (2).pdf']) assert.deepEqual({ ...readFileName(name), extension: '' }, { name: name.normalize('NFC'), extension: '', extensionType: name.endsWith('png') ? 'png' : 'pdf', unsafe: false }, name);
    const long = readFileName(`${'租'.repeat(300)}.pdf`);
    assert.ok(Buffer.byteLength(long.name) <= 255 && long.name.endsWith('租.pdf') && long.extensionType === 'pdf');
  });

  test('any text becomes a name that is safe to keep, and the same again', () => {
    fc.assert(fc.property(anyText(400), (given) => {
      const { name } = readFileName(given);
      assert.ok(name.length > 0 && Buffer.byteLength(name) <= 255 && name.isWellFormed() && !/[/\\<>:"|?*\p{Cc}]|^[.\s]|[.\s]$/u.test(name), JSON.stringify(name));
    }));
  });
});
