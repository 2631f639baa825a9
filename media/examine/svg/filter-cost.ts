// What filters cost whoever shows a drawing, counted in elements: each step goes over every point of what it is put on, and one kind of step over the points around each of them.
import type { Drawn } from '#media/examine/svg/reading.ts';

export const STEP = 100;
/** One that looks far around each point. A drawing 480 points wide takes about a second for it, which is what so many elements take. */
const WIDE_STEP = 100_000;
/** Of the lesser side of the drawing: so near is looked through soon. */
const NEAR = 0.01;

const PRIMITIVE = /^fe(?!MergeNode|Func|DistantLight|PointLight|SpotLight)/;
const UNITS = ['primitiveUnits', 'patternContentUnits', 'maskContentUnits', 'clipPathUnits'];
const PLACES = ['transform', 'patternTransform', 'style'];

/** Whether what stands in it, or is drawn by it, may come out larger than it is written. */
function stretches({ name, attributes, children }: Drawn, isRoot: boolean): boolean {
  if (name === 'marker' || (!isRoot && attributes.has('viewBox')) || UNITS.some((units) => attributes.get(units) === 'objectBoundingBox')) return true;
  return [...PLACES.map((place) => attributes.get(place) ?? ''), ...(name === 'style' ? children : [])].some((said) => typeof said === 'string' && /scale|matrix/i.test(said));
}

function lesserSide({ attributes }: Drawn): number | null {
  const box = attributes.get('viewBox')?.trim().split(/[\s,]+/).slice(2);
  const sides = (box ?? ['width', 'height'].map((side) => attributes.get(side) ?? '')).map((side) => (side.endsWith('%') ? Number.NaN : Number.parseFloat(side)));
  const least = Math.min(...sides);
  return sides.length === 2 && least > 0 ? least : null;
}

/** By element: what it costs beside being one. `all`: every element of the drawing. */
export function openFilterCost(root: Drawn, all: readonly Drawn[]): (element: Drawn) => number {
  const side = all.some((one) => one.name === 'feMorphology') && !all.some((one) => stretches(one, one === root)) ? lesserSide(root) : null;
  return ({ name, attributes }) => {
    if (!PRIMITIVE.test(name)) return 0;
    if (name !== 'feMorphology') return STEP;
    const reach = (attributes.get('radius') ?? '0').trim().split(/[\s,]+/).map(Number);
    return side !== null && reach.every((one) => one <= side * NEAR) ? STEP : WIDE_STEP;
  };
}
