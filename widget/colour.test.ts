// Any colour of a channel has an ink that can be read on it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { luminance, paint } from './colour.ts'

test('the ink stands out by 4.5 : 1 from every grey and from strong colours', () => {
  const greys = Array.from({ length: 256 }, (_, step) => `#${step.toString(16).padStart(2, '0').repeat(3)}`)
  for (const colour of [...greys, '#ff0000', '#00ff00', '#0000ff', '#ffff00', '#0b6456', '#777777']) {
    const { fill, ink } = paint(colour)
    const [light, dark] = [luminance(fill), luminance(ink)].toSorted((a, b) => b - a) as [number, number]
    assert.ok((light + 0.05) / (dark + 0.05) >= 4.5, `${colour} with ${ink}`)
  }
})

test('what is no colour becomes our green, so that nothing else reaches a style', () => {
  for (const wrong of ['', 'red', '#fff', '#0b6456;x:y', 'url(https://example.com)']) assert.equal(paint(wrong).fill, '#0b6456')
})
