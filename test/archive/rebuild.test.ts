import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openTestArchive, recordsOf } from '../../engine/archive/archive-fixtures.ts';
import { createDictionaries } from '../../engine/events/create-dictionaries.ts';
import type { DayFigures } from '../../engine/figures/day-figures.ts';
import { factsOf, rebuildSnapshot } from '../../engine/runtime/live/rebuild-snapshot.ts';
import { createPipeline } from '../../engine/runtime/pipeline/create-pipeline.ts';
import type { Pipeline } from '../../engine/runtime/pipeline/pipeline.ts';
import { withFolder } from '../../engine/sources/parquet/parquet-fixtures.ts';
import { type DaysRecipe, generateDays, recipes } from '../laws/generated-days.ts';
import { cases, expectSame } from '../laws/law.ts';
import { planOf, tellAll } from '../laws/run-pipeline.ts';

const LIMITS = { outOfOrdernessMs: 0, allowedLatenessMs: 3_600_000 };

/** Of fifteen draws none may have conflicts, rejected or late events before the cut; this one has all of them. */
const WITH_ALL_FATES: DaysRecipe = {
  ...{ seed: 26, timeZone: 'Asia/Shanghai', from: '2024-11-10', days: 4, events: 159 },
  ...{ duplicates: 0, conflicts: 0.1, broken: 0.1 },
};

it('a run that goes on from its archive alone computes, decides and counts as one that was there all the time', async () => {
  const seen = { open: 0, sealed: 0, applied: 0, conflicts: 0, rejected: 0, late: 0 };
  await fc.assert(
    fc.asyncProperty(
      recipes({ days: 4, events: 200, broken: 0.1 }),
      fc.integer({ min: 5, max: 40 }),
      fc.nat(),
      fc.nat(),
      (recipe, size, at, sealing) =>
        withFolder(async (folder) => {
          const world = generateDays({ ...recipe, days: 4, events: recipe.events + 100 });
          const { calendar } = world;
          const plan = planOf(recipe.timeZone, LIMITS);
          const batches = Math.ceil(world.deliveries.length / size);
          const cut = at % (batches + 1);
          const dictionaries = createDictionaries(plan.schema, plan.limits.maxCategoryValues);
          const there = createPipeline({ plan, dictionaries, calendar, mode: 'live' });
          const archive = await openTestArchive(folder, { dictionaries, plan, blockRows: 64, fileRows: 50 });
          const eventsOf = (index: number) => world.deliveries.slice(index * size, (index + 1) * size);
          for (let i = 0; i < cut; i++) {
            const batch = recordsOf({
              dictionaries,
              events: eventsOf(i),
              fromOffset: i * size,
              recordTimeMs: 9e15,
            });
            const fates = there.process(batch, { partition: 'orders/0' });
            if (fates) archive.keeper.take(batch, 'orders/0', fates);
            if (i % 5 === sealing % 5) {
              there.seal();
              for (const { day } of there.takeSealed()) there.dropSealed(day);
            }
          }
          const part = await archive.keeper.cut();
          const facts = JSON.parse(JSON.stringify(factsOf(there.snapshot())));
          const from = await rebuildSnapshot({ plan, calendar, part, facts, folder });
          await archive.keeper.close();
          seen.open += facts.openDays.length;
          seen.sealed += facts.sealedThrough === null ? 0 : 1;
          for (const kind of ['applied', 'conflicts', 'rejected', 'late'] as const)
            seen[kind] += facts.counts[kind];

          const fresh = createDictionaries(plan.schema, plan.limits.maxCategoryValues);
          const rebuilt = createPipeline({ plan, dictionaries: fresh, calendar, mode: 'live', from });
          // Both tell all they have: the first of what was, each of what comes.
          const own = createDictionaries(plan.schema, plan.limits.maxCategoryValues);
          const whole = createPipeline({
            plan,
            dictionaries: own,
            calendar,
            mode: 'live',
            from: there.snapshot(),
          });
          const runs: readonly (readonly [Pipeline, typeof fresh])[] = [
            [whole, own],
            [rebuilt, fresh],
          ];
          const told: DayFigures[][] = [[], []];
          for (let i = cut; i <= batches; i++) {
            for (const [run, [pipeline]] of runs.entries()) {
              const sealed = pipeline.takeSealed();
              for (const { day } of sealed) pipeline.dropSealed(day);
              told[run]?.push(...sealed, ...pipeline.takeChanges());
            }
            // Of what was, and in the end of all.
            if (i === cut || i === batches) expectSame(tellAll(told[1] ?? []), tellAll(told[0] ?? []));
            expect(rebuilt.counts()).toEqual(whole.counts());
            expect(rebuilt.watermarkMs()).toBe(whole.watermarkMs());
            expect(rebuilt.dataToMs()).toBe(whole.dataToMs());
            expect(rebuilt.lateDays()).toEqual(whole.lateDays());
            if (i === batches) break;
            for (const [pipeline, its] of runs) {
              const batch = recordsOf({
                dictionaries: its,
                events: eventsOf(i),
                fromOffset: i * size,
                recordTimeMs: 9e15,
              });
              pipeline.process(batch, { partition: 'orders/0' });
              pipeline.seal();
            }
          }
        }),
    ),
    { ...cases(15), examples: [[WITH_ALL_FATES, 35, 4, 1]] },
  );
  for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(0);
});

it('says so where the archive lacks rows of an open day', () =>
  withFolder(async (folder) => {
    const plan = planOf('UTC', LIMITS);
    const world = generateDays({
      ...{ seed: 3, timeZone: 'UTC', from: '2024-02-28', days: 1, events: 50 },
      ...{ duplicates: 0, conflicts: 0, broken: 0 },
    });
    const { calendar } = world;
    const dictionaries = createDictionaries(plan.schema, plan.limits.maxCategoryValues);
    const pipeline = createPipeline({ plan, dictionaries, calendar, mode: 'live' });
    const archive = await openTestArchive(folder, { dictionaries, plan });
    const batch = recordsOf({ dictionaries, events: world.deliveries, fromOffset: 0, recordTimeMs: 9e15 });
    const fates = pipeline.process(batch, { partition: 'orders/0' });
    if (fates) archive.keeper.take(batch, 'orders/0', fates);
    const part = await archive.keeper.cut();
    await archive.keeper.close();
    const facts = factsOf(pipeline.snapshot());
    const lacking = { ...part, files: part.files.slice(1) };
    await expect(rebuildSnapshot({ plan, calendar, part: lacking, facts, folder })).rejects.toMatchObject({
      code: 'archive_incomplete',
    });
  }));
