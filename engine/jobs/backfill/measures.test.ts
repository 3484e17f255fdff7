import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import type { JobDraft } from '../../protocol/jobs.ts';
import { finishTimes } from './finish-times.ts';
import { createRateMeter } from './rate-meter.ts';
import { expectedSeconds } from './throughput.ts';

it('a steady rate is told as it is, and promises a range around its end', () => {
  const rate = createRateMeter();
  for (let ms = 0; ms <= 30_000; ms += 100) rate.add(ms, 500);
  expect(rate.perSecond(30_000)).toBeGreaterThan(4500);
  expect(rate.perSecond(30_000)).toBeLessThan(5700);
  const eta = rate.eta(30_000, 50_000);
  expect(eta?.fromMs).toBeLessThan(40_000);
  expect(eta?.toMs).toBeGreaterThan(40_000);
  expect(rate.eta(30_000, 0)).toBeNull();
  expect(rate.eta(30_000, null)).toBeNull();
  expect(rate.perSecond(60_000)).toBe(0);
});

it('guesses before something was measured, and says so; then gives ranges that hold what was', () => {
  const guess = expectedSeconds([{ measured: null, changedAtMs: 1 }], 1_000_000, 16);
  expect(guess.isAssumed).toBe(true);
  expect(guess.to).toBeGreaterThan(guess.from * 10);
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ rows: fc.integer({ min: 1, max: 1e7 }), seconds: fc.integer({ min: 1, max: 1000 }) }),
        {
          minLength: 1,
          maxLength: 8,
        },
      ),
      fc.integer({ min: 1, max: 20 }),
      (samples, columns) => {
        const jobs = samples.map((sample, i) => ({ measured: { ...sample, columns }, changedAtMs: i }));
        for (const { rows, seconds } of samples) {
          const range = expectedSeconds(jobs, rows, columns);
          expect(range.isAssumed).toBe(false);
          expect(range.from).toBeLessThan(seconds);
          expect(range.to).toBeGreaterThan(seconds);
        }
      },
    ),
  );
});

it('fewer columns are expected to take less, of the last jobs alone', () => {
  const job = (changedAtMs: number, seconds: number) => ({
    measured: { rows: 1000, seconds, columns: 14 },
    changedAtMs,
  });
  const all = expectedSeconds([job(1, 10)], 1000, 14);
  expect(expectedSeconds([job(1, 10)], 1000, 4).to).toBeLessThan(all.from);
  const newer = Array.from({ length: 8 }, (_, i) => job(2 + i, 1));
  expect(expectedSeconds([job(1, 1000), ...newer], 1000, 14).to).toBeLessThan(2);
});

it('a job ends behind those before it, in the nights that it waits for, and nobody knows when a machine is idle', () => {
  const calendar = createBusinessCalendar('Asia/Shanghai');
  const nowMs = Date.parse('2025-11-11T12:00:00+08:00');
  const of = (when: JobDraft['when'], seconds: { from: number; to: number }) =>
    finishTimes({
      draft: {
        dataset: 'old',
        spans: [],
        metrics: null,
        when,
        parallelism: 1,
        approval: { kind: 'manual' },
      },
      seconds,
      before: [{ from: 10, to: 20 }],
      settings: { tonight: { from: '01:00', to: '06:00' } },
      calendar,
      nowMs,
    });
  expect(of('now', { from: 60, to: 90 })).toEqual({ from: nowMs + 60_000, to: nowMs + 110_000 });
  const night = Date.parse('2025-11-12T01:00:00+08:00');
  expect(of('tonight', { from: 60, to: 90 })).toEqual({ from: night + 60_000, to: night + 110_000 });
  expect(of('idle', { from: 60, to: 90 })).toBeNull();
});
