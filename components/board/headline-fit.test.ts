import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitHeadline, formWidth } from './headline-fit.ts';

const forms = [
  { text: '¥123,456,789.12', small: 3 },
  { text: '¥123,456,789', small: 0 },
  { text: '¥123.4M', small: 0 },
];

test('a wide screen shows every digit, a phone a few', () => {
  const on = (width: number, screenHeight: number) =>
    fitHeadline({ forms, width, screenHeight, most: 0.11 }).form;
  expect([on(1800, 1080), on(560, 900), on(358, 844)]).toEqual([0, 1, 2]);
});

test('the headline never overflows, and has 8 % of the screen wherever its shortest form can', () => {
  const width = fc.integer({ min: 200, max: 7000 });
  const height = fc.integer({ min: 300, max: 4000 });
  fc.assert(
    fc.property(width, height, (available, screenHeight) => {
      const { form, fontPx } = fitHeadline({ forms, width: available, screenHeight, most: 0.11 });
      const chosen = forms[form];
      if (!chosen) throw new Error('no such form');
      expect(formWidth(chosen) * fontPx).toBeLessThanOrEqual(available + 1e-6);
      const shortest = forms.at(-1);
      if (shortest && formWidth(shortest) * screenHeight * 0.084 <= available)
        expect(fontPx).toBeGreaterThanOrEqual(screenHeight * 0.08);
    }),
  );
});
