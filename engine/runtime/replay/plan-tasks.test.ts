import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FileGroup } from './look-into-files.ts';
import { planTasks } from './plan-tasks.ts';
import type { PlannedFile } from './planned-file.ts';
import { type DayRange, overlaps } from './replay-units.ts';

const plan = { columns: ['event_time', 'amount_minor'] };
const fileOf = (index: number): PlannedFile => ({
  path: `f${index}`,
  bytes: 1,
  modifiedMs: 1,
  fingerprint: `${index}`,
});

function groupsOf(
  list: readonly { readonly days: DayRange | null; readonly rows: number }[],
  files = 3,
): FileGroup[] {
  return list.map(({ days, rows }, group) => ({
    file: group % files,
    group,
    rows,
    days,
    columnBytes: { event_time: 8 * rows, amount_minor: 4 * rows, region: rows, buyer_id: 2 * rows },
    untold: group % 2 === 0 ? ['buyer_id'] : [],
  }));
}

const files = [0, 1, 2].map(fileOf);
const range = fc
  .tuple(fc.integer({ min: 100, max: 160 }), fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 })))
  .map(([from, length]): DayRange => ({ from, to: from + length }));
const groups = fc
  .array(fc.record({ days: fc.option(range), rows: fc.integer({ min: 1, max: 3_000_000 }) }), {
    maxLength: 60,
  })
  .map((list) => groupsOf(list));
const days = fc.uniqueArray(fc.integer({ min: 95, max: 205 }), { minLength: 1, maxLength: 60 });

it('every day is in one task, with every row group that may hold its events and none that none of its days needs', () => {
  fc.assert(
    fc.property(groups, days, fc.integer({ min: 1, max: 8 }), (list, wanted, threads) => {
      const tasks = planTasks({ files, groups: list, days: wanted, plan, threads });
      expect(tasks.flatMap((task) => task.days)).toEqual([...wanted].sort((a, b) => a - b));
      for (const { days: own, unit, files: needed, rows, bytes } of tasks) {
        expect(unit.days).toEqual({ from: own[0], to: own.at(-1) });
        const needing = list.filter(
          ({ days: held }) => held && own.some((day) => overlaps(held, { from: day, to: day })),
        );
        const read = unit.groups.map(({ file, group }) => [needed[file]?.path, group]);
        expect(new Set(read.map(String))).toEqual(
          new Set(needing.map(({ file, group }) => `f${file},${group}`)),
        );
        expect(read.length).toBe(needing.length);
        expect(new Set(needed).size).toBe(needed.length);
        expect(unit.groups.every(({ ownsUndated }) => !ownsUndated)).toBe(true);
        expect(rows).toBe(needing.reduce((sum, group) => sum + group.rows, 0));
        const perRow = (group: FileGroup): number => (group.untold.length > 0 ? 14 : 12);
        expect(bytes).toBe(needing.reduce((sum, group) => sum + perRow(group) * group.rows, 0));
        const first = unit.groups.map(({ days: held }) => held?.from ?? 0);
        expect(first).toEqual([...first].sort((a, b) => a - b));
      }
    }),
  );
});

const rowsRead = (list: readonly FileGroup[], wanted: readonly number[], threads: number): number =>
  planTasks({ files, groups: list, days: wanted, plan, threads }).reduce((sum, task) => sum + task.rows, 0);

it('rows are read at most 1.3 times, whatever the number of threads, unless they would fill the memory', () => {
  const few = fc
    .array(fc.record({ days: range, rows: fc.integer({ min: 1, max: 300_000 }) }), {
      minLength: 1,
      maxLength: 60,
    })
    .map((list) => groupsOf(list));
  const all = Array.from({ length: 120 }, (_, i) => 95 + i);
  fc.assert(
    fc.property(few, fc.integer({ min: 1, max: 8 }), (list, threads) => {
      const once = list.reduce((sum, { rows }) => sum + rows, 0);
      expect(rowsRead(list, all, threads)).toBeLessThanOrEqual(once * 1.3 + 1);
    }),
  );
});

const span = (from: number, length: number): number[] => Array.from({ length }, (_, i) => from + i);

it('a file with one row group is one task; a hundred days of a million rows that share nothing are a hundred', () => {
  const one = groupsOf([{ days: { from: 100, to: 130 }, rows: 1_000_000 }]);
  expect(planTasks({ files, groups: one, days: span(100, 31), plan, threads: 2 }).length).toBe(1);
  const many = groupsOf(span(100, 100).map((day) => ({ days: { from: day, to: day }, rows: 1_000_000 })));
  expect(planTasks({ files, groups: many, days: span(100, 100), plan, threads: 2 }).length).toBe(100);
});

it('small days go together: ten thousand of a thousand rows are fifty tasks', () => {
  const small = groupsOf(span(0, 10_000).map((day) => ({ days: { from: day, to: day }, rows: 1_000 })));
  expect(planTasks({ files, groups: small, days: span(0, 10_000), plan, threads: 2 }).length).toBe(50);
});

it('days whose row groups lie over midnight are divided for the threads', () => {
  const list = span(100, 28).flatMap((day) => [
    { days: { from: day, to: day }, rows: 900_000 },
    { days: { from: day, to: day + 1 }, rows: 100_000 },
  ]);
  const tasks = planTasks({ files, groups: groupsOf(list), days: span(100, 28), plan, threads: 2 });
  expect(tasks.length).toBeGreaterThanOrEqual(7);
  expect(rowsRead(groupsOf(list), span(100, 28), 2)).toBeLessThan(28_000_000 * 1.11);
});

it('days of unsorted files without statistics are divided before they fill the memory', () => {
  const list = groupsOf(span(0, 100).map(() => ({ days: { from: 0, to: 99 }, rows: 1_000_000 })));
  const tasks = planTasks({ files, groups: list, days: span(0, 100), plan, threads: 2 });
  expect(tasks.map((task) => task.days.length)).toEqual([20, 20, 20, 20, 20]);
});

it('a day without files is in a task, so that it is told to be empty', () => {
  const [task, ...more] = planTasks({ files, groups: [], days: [7], plan });
  expect(more).toEqual([]);
  expect(task).toMatchObject({ days: [7], files: [], rows: 0, bytes: 0, unit: { groups: [] } });
});
