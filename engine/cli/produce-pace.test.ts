import { describe, expect, it } from 'vitest';
import { createPace } from './produce-pace.ts';

const START = 50_000;

describe('the pace of sending', () => {
  it('by rate spreads events evenly, whenever they happened', () => {
    const pace = createPace({ rate: 400 }, START);
    expect([0, 1, 400, 4_000_000].map((index) => pace.dueMs(index, 7))).toEqual([
      START,
      START + 2.5,
      START + 1_000,
      START + 10_000_000,
    ]);
  });

  it('by speed keeps the distances between events, divided', () => {
    const pace = createPace({ speed: 60 }, START);
    const times = [1_600_000_000_000, 1_600_000_060_000, 1_600_003_600_000];
    expect(times.map((time, index) => pace.dueMs(index, time))).toEqual([
      START,
      START + 1_000,
      START + 60_000,
    ]);
  });

  it('by speed holds up nothing for an event that came late or at no known time', () => {
    const pace = createPace({ speed: 2 }, START);
    expect(pace.dueMs(0, Number.NaN)).toBe(Number.NEGATIVE_INFINITY);
    expect(pace.dueMs(1, 10_000)).toBe(START);
    expect(pace.dueMs(2, 4_000)).toBeLessThan(START);
    expect(pace.dueMs(3, 12_000)).toBe(START + 1_000);
  });

  it('without either makes everything due', () => {
    expect(createPace(null, START).dueMs(1e9, 1e12)).toBe(Number.NEGATIVE_INFINITY);
  });
});
