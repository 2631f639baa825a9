// What a drawing may cost: rules are asked of few elements and counted, a class said often is one class, and filters that look far around each point are few.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Finding } from '#media/examine/finding.ts';
import { judgeCost } from '#media/examine/svg/cost.ts';
import { readDrawing } from '#media/examine/svg/reading.ts';

const drawing = (inner: string, root = 'viewBox="0 0 480 480"'): string => `<svg xmlns="http://www.w3.org/2000/svg" ${root}>${inner}</svg>`;
const rules = (selector: string, times: number): string => `<style>${`${selector}{fill:url(#q)}`.repeat(times)}</style>`;
const filtered = (steps: string, times = 1, filter = ''): string => `<filter id="f" ${filter}>${steps}</filter>${'<rect width="9" height="9" filter="url(#f)"/>'.repeat(times)}`;
const morphology = (radius: string): string => `<feMorphology operator="dilate" radius="${radius}"/>`;
const SHADOW = '<feGaussianBlur in="SourceAlpha" stdDeviation="2"/><feOffset dx="1" dy="1"/><feFlood flood-color="#000"/><feComposite operator="in"/><feMerge><feMergeNode/><feMergeNode in="SourceGraphic"/></feMerge>';

function judged(text: string): string {
  try {
    judgeCost(readDrawing(text));
    return 'kept';
  } catch (error) {
    assert.ok(error instanceof Finding && error.code === 'upload.expands_too_far', String(error));
    return 'refused';
  }
}

const rows: readonly [title: string, text: string, becomes: 'kept' | 'refused'][] = [
  ['many rules about two classes of which nothing has one', drawing(rules('.a.b', 1_000) + '<g class="a"/>'.repeat(2_000)), 'kept'],
  ['many rules about two classes that many elements have, each one', drawing(rules('.a.b', 1_000) + '<g class="a"/><g class="b"/>'.repeat(1_000)), 'refused'],
  ['many rules that are about everything', drawing(rules('*', 1_000) + '<g/>'.repeat(1_000)), 'refused'],
  ['a rule by class, by element and by id is found by the others as well', drawing(`<style>g#x.a{fill:url(#p)}</style><pattern id="p">${'<g/>'.repeat(40_000)}</pattern><g class="a"/><g id="x" class="a"/>`), 'kept'],
  ['and counts for each that it is about', drawing(`<style>g.a{fill:url(#p)}</style><pattern id="p">${'<g/>'.repeat(40_000)}</pattern>${'<g class="a"/>'.repeat(13)}`), 'refused'],
  ['a class that is said two thousand times', drawing(rules('.a', 2_000) + `<g class="${'a '.repeat(2_000)}"/>`.repeat(50)), 'kept'],
  ['a shadow under three hundred shapes', drawing(filtered(SHADOW, 300)), 'kept'],
  ['a shadow under ten thousand', drawing(filtered(SHADOW, 10_000)), 'refused'],
  ['a shadow by a word, under ten thousand', drawing('<g filter="drop-shadow(1px 1px 2px red)"/>'.repeat(10_000)), 'refused'],
  ['a shadow by a style', drawing('<style>.a{filter:blur(2px) blur(2px)}</style>' + '<g class="a"/>'.repeat(5_000)), 'refused'],
  ['outlines under a hundred letters', drawing(filtered(morphology('1 2'), 100)), 'kept'],
  ['one wide outline', drawing(filtered(morphology('200'), 1)), 'kept'],
  ['ten wide outlines', drawing(filtered(morphology('200'), 10)), 'refused'],
  ['ten in one filter that nothing uses', drawing(filtered(morphology('200').repeat(10), 0)), 'refused'],
  ['ten of a drawing that is small itself', drawing(filtered(morphology('2'), 10), 'viewBox="0 0 24 24"'), 'refused'],
  ['ten of one without a size', drawing(filtered(morphology('2'), 10), 'width="100%"'), 'refused'],
  ['ten in parts of what they are put on', drawing(filtered(morphology('0.4'), 10, 'primitiveUnits="objectBoundingBox"')), 'refused'],
  ['ten that are made larger around', drawing(`<g transform="scale(90)">${filtered(morphology('2'), 10)}</g>`), 'refused'],
  ['ten that a style makes larger', drawing(`<style>rect{transform:matrix(90,0,0,90,0,0)}</style>${filtered(morphology('2'), 10)}`), 'refused'],
  ['ten in a drawing within', drawing(`<svg viewBox="0 0 1 1">${filtered(morphology('2'), 10)}</svg>`), 'refused'],
];
describe('a drawing of', () => {
  for (const [title, text, becomes] of rows) it(`${title} is ${becomes}`, () => assert.equal(judged(text), becomes));
});
