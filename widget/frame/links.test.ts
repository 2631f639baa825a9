// Which parts of an agent's text become links: web addresses alone, whole, and never what only looks like one.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { partsOf } from './links.ts'

const links = (text: string) => partsOf(text).flatMap(({ text: shown, href }) => (href === undefined ? [] : [[shown, href]]))

test('web addresses are found, without what ends the sentence', () => {
  assert.deepEqual(links('See https://example.com/a?b=c#d. Or (http://example.org)!'), [['https://example.com/a?b=c#d', 'https://example.com/a?b=c#d'], ['http://example.org', 'http://example.org/']])
  assert.deepEqual(links('HTTPS://EXAMPLE.COM'), [['HTTPS://EXAMPLE.COM', 'https://example.com/']])
})

test('what is no plain web address stays text', () => {
  // oxlint-disable-next-line no-script-url
  for (const text of ['javascript:alert(1)', 'data:text/html,x', 'ftp://example.com', 'https://', 'http://user:secret@example.com', 'https://bank.example@evil.example/', 'example.com', 'mailto:a@b.example', 'https://[']) {
    assert.deepEqual(links(text), [], text)
  }
})

test('a mark that turns the direction ends the address', () => {
  assert.deepEqual(links('https://example.com/\u202egpj.exe'), [['https://example.com/', 'https://example.com/']])
})

const CORPUS = new URL('../../../shared/corpora/injection/blns.json', import.meta.url)
test('the parts are the text, whole and in order, for every naughty string', { skip: existsSync(CORPUS) ? false : 'shared/corpora/injection/blns.json is not here' }, () => {
  for (const text of JSON.parse(readFileSync(CORPUS, 'utf8')) as string[]) {
    const parts = partsOf(text)
    assert.equal(parts.map((part) => part.text).join(''), text)
    for (const { href } of parts) if (href !== undefined) assert.match(href, /^https?:\/\//)
  }
})
