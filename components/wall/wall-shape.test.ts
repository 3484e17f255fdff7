import { expect, test } from 'vitest';
import { pixelShift, rowsThatFit, wallShape } from './wall-shape.ts';

test.each([
  [1920, 1080, 'landscape'],
  [3840, 2160, 'landscape'],
  [1280, 1024, 'landscape'],
  [2560, 1080, 'wide'],
  [3840, 1080, 'wide'],
  [6656, 1792, 'wide'],
  [1080, 1920, 'portrait'],
  [390, 844, 'portrait'],
])('%i × %i is %s', (width, height, shape) => {
  expect(wallShape(width, height)).toBe(shape);
});

test('no row is cut: what does not fit whole is left out', () => {
  expect([rowsThatFit(100, 30, 10), rowsThatFit(1000, 30, 10), rowsThatFit(10, 30, 10)]).toEqual([3, 10, 1]);
});

test('the picture moves every step, stays near its place and comes to many of them', () => {
  const places = Array.from({ length: 500 }, (_, step) => pixelShift(step));
  for (const { x, y } of places) expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(6);
  expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBeGreaterThan(60);
  places.forEach((place, i) => {
    if (i > 0) expect(place).not.toEqual(places[i - 1]);
  });
});
