import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createGovernor, type LoadFacts } from './governor.ts';

const CALM: LoadFacts = {
  watermarkMs: 0,
  liveLagMs: 150,
  behind: false,
  loopDelayP99Ms: 12,
  lateByDay: {},
  cpuIdle: 0.6,
};
const STEP_MS = 500;
const HOUR_MS = 3_600_000;
const create = () =>
  createGovernor({
    tonight: (nowMs) => {
      const dayMs = Math.floor(nowMs / (24 * HOUR_MS)) * 24 * HOUR_MS;
      const next = nowMs < dayMs + 6 * HOUR_MS ? dayMs : dayMs + 24 * HOUR_MS;
      return { fromMs: next + HOUR_MS, toMs: next + 6 * HOUR_MS };
    },
    timeText: (ms) => new Date(ms).toISOString().slice(11, 16),
  });

/** Tells the governor so many seconds of facts, which may follow from how fast backfills went. */
function simulate(
  governor: ReturnType<typeof create>,
  from: number,
  seconds: number,
  facts: (speed: number, nowMs: number) => LoadFacts,
  when: 'now' | 'idle' = 'now',
) {
  const speeds: number[] = [];
  let nowMs = from;
  for (let i = 0; i < (seconds * 1000) / STEP_MS; i++, nowMs += STEP_MS) {
    governor.observe(facts(governor.throttleOf(when, nowMs).speed, nowMs), nowMs);
    speeds.push(governor.throttleOf(when, nowMs).speed);
  }
  return { nowMs, speeds, last: governor.throttleOf(when, nowMs) };
}

it('goes at full speed while nothing suffers', () => {
  const governor = create();
  expect(governor.throttleOf('now', 0)).toEqual({ speed: 1, why: null });
  expect(new Set(simulate(governor, 0, 60, () => CALM).speeds)).toEqual(new Set([1]));
});

it('stands still within two seconds of a lag that stays, says why, and comes back by small steps', () => {
  const governor = create();
  const lagging = simulate(governor, 0, 2, () => ({ ...CALM, liveLagMs: 3210 }));
  expect(lagging.speeds).toEqual([0.5, 0.25, 0.125, 0]);
  expect(lagging.last).toEqual({ speed: 0, why: 'waiting: live lag 3.2 s' });
  const calm = simulate(governor, lagging.nowMs, 30, () => CALM);
  expect(calm.speeds.slice(0, 4)).toEqual([0, 0, 0, 0]);
  for (const [i, speed] of calm.speeds.entries()) {
    expect(speed - (calm.speeds[i - 1] ?? 0)).toBeLessThanOrEqual(0.1 + 1e-9);
    expect(speed).toBeGreaterThanOrEqual(calm.speeds[i - 1] ?? 0);
  }
  expect(calm.last).toEqual({ speed: 1, why: null });
});

it('names what it yields to', () => {
  const why = (facts: Partial<LoadFacts>) =>
    simulate(create(), 0, 0.5, () => ({ ...CALM, ...facts })).last.why;
  expect(why({ liveLagMs: 1500 })).toBe('slowed: live lag 1.5 s');
  expect(why({ behind: true })).toBe('slowed: live is behind its stream');
  expect(why({ loopDelayP99Ms: 240.4 })).toBe('slowed: event loop delay 240 ms');
  expect(why({ liveLagMs: null })).toBeNull();
});

it('finds a speed that a machine bears on which full speed makes live lag', () => {
  const { speeds } = simulate(create(), 0, 300, (speed) => ({
    ...CALM,
    liveLagMs: speed > 0.5 ? 1200 : 200,
  }));
  const later = speeds.slice(speeds.length / 2);
  const mean = later.reduce((sum, speed) => sum + speed, 0) / later.length;
  expect(mean).toBeGreaterThan(0.3);
  expect(later.filter((speed) => speed > 0.5).length / later.length).toBeLessThan(0.2);
  expect(Math.min(...later)).toBeGreaterThan(0);
});

it('stands still when nobody tells of live any more', () => {
  const governor = create();
  governor.observe(CALM, 0);
  expect(governor.throttleOf('now', 5000).speed).toBe(1);
  expect(governor.throttleOf('now', 6200)).toEqual({ speed: 0, why: 'waiting: no word of live for 6.2 s' });
});

it('waits for the window of the night, and in it still for live', () => {
  const governor = create();
  const at = (hour: number) => governor.throttleOf('tonight', hour * HOUR_MS);
  expect(at(0.5)).toEqual({ speed: 0, why: 'waiting: 01:00' });
  expect(at(1)).toEqual({ speed: 1, why: null });
  expect(at(6)).toEqual({ speed: 0, why: 'waiting: 01:00' });
  const { nowMs } = simulate(governor, 2 * HOUR_MS, 10, () => ({ ...CALM, behind: true }));
  expect(governor.throttleOf('tonight', nowMs).why).toBe('waiting: live is behind its stream');
});

it('works when the machine is idle although its own work keeps it busy, and stops when others come', () => {
  const governor = create();
  let others = 0.9;
  const machine = (speed: number): LoadFacts => ({ ...CALM, cpuIdle: Math.max(0, 1 - others - 0.5 * speed) });
  const busy = simulate(governor, 0, 60, machine, 'idle');
  expect(new Set(busy.speeds)).toEqual(new Set([0]));
  expect(busy.last.why).toBe('waiting: the machine is busy');
  others = 0.1;
  const idle = simulate(governor, busy.nowMs, 600, machine, 'idle');
  expect(idle.speeds.reduce((sum, speed) => sum + speed, 0) / idle.speeds.length).toBeGreaterThan(0.8);
  others = 0.7;
  const taken = simulate(governor, idle.nowMs, 60, machine, 'idle');
  expect(taken.speeds.slice(62).every((speed) => speed === 0)).toBe(true);
});

it('never leaves 0 … 1, and gives a reason exactly where it is not 1', () => {
  const facts = fc.record({
    watermarkMs: fc.constant(null),
    liveLagMs: fc.option(fc.nat(4000)),
    behind: fc.boolean(),
    loopDelayP99Ms: fc.nat(200),
    lateByDay: fc.constant({}),
    cpuIdle: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(facts, fc.nat(8000)), { maxLength: 60 }), (told) => {
      const governor = create();
      let nowMs = 0;
      for (const [each, waitMs] of told) {
        governor.observe(each, nowMs);
        nowMs += waitMs;
        for (const when of ['now', 'idle', 'tonight'] as const) {
          const { speed, why } = governor.throttleOf(when, nowMs);
          expect(speed >= 0 && speed <= 1).toBe(true);
          expect(why === null).toBe(speed === 1);
        }
      }
    }),
  );
});
