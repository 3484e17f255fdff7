import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDictionaries } from '../../engine/events/create-dictionaries.ts';
import type { DayFigures } from '../../engine/figures/day-figures.ts';
import { createPipeline } from '../../engine/runtime/pipeline/create-pipeline.ts';
import type { PipelineOptions } from '../../engine/runtime/pipeline/pipeline.ts';
import type { PipelineSnapshot } from '../../engine/runtime/pipeline/pipeline-snapshot.ts';
import { copyOf } from '../../engine/state/loan.ts';
import { TOLD } from '../../engine/state/pair-table.ts';
import { createNamedFigures } from '../named-figures.ts';
import { type GeneratedDays, generateDays, recipes } from './generated-days.ts';
import { cases, expectSame } from './law.ts';
import { planOf, type Run, startRun } from './run-pipeline.ts';

/** Batches of one or more partitions, in order. */
function batchesOf({ deliveries }: GeneratedDays, size: number) {
  const count = Math.ceil(deliveries.length / size);
  return Array.from({ length: count }, (_, i) => deliveries.slice(i * size, (i + 1) * size));
}

const give = (
  run: Run,
  batches: ReturnType<typeof batchesOf>,
  from: number,
  to: number,
  partitions = 2,
): void => {
  for (let i = from; i < to; i++) run.give(batches[i] ?? [], String(i % partitions));
};

/** What another process would read: a copy that shares nothing. */
const throughDisk = <T>(snapshot: T): T => structuredClone(snapshot);

/** Pairs come in any order. */
function inOrder(snapshot: PipelineSnapshot): unknown {
  const sorted = (pairs: Uint32Array): string[] =>
    Array.from({ length: pairs.length / TOLD }, (_, i) =>
      pairs.slice(i * TOLD, (i + 1) * TOLD).join(),
    ).sort();
  return {
    ...snapshot,
    days: snapshot.days.map(({ tables, ...day }) => ({
      ...day,
      tables: tables && {
        ...tables,
        sets: tables.sets.map((set) => ({ ...set, pairs: sorted(set.pairs.pairs) })),
      },
    })),
  };
}

describe('a pipeline that goes on from a snapshot is one that was never interrupted', () => {
  const size = fc.integer({ min: 1, max: 15 });

  it('live: epochs, sealed days, counts, watermark and decisions are equal from there on', () => {
    // Some days seal early, so that later events of theirs are late, before the snapshot and behind it.
    const limits = fc.constantFrom(
      { outOfOrdernessMs: 0, allowedLatenessMs: 0 },
      { outOfOrdernessMs: 60_000, allowedLatenessMs: 3_600_000 },
      { outOfOrdernessMs: 1e11 },
    );
    fc.assert(
      fc.property(
        recipes({ days: 4 }),
        limits,
        size,
        fc.nat(),
        fc.boolean(),
        fc.integer({ min: 1, max: 2 }),
        (recipe, lag, rows, at, midEpoch, partitions) => {
          const world = generateDays(recipe);
          const options = {
            plan: planOf(recipe.timeZone, lag),
            calendar: world.calendar,
            mode: 'live',
          } as const;
          const batches = batchesOf(world, rows);
          const cut = at % (batches.length + 1);
          const whole = startRun(options);
          const toldByWhole = createNamedFigures();
          const epoch = ({ pipeline }: Run): { sealed: DayFigures[]; changes: DayFigures[] } => {
            pipeline.seal();
            const sealed = pipeline.takeSealed();
            for (const { day } of sealed) pipeline.dropSealed(day);
            return { sealed, changes: pipeline.takeChanges() };
          };
          for (let i = 0; i < cut; i++) {
            give(whole, batches, i, i + 1, partitions);
            if (i < cut - 1 || !midEpoch) toldByWhole.take(epoch(whole).changes);
          }
          // Days may be sealed that nobody has taken yet.
          if (midEpoch) whole.pipeline.seal();
          const snapshot = throughDisk(whole.pipeline.snapshot());
          const kept = structuredClone(snapshot);
          // Written to disk while the pipeline goes on: read only when all the rest has been taken.
          const lent = whole.pipeline.lend();
          const restored = startRun({ ...options, from: snapshot });
          expectSame(inOrder(restored.pipeline.snapshot()), inOrder(kept));
          const open = new Set(whole.pipeline.openDays());
          expect(restored.pipeline.openDays()).toEqual([...open]);

          // Its first epoch tells all of the days that are open then, as nobody may know them any more.
          const toldByRestored = createNamedFigures();
          const first = { whole: epoch(whole), restored: epoch(restored) };
          expectSame(first.restored.sealed, first.whole.sealed);
          toldByWhole.take(first.whole.changes);
          toldByRestored.take(first.restored.changes);
          const openNow = new Set(
            whole.pipeline.openDays().map((day) => world.calendar.dayOfIndex(day).label),
          );
          const openFigures = Object.entries(toldByWhole.all()).filter(([name]) =>
            openNow.has(name.slice(0, 10)),
          );
          expectSame(toldByRestored.all(), Object.fromEntries(openFigures));
          expect(first.restored.changes.map(({ day, counts }) => [day, counts])).toEqual(
            whole.pipeline
              .snapshot()
              .days.map(({ index, counts }) => [world.calendar.dayOfIndex(index).label, counts]),
          );

          for (let i = cut; i < batches.length; i++) {
            for (const run of [whole, restored]) give(run, batches, i, i + 1, partitions);
            expectSame(epoch(restored), epoch(whole));
            expect(restored.pipeline.counts()).toEqual(whole.pipeline.counts());
            expect(restored.pipeline.watermarkMs()).toBe(whole.pipeline.watermarkMs());
            expect(restored.pipeline.dataToMs()).toBe(whole.pipeline.dataToMs());
          }
          expectSame(copyOf<PipelineSnapshot>(lent.data), kept);
          lent.release();
        },
      ),
      cases(100),
    );
  });

  it('bounded: days, their identity and the winners of conflicts are equal, in a second pass, too', () => {
    fc.assert(
      fc.property(recipes(), size, fc.nat(), (recipe, rows, at) => {
        const world = generateDays(recipe);
        const batches = batchesOf(world, rows);
        const cut = at % (batches.length + 1);
        const shared = { plan: planOf(recipe.timeZone), calendar: world.calendar, mode: 'bounded' } as const;
        const interrupted = (more: Partial<PipelineOptions>): [Run, Run] => {
          const whole = startRun({ ...shared, ...more });
          give(whole, batches, 0, cut);
          const restored = startRun({ ...shared, ...more, from: throughDisk(whole.pipeline.snapshot()) });
          for (const run of [whole, restored]) give(run, batches, cut, batches.length);
          return [whole, restored];
        };
        const [whole, restored] = interrupted({});
        expect(restored.pipeline.counts()).toEqual(whole.pipeline.counts());
        for (const day of whole.pipeline.openDays()) {
          const winners = whole.pipeline.conflictWinners(day);
          expectSame(restored.pipeline.conflictWinners(day), winners);
          expectSame(restored.pipeline.finishDay(day), whole.pipeline.finishDay(day));
          if (!winners) continue;
          const [one, other] = interrupted({ winners, days: { from: day, to: day } });
          expectSame(other.pipeline.finishDay(day), one.pipeline.finishDay(day));
        }
      }),
      cases(60),
    );
  });
});

