import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { OrderEvent } from '../../engine/events/order-event.ts';
import type { DayFigures } from '../../engine/figures/day-figures.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import type { PlanFigure } from '../../engine/plan/sub-plan.ts';
import { lookIntoFiles } from '../../engine/runtime/replay/look-into-files.ts';
import { planTasks } from '../../engine/runtime/replay/plan-tasks.ts';
import { replayTask } from '../../engine/runtime/replay/replay-task.ts';
import { createRandom } from '../builders.ts';
import { writeOrderFile } from '../event-files.ts';
import { generateDays, recipes } from './generated-days.ts';
import { cases, expectSame } from './law.ts';
import { planOf, tellAll } from './run-pipeline.ts';

const folder = mkdtempSync(join(tmpdir(), 'gmv-sub-plan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

const figuresOf = (plan: Plan): PlanFigure[] =>
  plan.rollups.flatMap(({ name: rollup, additive, distinct }) => [
    ...additive.map((i) => ({ rollup, metric: plan.additive[i]?.metric ?? '' })),
    ...distinct.map((i) => ({ rollup, metric: plan.distinct[i]?.metric ?? '' })),
  ]);

/** Columns in which payloads of one id and time may differ. */
const OTHERWISE: readonly Readonly<Record<string, string | number | null>>[] = [
  { region: 'elsewhere' },
  { payment_method: 'cash' },
  { merchant_id: null },
  { buyer_id: 'b-other' },
  { amount_minor: 77 },
  { type: 'refunded' },
  { category: 'c-other', country: null },
];
/** Texts for which a row is rejected, whether or not a figure asks for their column. */
const BROKEN: readonly Readonly<Record<string, string>>[] = [
  { region: 'r'.repeat(1025) },
  { buyer_id: 'b'.repeat(1025) },
];

/** Some events again with another payload at the same time, and some that are rejected. */
function withTies(events: readonly OrderEvent[], seed: number, share: number, broken: boolean): OrderEvent[] {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  return events.flatMap((event): OrderEvent[] => {
    const all = [event];
    while (random() < share) all.push({ ...event, ...pick(OTHERWISE) } as OrderEvent);
    if (broken && random() < 0.05) {
      all.push({ ...event, event_id: `${event.event_id} broken`, ...pick(BROKEN) } as OrderEvent);
    }
    return all;
  });
}

interface World {
  readonly plan: Plan;
  readonly paths: readonly string[];
  readonly days: readonly number[];
}

async function replay({ plan, paths, days }: World, figures: readonly PlanFigure[] | null) {
  const look = await lookIntoFiles({ plan, files: paths });
  const found: DayFigures[] = [];
  const reports = [];
  for (const task of planTasks({ ...look, days, plan })) {
    reports.push(await replayTask({ plan, figures, task, onDay: (day) => void found.push(day) }));
  }
  return { found, reports };
}

/** What a day tells of some figures. */
const only = (day: DayFigures, figures: readonly PlanFigure[]): DayFigures => {
  const has = (rollup: string, metric: string): boolean =>
    figures.some((figure) => figure.rollup === rollup && figure.metric === metric);
  return {
    ...day,
    rollups: day.rollups.map(({ cells, distinct, ...rest }) => {
      const kept = cells.metrics.flatMap((metric, i) => (has(rest.rollup, metric) ? [i] : []));
      return {
        ...rest,
        cells: {
          ...cells,
          metrics: kept.map((i) => cells.metrics[i] ?? ''),
          values: kept.map((i) => cells.values[i] ?? new Float64Array()),
        },
        distinct: distinct.filter(({ metric }) => has(rest.rollup, metric)),
      };
    }),
  };
};

const tell = (days: readonly DayFigures[]) => {
  const { counts, ...told } = tellAll(days);
  const sums = Object.entries(counts).map(([day, { duplicates, conflicts, ...rest }]) => {
    return [day, { ...rest, notFresh: duplicates + conflicts }] as const;
  });
  return { ...told, counts: Object.fromEntries(sums) };
};

describe('some figures alone, from as few columns as can be', () => {
  it('are those of the whole plan, identity and counts too, where payloads of one id tie and unread texts are rejected', async () => {
    let readLess = 0;
    let readAgain = 0;
    await fc.assert(
      fc.asyncProperty(
        recipes({ days: 4, events: 80 }),
        fc.record({
          seed: fc.nat(),
          ties: fc.constantFrom(0, 0.1),
          broken: fc.boolean(),
          groupRows: fc.integer({ min: 8, max: 64 }),
          files: fc.integer({ min: 1, max: 3 }),
        }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
        async (recipe, { seed, ties, broken, groupRows, files: count }, picks) => {
          const made = generateDays(recipe);
          // A fraction can't be written into a column of integers.
          const given = made.deliveries.filter(({ quantity }) => Number.isInteger(quantity));
          const events = withTies(given, seed, ties, broken);
          const plan = planOf(recipe.timeZone);
          const all = figuresOf(plan);
          const figures = [...new Set(picks.map((n) => n % all.length))].flatMap((n) => all[n] ?? []);
          const paths = [];
          for (let i = 0; i < count; i++) {
            const path = join(folder, `${files++}.parquet`);
            await writeOrderFile(
              path,
              events.filter((_, n) => n % count === i),
              groupRows,
            );
            paths.push(path);
          }
          const days = Array.from({ length: recipe.days + 2 }, (_, i) => made.firstDay - 1 + i);
          const world = { plan, paths, days };
          const whole = await replay(world, null);
          const part = await replay(world, figures);
          expect(part.found.length).toBe(days.length);
          const asked = (list: readonly DayFigures[]) => tell(list.map((day) => only(day, figures)));
          expectSame(asked(part.found), asked(whole.found));
          for (const report of part.reports) {
            if (report.columns.length < plan.columns.length) readLess++;
            readAgain += report.readAgain;
          }
        },
      ),
      cases(60),
    );
    // Otherwise the law was tried on nothing.
    expect(readLess).toBeGreaterThan(0);
    expect(readAgain).toBeGreaterThan(0);
  });
});
