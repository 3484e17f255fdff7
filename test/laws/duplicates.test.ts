import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { OrderEvent } from '../../engine/events/order-event.ts';
import { createNamedFigures } from '../named-figures.ts';
import { type DaysRecipe, type GeneratedDays, generateDays, recipes } from './generated-days.ts';
import { cases, expectSame } from './law.ts';
import { giveAll, planOf, replayDays, startRun, tellAll } from './run-pipeline.ts';

/** Where further copies go: which delivery is repeated, and how far behind it. */
const copies = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 20 });
const recipe = recipes({ duplicates: 0, conflicts: 0, broken: 0 });
const CUT = { sizes: [9], partitions: 2 };

function withCopies(
  events: readonly OrderEvent[],
  drawn: readonly (readonly [number, number])[],
): OrderEvent[] {
  const out = [...events];
  for (const [which, behind] of drawn) {
    const at = which % out.length;
    const event = out[at];
    if (event) out.splice(at + 1 + (behind % (out.length - at)), 0, event);
  }
  return out;
}

it('duplicates change nothing in a bounded replay but the counts of rows and duplicates', () => {
  fc.assert(
    fc.property(recipe, copies, (drawn, more) => {
      const world = generateDays(drawn);
      const once = replayDays(world, world.deliveries, CUT);
      const again = replayDays(world, withCopies(world.deliveries, more), CUT);
      const { counts, ...told } = tellAll(again.days);
      const { counts: before, ...expected } = tellAll(once.days);
      expectSame(told, expected);
      for (const [day, { rows, duplicates, ...rest }] of Object.entries(counts)) {
        expect(rest).toMatchObject({ applied: before[day]?.applied, conflicts: 0, late: 0, rejected: 0 });
        expect(rows - duplicates).toBe(before[day]?.rows);
      }
      expect(again.counts.duplicates).toBe(more.length);
      expect(again.counts.rows).toBe(once.counts.rows + more.length);
    }),
    cases(120),
  );
});

/** What live tells, and how far it says that it has come. */
function follow({ calendar }: GeneratedDays, { timeZone }: DaysRecipe, events: readonly OrderEvent[]) {
  const plan = planOf(timeZone, { outOfOrdernessMs: 1e11 });
  const run = startRun({ plan, calendar, mode: 'live' });
  const told = createNamedFigures();
  giveAll(run, events, { ...CUT, partitions: 1 }, () => told.take(run.pipeline.takeChanges()));
  return { run, progress: [run.pipeline.watermarkMs(), run.pipeline.dataToMs()], figures: told.all() };
}

it('duplicates change nothing in live, also from another partition, and a batch of them alone changes no cell', () => {
  fc.assert(
    fc.property(recipe, copies, (drawn, more) => {
      const world = generateDays(drawn);
      const once = follow(world, drawn, world.deliveries);
      const again = follow(world, drawn, withCopies(world.deliveries, more));
      expect([again.figures, again.progress]).toEqual([once.figures, once.progress]);
      once.run.give(world.deliveries, 'another');
      for (const { rollups, counts } of once.run.pipeline.takeChanges()) {
        expect(rollups).toEqual([]);
        expect(counts.duplicates).toBe(counts.applied);
      }
      expect(once.run.pipeline.counts().duplicates).toBe(world.deliveries.length);
    }),
    cases(100),
  );
});
