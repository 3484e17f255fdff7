import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ROLL_MS, readingAt, wheelsOf } from './roll-digits.ts';

const amount = fc.integer({ min: 0, max: 9e13 });

/** What a reader takes from the wheels: each at the digit that is nearer. */
function read(written: string, roll: number): number {
  return Number(
    wheelsOf(written, roll)
      .map(({ text, next, roll: turned }) => (turned >= 0.5 && next !== null ? next : text))
      .join(''),
  );
}

test('at no instant can more be read than what is confirmed, nor less than what was', () => {
  fc.assert(
    fc.property(amount, amount, fc.double({ min: 0, max: ROLL_MS * 1.5, noNaN: true }), (a, b, elapsedMs) => {
      const [from, to] = a < b ? [a, b] : [b, a];
      const { whole, roll } = readingAt(from, to, elapsedMs);
      const padded = String(whole).padStart(15, '0');
      expect(read(padded, roll)).toBeLessThanOrEqual(to);
      expect(read(padded, roll)).toBeGreaterThanOrEqual(from);
    }),
  );
});

test('the reading only rises, and ends on the confirmed value', () => {
  let before = 0;
  for (let elapsedMs = 0; elapsedMs <= ROLL_MS; elapsedMs += 7) {
    const { whole, roll } = readingAt(3_999_999, 4_000_850, elapsedMs);
    expect(whole + roll).toBeGreaterThanOrEqual(before);
    before = whole + roll;
  }
  expect(readingAt(3_999_999, 4_000_850, ROLL_MS)).toEqual({ whole: 4_000_850, roll: 0 });
});

test('a correction downwards is shown at once', () => {
  expect(readingAt(500, 400, 0)).toEqual({ whole: 400, roll: 0 });
});

test('a wheel turns only while all wheels after it show nine', () => {
  expect(wheelsOf('¥1,299', 0.5).map(({ roll }) => roll)).toEqual([0, 0, 0, 0.5, 0.5, 0.5]);
  expect(wheelsOf('1,298', 0.5).map(({ roll }) => roll)).toEqual([0, 0, 0, 0, 0.5]);
});