describe('a snapshot that was lent tells the moment when it was', () => {
  const manyEvents = fc.record({
    seed: fc.nat(),
    timeZone: fc.constant('Europe/London'),
    from: fc.constant('2024-05-01'),
    days: fc.integer({ min: 1, max: 2 }),
    events: fc.integer({ min: 1500, max: 3000 }),
    duplicates: fc.constant(0.05),
    conflicts: fc.constant(0.05),
    broken: fc.constant(0.02),
  });

  it.each(['live', 'bounded'] as const)(
    '%s: orders, buyers, keys and cells change before they are read',
    (mode) => {
      fc.assert(
        fc.property(manyEvents, fc.double({ min: 0.3, max: 0.9, noNaN: true }), (recipe, share) => {
          const world = generateDays(recipe);
          const run = startRun({ plan: planOf(recipe.timeZone), calendar: world.calendar, mode });
          const batches = batchesOf(world, 100);
          const cut = Math.floor(batches.length * share);
          give(run, batches, 0, cut);
          const expected = run.pipeline.snapshot();
          const lent = run.pipeline.lend();
          expect(() => run.pipeline.lend()).toThrow(/lent already/);
          give(run, batches, cut, batches.length);
          expectSame(copyOf<PipelineSnapshot>(lent.data), expected);
          lent.release();
          run.pipeline.lend().release();
        }),
        cases(6),
      );
    },
  );
});

describe('a snapshot that does not fit is refused by name', () => {
  const world = generateDays({
    seed: 1,
    timeZone: 'UTC',
    from: '2024-05-01',
    days: 1,
    events: 5,
    duplicates: 0,
    conflicts: 0,
    broken: 0,
  });
  const options = { plan: planOf('UTC'), calendar: world.calendar, mode: 'live' } as const;
  const run = startRun(options);
  run.give(world.deliveries);
  const from = run.pipeline.snapshot();

  it('one of another plan or mode', () => {
    expect(() => startRun({ ...options, plan: planOf('UTC', { maxQuantity: 5 }), from })).toThrow(
      /is of plan/,
    );
    expect(() => startRun({ ...options, mode: 'bounded', from })).toThrow(/live, not of .* bounded/);
  });

  it('dictionaries that hold values already', () => {
    const dictionaries = createDictionaries(options.plan.schema, 100);
    dictionaries.country?.codeOf('DE');
    expect(() => createPipeline({ ...options, dictionaries, from })).toThrow(/dictionary of country/);
  });
});
