import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Counts } from '../../engine/events/counts.ts';
import { type GeneratedDays, generateDays, recipes } from './generated-days.ts';
import { cases } from './law.ts';
import { giveAll, planOf, replayDays, startRun } from './run-pipeline.ts';

const CUT = { sizes: [3, 1, 6], partitions: 1 };

function expectAccounted(counts: Counts, rows: number): void {
  const { applied, duplicates, conflicts, late, rejected, rejectedBy } = counts;
  expect(counts.rows).toBe(rows);
  expect(applied + duplicates + conflicts + late + rejected).toBe(rows);
  expect(Object.values(rejectedBy).reduce((a, b) => a + b, 0)).toBe(rejected);
}

/** Deliveries whose event time lies on a day. */
const dated = ({ deliveries }: GeneratedDays) =>
  deliveries.filter(({ event_time: time }) => Number(time) > 0);

it('live accounts for every row after every batch, whatever it seals and finds late, and days for theirs', () => {
  let late = 0;
  // Enough events behind the end of a day that some of its own come too late.
  const busy = recipes({ events: 100 }).map((recipe) => ({
    ...recipe,
    days: 4,
    events: recipe.events + 100,
  }));
  const lag = fc.constantFrom(
    { outOfOrdernessMs: 0, allowedLatenessMs: 0 },
    { outOfOrdernessMs: 1_000, allowedLatenessMs: 600_000 },
    { outOfOrdernessMs: 1e11 },
  );
  fc.assert(
    fc.property(busy, lag, (recipe, limits) => {
      const world = generateDays(recipe);
      const { pipeline, give } = startRun({
        plan: planOf(recipe.timeZone, limits),
        calendar: world.calendar,
        mode: 'live',
      });
      const ofDays = new Map<string, Counts>();
      let given = 0;
      const counting = {
        pipeline,
        give(events: typeof world.deliveries, partition?: string): void {
          given += events.length;
          give(events, partition);
        },
      };
      giveAll(counting, world.deliveries, CUT, () => {
        expectAccounted(pipeline.counts(), given);
        pipeline.seal();
        for (const { day, counts } of [...pipeline.takeSealed(), ...pipeline.takeChanges()]) {
          expectAccounted(counts, counts.rows);
          ofDays.set(day, counts);
        }
      });
      const totals = pipeline.counts();
      expectAccounted(totals, world.deliveries.length);
      // Late events are of days that are given away; rows without a day are of none.
      const inDays = [...ofDays.values()].reduce((sum, counts) => sum + counts.rows, 0);
      expect(totals.applied).toBe([...ofDays.values()].reduce((sum, { applied }) => sum + applied, 0));
      expect(inDays).toBeGreaterThanOrEqual(dated(world).length - totals.late - totals.rejected);
      expect(inDays).toBeLessThanOrEqual(dated(world).length - totals.late);
      late += totals.late;
    }),
    cases(60),
  );
  expect(late).toBeGreaterThan(0);
});

it('a bounded replay accounts for every row once, by day and in all, and nothing is late', () => {
  fc.assert(
    fc.property(recipes(), (recipe) => {
      const world = generateDays(recipe);
      const { days, counts } = replayDays(world, world.deliveries, CUT);
      expectAccounted(counts, world.deliveries.length);
      const sum = days.reduce((rows, day) => rows + day.counts.rows, 0);
      for (const day of days) expectAccounted(day.counts, day.counts.rows);
      expect(sum).toBe(dated(world).length);
      expect(counts.late).toBe(0);
    }),
    cases(80),
  );
});
