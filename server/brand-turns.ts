// Turns of what takes long, a replay or an explanation: a few at a time on a node, the others one after the other, and nobody's many pages hold up everybody.
import type { BrandId } from '#store/store.ts';

/** Under way at once on this node. */
const AT_ONCE = 2;
/** Of one brand, under way and waiting. */
const MOST_OF_BRAND = 6;

export interface BrandTurns {
  /** Null: too many of this brand are under way or waiting. Else what to wait for (false: it was ended before it began), and then, whatever came of it, to end. */
  take(brandId: BrandId): { readonly begins: Promise<boolean>; end(): void } | null;
}

export function openBrandTurns(atOnce = AT_ONCE, mostOfBrand = MOST_OF_BRAND): BrandTurns {
  const of = new Map<BrandId, number>();
  const waiting = new Set<() => void>();
  let under = 0;

  return {
    take(brandId) {
      const many = of.get(brandId) ?? 0;
      if (many >= mostOfBrand) return null;
      of.set(brandId, many + 1);
      let [begun, over, begin, leave] = [false, false, (): void => undefined, (): void => undefined];
      const begins = new Promise<boolean>((resolve) => {
        leave = () => resolve(false);
        begin = () => {
          waiting.delete(begin);
          begun = true;
          under += 1;
          resolve(true);
        };
      });
      if (under < atOnce) begin();
      else waiting.add(begin);
      return {
        begins,
        end() {
          if (over) return;
          over = true;
          const left = (of.get(brandId) ?? 1) - 1;
          if (left === 0) of.delete(brandId);
          else of.set(brandId, left);
          waiting.delete(begin);
          if (!begun) return leave();
          under -= 1;
          const [next] = waiting;
          next?.();
        },
      };
    },
  };
}
