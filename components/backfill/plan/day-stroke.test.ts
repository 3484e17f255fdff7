import { expect, it } from 'vitest';
import { freshStroke, strokeTo, toggleStroke } from './day-stroke.ts';

it('a fresh stroke replaces what was chosen, in both directions', () => {
  const stroke = freshStroke([[1, 5]], 10);
  expect(strokeTo(stroke, 12)).toEqual([[10, 12]]);
  expect(strokeTo(stroke, 8)).toEqual([[8, 10]]);
});

it('the only day that is chosen is given up', () => {
  expect(strokeTo(freshStroke([[3, 3]], 3), 3)).toEqual([]);
  expect(strokeTo(freshStroke([[3, 4]], 3), 3)).toEqual([[3, 3]]);
});

it('a stroke that toggles adds from a free day and takes away from a chosen one', () => {
  expect(strokeTo(toggleStroke([[1, 3]], 7), 9)).toEqual([
    [1, 3],
    [7, 9],
  ]);
  expect(strokeTo(toggleStroke([[1, 9]], 5), 3)).toEqual([
    [1, 2],
    [6, 9],
  ]);
});

it('a stroke that turns back leaves nothing behind', () => {
  const stroke = toggleStroke([[20, 20]], 5);
  strokeTo(stroke, 9);
  expect(strokeTo(stroke, 5)).toEqual([
    [5, 5],
    [20, 20],
  ]);
});
