import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoTimeMs } from './iso-time.ts';

const timeOf = (text: string): number => {
  const bytes = Buffer.from(`"${text}"9`);
  return isoTimeMs(bytes, 1, bytes.length - 2);
};

test('what toISOString writes comes back, in any offset', () => {
  const instants = fc.integer({
    min: Date.UTC(0, 0, 1) - 1899 * 365 * 86_400_000,
    max: Date.UTC(9999, 11, 30),
  });
  fc.assert(
    fc.property(instants, fc.integer({ min: -1439, max: 1439 }), (ms, offsetMinutes) => {
      expect(timeOf(new Date(ms).toISOString())).toBe(ms);
      const local = new Date(ms + offsetMinutes * 60_000).toISOString().slice(0, -1);
      const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
      const two = (value: number): string => String(value).padStart(2, '0');
      const offset = `${offsetMinutes < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`;
      if (/^\d{4}-/.test(local)) expect(timeOf(`${local}${offset}`)).toBe(ms);
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  ['2025-11-11T09:30Z', Date.UTC(2025, 10, 11, 9, 30)],
  ['2025-11-11 09:30:00+08', Date.UTC(2025, 10, 11, 1, 30)],
  ['2025-11-11t09:30:00-0330', Date.UTC(2025, 10, 11, 13)],
  ['2025-11-11T09:30:00,5z', Date.UTC(2025, 10, 11, 9, 30, 0, 500)],
  ['2025-11-11T09:30:00.1239999Z', Date.UTC(2025, 10, 11, 9, 30, 0, 123)],
  ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
])('%s is a time', (text, ms) => {
  expect(timeOf(text)).toBe(ms);
});

test.each([
  '',
  '2025-11-11',
  '2025-11-11T09:30:00',
  '2025-11-11T09:30:00 Z',
  '2025-11-11T09:30:00.Z',
  '2025-11-11T09Z',
  '2025-11-11T24:00:00Z',
  '2025-11-11T23:59:60Z',
  '2025-02-29T00:00:00Z',
  '1900-02-29T00:00:00Z',
  '2025-13-01T00:00:00Z',
  '2025-00-01T00:00:00Z',
  '2025-04-31T00:00:00Z',
  '2025-11-11T09:30:00+24:00',
  '2025-11-11T09:30:00+08:60',
  '2025-11-11T09:30:00+8',
  '2025-11-11T09:30:00+08:',
  '2025-11-11T09:30:00Z9',
  '20251111T093000Z',
  '+002025-11-11T09:30:00Z',
])('"%s" is none', (text) => {
  expect(timeOf(text)).toBeNaN();
});
