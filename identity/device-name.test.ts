// Device names: real browsers are named, and hostile texts give nothing but harmless words.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { deviceName } from '#identity/device-name.ts';
import { anyText } from '#test/any-text.ts';

describe('what a browser is called', () => {
  const rows: [string, string | null, string | null, string][] = [
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox 128', 'Windows 10', 'desktop'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36', 'Chrome 126', 'Linux', 'desktop'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1', 'Safari 17', 'iOS 17', 'phone'],
    ['', null, null, 'unknown'],
    ['curl/8.0', null, null, 'unknown'],
    ['<script>alert(1)</script>/1.0', null, null, 'unknown'],
  ];
  for (const [userAgent, browser, system, kind] of rows) {
    it(userAgent === '' ? 'nothing' : userAgent.slice(0, 40), () => assert.deepEqual({ ...deviceName(userAgent) }, { browser, system, kind }));
  }

  it('never throws and never repeats markup or control characters', () => {
    const hostile = fc.array(fc.constantFrom('Mozilla/5.0 (', 'Windows NT ', '<img src=x onerror=1>', '‮', '\0', '\n', 'Firefox/', '9'.repeat(80), 'Chrome/', '")', 'Version/', 'Opera/')).map((pieces) => pieces.join(''));
    fc.assert(fc.property(fc.oneof(hostile, anyText(600)), (userAgent) => {
      const { browser, system } = deviceName(userAgent);
      for (const text of [browser, system]) assert.ok(text === null || /^[\p{L}\p{N} .+()-]{1,46}$/u.test(text), JSON.stringify(text));
    }));
  });
});
