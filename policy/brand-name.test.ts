// What a brand, its address and a person may be called.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { brandFaults, lineFaults, slugFrom } from '#policy/brand-name.ts';

describe('a name', () => {
  const rows: [string, string, string | undefined][] = [
    ['plain', 'Acme', undefined],
    ['of any script', 'Ångström 株式会社 עברית', undefined],
    ['with a joined family', '👨‍👩‍👧', undefined],
    ['with a joiner that Persian needs', 'می\u200Cخواهم', undefined],
    ['of 120 letters', 'x'.repeat(120), undefined],
    ['of 120 letters of two units', '𝒳'.repeat(120), undefined],
    ['of 121 letters', 'x'.repeat(121), 'text.too_long'],
    ['empty', '', 'text.empty'],
    ['of spaces', ' \u00a0\u2003', 'text.empty'],
    ['with a space before', ' Acme', 'text.outer_space'],
    ['with a space behind', 'Acme\u3000', 'text.outer_space'],
    ['with a NUL', 'Ac\0me', 'text.unseen'],
    ['with a line end', 'Ac\nme', 'text.unseen'],
    ['with half a letter', 'Acme \ud83d.', 'text.unseen'],
    ['with an order mark', 'Acme \u202Eemca', 'text.unseen'],
    ['with a zero-width space', 'Ac\u200Bme', 'text.unseen'],
    ['with a hidden tag', 'Acme\u{E0041}', 'text.unseen'],
  ];
  for (const [title, name, code] of rows) it(`${title}: ${code ?? 'taken'}`, () => assert.deepEqual(lineFaults(name, 'p', 'Name').map((fault) => fault.code), code === undefined ? [] : [code]));
});

describe('an address', () => {
  const good = ['a', '7', 'acme', 'acme-desk', 'a--b', 'x'.repeat(40), 'xn--80ak6aa92e'];
  const bad = ['', '-', '-a', 'a-', 'A', 'a b', 'a_b', 'a.b', 'a/b', '..', 'é', 'x'.repeat(41), 'a\n', 'api', 'setup', 'assets', 'b', 'healthz', 'unlock'];
  for (const slug of good) it(`${slug} is taken`, () => assert.deepEqual(brandFaults({ name: 'Acme', slug }), []));
  for (const slug of bad) it(`${JSON.stringify(slug)} is refused, with one that would do`, () => {
    const [fault] = brandFaults({ name: 'Acme Support', slug });
    assert.equal(fault?.path, 'brand/slug');
    assert.equal(fault?.offer, 'acme-support');
    assert.match(fault?.message ?? '', /^Address must .+\.$/);
  });
  const offered: [string, string][] = [['Acme & Söhne', 'acme-sohne'], ['API', 'api-desk'], ['Café Äther', 'cafe-ather'], ['Ⅷ Ｗｅｓｔ', 'viii-west'], ['株式会社', ''], ['--x--', 'x'], ['x'.repeat(60), 'x'.repeat(40)]];
  for (const [name, slug] of offered) it(`for ${name.slice(0, 20)} is "${slug}"`, () => assert.equal(slugFrom(name), slug));
});
