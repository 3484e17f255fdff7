import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { endInWindows, nightWindow } from './night-window.ts';

const shanghai = createBusinessCalendar('Asia/Shanghai');
const night = { from: '01:00', to: '06:00' };
const at = (iso: string): number => Date.parse(iso);
const texts = ({ fromMs, toMs }: { fromMs: number; toMs: number }): string[] =>
  [fromMs, toMs].map((ms) => new Date(ms).toISOString().slice(0, 16));

it('is the window that holds the instant, or the next one', () => {
  const of = (iso: string) => texts(nightWindow(night, shanghai, at(iso)));
  expect(of('2025-11-11T00:59:59+08:00')).toEqual(['2025-11-10T17:00', '2025-11-10T22:00']);
  expect(of('2025-11-11T05:59:59+08:00')).toEqual(['2025-11-10T17:00', '2025-11-10T22:00']);
  expect(of('2025-11-11T06:00:00+08:00')).toEqual(['2025-11-11T17:00', '2025-11-11T22:00']);
});

it('may cross midnight', () => {
  const late = { from: '22:30', to: '04:15' };
  const of = (iso: string) => texts(nightWindow(late, shanghai, at(iso)));
  expect(of('2025-11-11T03:00:00+08:00')).toEqual(['2025-11-10T14:30', '2025-11-10T20:15']);
  expect(of('2025-11-11T04:15:00+08:00')).toEqual(['2025-11-11T14:30', '2025-11-11T20:15']);
});

it('follows clocks that jump over its times, and takes the first of those that come twice', () => {
  const berlin = createBusinessCalendar('Europe/Berlin');
  const of = (iso: string) => texts(nightWindow({ from: '02:30', to: '06:00' }, berlin, at(iso)));
  expect(of('2025-03-30T00:00:00+01:00')).toEqual(['2025-03-30T01:00', '2025-03-30T04:00']);
  expect(of('2025-10-26T00:00:00+02:00')).toEqual(['2025-10-26T00:30', '2025-10-26T05:00']);
  const gone = texts(nightWindow({ from: '02:10', to: '02:50' }, berlin, at('2025-03-30T00:00:00+01:00')));
  expect(gone).toEqual(['2025-03-31T00:10', '2025-03-31T00:50']);
});

it('is never over, never empty, and the first that is not, in any zone at any time', () => {
  const zones = ['Asia/Shanghai', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia'].map(
    createBusinessCalendar,
  );
  const time = fc
    .tuple(fc.nat(23), fc.nat(59))
    .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      time,
      time,
      fc.integer({ min: at('2011-12-01T00:00:00Z'), max: at('2026-12-01T00:00:00Z') }),
      (calendar, from, to, nowMs) => {
        const window = nightWindow({ from, to }, calendar, nowMs);
        expect(window.toMs).toBeGreaterThan(nowMs);
        expect(window.fromMs).toBeLessThan(window.toMs);
        expect(window.fromMs - nowMs).toBeLessThan(73 * 3_600_000);
        const inside = Math.max(nowMs, window.fromMs);
        expect(nightWindow({ from, to }, calendar, inside)).toEqual(window);
      },
    ),
  );
});

it('divides long work over nights', () => {
  const end = (iso: string, hours: number) =>
    new Date(endInWindows(night, shanghai, at(iso), hours * 3600)).toISOString().slice(0, 16);
  expect(end('2025-11-11T12:00:00+08:00', 2)).toBe('2025-11-11T19:00');
  expect(end('2025-11-11T02:00:00+08:00', 4)).toBe('2025-11-10T22:00');
  expect(end('2025-11-11T02:00:00+08:00', 5)).toBe('2025-11-11T18:00');
});
