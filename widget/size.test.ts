// What a page pays for the chat: the loader before the first open, and the frame after it, both gzipped.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Script } from 'node:vm'
import { gzipSync } from 'node:zlib'

const DIST = new URL('./dist/', import.meta.url)
const skip = existsSync(new URL('chat.js', DIST)) ? false : 'widget/dist is not built; npm start and npm test build it'
/** Bytes: 20 kB for either. */
const MOST = 20_000
const packed = (path: string) => gzipSync(readFileSync(new URL(path, DIST)), { level: 9 }).length

test('before the first open 20 kB at most are loaded', { skip }, (t) => {
  const size = packed('chat.js')
  t.diagnostic(`chat.js ${size} bytes gzipped`)
  assert.ok(size <= MOST, `${size} bytes`)
})

test('the frame adds 20 kB at most', { skip }, (t) => {
  const files = ['frame.html', ...readdirSync(new URL('assets/', DIST)).map((name) => `assets/${name}`)]
  const size = files.reduce((sum, path) => sum + packed(path), 0)
  t.diagnostic(`${files.length} files, ${size} bytes gzipped`)
  assert.ok(size <= MOST, `${size} bytes`)
})

test('the loader is one classic script: no module syntax, nothing that a strict policy stops', { skip }, () => {
  const text = readFileSync(new URL('chat.js', DIST), 'utf8')
  assert.doesNotMatch(text, /^\s*(?:import|export)\b|\bimport\(|\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc/m)
  assert.doesNotThrow(() => new Script(text), 'it parses as a script')
})

test('the frame has no inline script and no inline style', { skip }, () => {
  const html = readFileSync(new URL('frame.html', DIST), 'utf8')
  assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son\w+=/i)
})
