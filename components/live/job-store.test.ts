import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JobLogLine, JobSummary, JobUnit, JobUpdate } from '../../engine/protocol/jobs.ts';
import { applyJobUpdate, type HeldJob } from './job-store.ts';

const summaryAt = (rowsDone: number) => ({ id: 'j1', rowsDone }) as JobSummary;
const unit = (day: string, rows = 0): JobUnit => {
  return { day, state: 'waiting', cached: false, rows, seconds: 0, attempts: 0, problem: null };
};
const line = (text: string): JobLogLine => ({ atMs: 0, actor: 'gmv', text, state: null });
const update = (seq: number, more: Partial<JobUpdate> = {}): JobUpdate => {
  return { id: 'j1', seq, whole: false, summary: summaryAt(seq), units: [], log: [], ...more };
};

const days = ['2026-11-01', '2026-11-02', '2026-11-03'];
const whole = update(7, { whole: true, units: days.map((day) => unit(day)), log: [line('queued')] });

test('first the whole, then what changed, in the order of days', () => {
  const first = applyJobUpdate(null, { ...whole, units: [...whole.units].reverse() });
  expect(first.job?.units.map(({ day }) => day)).toEqual(days);
  const { job, missed } = applyJobUpdate(
    first.job,
    update(8, { units: [unit('2026-11-02', 5)], log: [line('ran')] }),
  );
  expect(missed).toBe(false);
  expect(job?.units.map(({ rows }) => rows)).toEqual([0, 5, 0]);
  expect(job?.log.map(({ text }) => text)).toEqual(['queued', 'ran']);
  expect(job?.summary).toEqual(summaryAt(8));
});

test.each([
  ['a gap', update(9)],
  ['one that came twice', update(7)],
  ['one of another job', { ...update(8), id: 'j2' }],
])('%s changes nothing and asks for the whole', (_, wrong) => {
  const { job: held } = applyJobUpdate(null, whole);
  expect(applyJobUpdate(held, wrong)).toEqual({ job: held, missed: true });
});

test('a change without a whole before it is a gap', () => {
  expect(applyJobUpdate(null, update(1))).toEqual({ job: null, missed: true });
});

test('a whole takes the place of anything, with a lower number too', () => {
  const { job: held } = applyJobUpdate(null, whole);
  const again = update(1, { whole: true, units: [unit('2026-01-01')] });
  expect(applyJobUpdate(held, again)).toMatchObject({ job: { seq: 1, log: [] }, missed: false });
});

test('changes of units in any number of updates give what the last of each day says', () => {
  const change = fc.record({ at: fc.nat({ max: 40 }), rows: fc.nat({ max: 1000 }) });
  const dayOf = (n: number) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
  fc.assert(
    fc.property(fc.array(fc.array(change)), (updates) => {
      const expected = new Map<string, number>();
      let held: HeldJob | null = applyJobUpdate(null, update(0, { whole: true })).job;
      updates.forEach((changes, i) => {
        const units = changes.map(({ at, rows }) => unit(dayOf(at), rows));
        for (const { day, rows } of units) expected.set(day, rows);
        held = applyJobUpdate(held, update(i + 1, { units })).job;
      });
      const inOrder = [...expected].sort(([a], [b]) => (a < b ? -1 : 1));
      expect(held?.units.map(({ day, rows }) => [day, rows])).toEqual(inOrder);
    }),
  );
});
