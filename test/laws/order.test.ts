import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderEvent } from '../../engine/events/order-event.ts';
import type { DayFigures } from '../../engine/figures/day-figures.ts';
import { replayFiles } from '../../engine/runtime/replay/replay-files.ts';
import { shuffled } from '../builders.ts';
import { writeOrderFile } from '../event-files.ts';
import { createNamedFigures } from '../named-figures.ts';
import { conflictFree, generateDays, recipes } from './generated-days.ts';
import { cases, expectSame } from './law.ts';
import { type Cut, giveAll, planOf, replayDays, startRun, sumOfCounts, tellAll } from './run-pipeline.ts';

const cuts: fc.Arbitrary<Cut> = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 }),
  partitions: fc.integer({ min: 1, max: 4 }),
});
const PLAIN: Cut = { sizes: [16], partitions: 1 };

describe('a bounded replay gives the same figures, identity and counts', () => {
  it('for every order, batching and partitioning, conflicts included', () => {
    fc.assert(
      fc.property(recipes(), cuts, fc.nat(), (recipe, cut, seed) => {
        const world = generateDays(recipe);
        const plain = replayDays(world, world.deliveries, PLAIN);
        const other = replayDays(world, shuffled(world.deliveries, seed), cut);
        expectSame(tellAll(other.days), tellAll(plain.days));
        expect(other.counts.rows).toBe(plain.counts.rows);
        expect(other.counts.rejectedBy).toEqual(plain.counts.rejectedBy);
      }),
      cases(120),
    );
  });

  it('for every division of its days into units with dictionaries of their own', () => {
    fc.assert(
      fc.property(recipes(), cuts, fc.nat(3), (recipe, cut, at) => {
        const world = generateDays(recipe);
        const whole = replayDays(world, world.deliveries, PLAIN);
        const middle = world.firstDay + at;
        const units = [
          replayDays(world, world.deliveries, cut, { from: world.firstDay, to: middle - 1 }),
          replayDays(world, world.deliveries, cut, { from: middle, to: world.firstDay + 9 }),
        ];
        expectSame(tellAll(units.flatMap(({ days }) => days)), tellAll(whole.days));
      }),
      cases(120),
    );
  });

  it('whether its days are handed out one by one, as they are complete, or all at the end', () => {
    fc.assert(
      fc.property(recipes({ ...conflictFree, days: 5, events: 90 }), cuts, (recipe, cut) => {
        const world = generateDays(recipe);
        const { calendar } = world;
        const dated = world.deliveries.filter(({ event_time: time }) => Number(time) > 0);
        const run = startRun({ plan: planOf(recipe.timeZone), calendar, mode: 'bounded' });
        const days: DayFigures[] = [];
        for (let index = world.firstDay; index < world.firstDay + world.days; index++) {
          const ofDay = dated.filter(({ event_time: time }) => calendar.dayOf(Number(time)).index === index);
          giveAll(run, ofDay, cut);
          if (run.pipeline.openDays().includes(index)) days.push(run.pipeline.finishDay(index));
        }
        expectSame(tellAll(days), tellAll(replayDays(world, dated, PLAIN).days));
      }),
      cases(60),
    );
  });

  it('for every number of threads, from files in any order', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gmv-laws-'));
    const recipe = recipes({ days: 8, events: 600 });
    await fc.assert(
      fc.asyncProperty(recipe, fc.nat(), fc.integer({ min: 2, max: 3 }), async (drawn, seed, threads) => {
        const world = generateDays(drawn);
        const read = async (events: typeof world.deliveries, count: number) => {
          const file = join(folder, 'days.parquet');
          const whole = events.filter(({ quantity }) => Number.isInteger(quantity));
          await writeOrderFile(file, whole, 50);
          const days: DayFigures[] = [];
          const plan = planOf(drawn.timeZone);
          const onDay = (day: DayFigures): void => void days.push(day);
          const { counts } = await replayFiles({ plan, files: [file], threads: count, onDay });
          return { ...tellAll(days), total: counts };
        };
        expectSame(await read(shuffled(world.deliveries, seed), threads), await read(world.deliveries, 1));
      }),
      cases(3),
    );
    rmSync(folder, { recursive: true });
  });
});

describe('live publishes the same figures', () => {
  const unsealed = { outOfOrdernessMs: 1e11 };

  /** Everything told by epochs that end after each batch. */
  const follow = (recipe: Parameters<typeof generateDays>[0], seed: number | null, cut: Cut) => {
    const { calendar, deliveries } = generateDays(recipe);
    const run = startRun({ plan: planOf(recipe.timeZone, unsealed), calendar, mode: 'live' });
    const told = createNamedFigures();
    const events = seed === null ? deliveries : shuffled(deliveries, seed);
    giveAll(run, events, cut, () => told.take(run.pipeline.takeChanges()));
    return { figures: told.all(), counts: run.pipeline.counts() };
  };

  it('for every order, batching and partitioning of days without conflicts', () => {
    fc.assert(
      fc.property(recipes(conflictFree), cuts, fc.nat(), (recipe, cut, seed) => {
        expectSame(follow(recipe, seed, cut), follow(recipe, null, PLAIN));
      }),
      cases(120),
    );
  });

  it('for every batching and partitioning of one order, conflicts included: it keeps what came first', () => {
    fc.assert(
      fc.property(recipes(), cuts, (recipe, cut) => {
        expectSame(follow(recipe, null, cut), follow(recipe, null, PLAIN));
      }),
      cases(100),
    );
  });

  it('as a bounded replay when it seals days that nothing came late for, however it was delivered until then', () => {
    fc.assert(
      fc.property(recipes({ ...conflictFree, days: 5, events: 90 }), cuts, fc.nat(), (recipe, cut, seed) => {
        const world = generateDays(recipe);
        const dayOf = (event: OrderEvent): number => world.calendar.dayOf(Number(event.event_time)).index;
        const dated = world.deliveries.filter(({ event_time: time }) => Number(time) > 0);
        // Days one after the other, each in an order of its own.
        const stream = shuffled(dated, seed).sort((a, b) => dayOf(a) - dayOf(b));
        const limits = { outOfOrdernessMs: 0, allowedLatenessMs: 0 };
        const run = startRun({
          plan: planOf(recipe.timeZone, limits),
          calendar: world.calendar,
          mode: 'live',
        });
        const sealed: DayFigures[] = [];
        giveAll(run, stream, { ...cut, partitions: 1 }, () => {
          run.pipeline.seal();
          sealed.push(...run.pipeline.takeSealed());
          run.pipeline.takeChanges();
        });
        const replayed = replayDays(world, dated, PLAIN);
        const indexOf = ({ day }: DayFigures): number => world.calendar.dayOfLabel(day).index;
        const last = Math.max(...replayed.days.filter(({ counts }) => counts.applied > 0).map(indexOf));
        const days = replayed.days.filter((day) => indexOf(day) < last);
        expectSame(tellAll(sealed), tellAll(days));
        expect(run.pipeline.counts()).toEqual(replayed.counts);
        expect(run.pipeline.counts().rows).toBe(sumOfCounts(replayed.days).rows);
      }),
      cases(80),
    );
  });
});
