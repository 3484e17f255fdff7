import fc from 'fast-check';
import { expect, it } from 'vitest';
import { topKeys } from './top-keys.ts';

it('keeps the same keys in the same order as sorting all of them', () => {
  const key = fc.option(fc.string({ maxLength: 3 }));
  const figure = fc.option(fc.integer({ min: -3, max: 3 }));
  fc.assert(
    fc.property(
      fc.uniqueArray(key),
      fc.array(figure),
      fc.integer({ min: 1, max: 12 }),
      (keys, figures, top) => {
        const places = keys.map((_, place) => place);
        const figureOf = (place: number): number | null => figures[place] ?? null;
        const sorted = [...places].sort((a, b) => {
          const [left, right] = [figureOf(a) ?? -100, figureOf(b) ?? -100];
          if (left !== right) return right - left;
          if (keys[a] === null || keys[b] === null) return keys[a] === null ? 1 : -1;
          return String(keys[a]) < String(keys[b]) ? -1 : 1;
        });
        expect(topKeys({ keys, places, figureOf, top })).toEqual(sorted.slice(0, top));
        expect(topKeys({ keys, places, figureOf, top: undefined })).toEqual(sorted);
      },
    ),
  );
});
