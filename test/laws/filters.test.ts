import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultCatalogue } from '../../engine/definitions/catalogue.ts';
import type { DayFigures } from '../../engine/figures/day-figures.ts';
import { filterPlan, type PlanFilter } from '../../engine/plan/filter-plan.ts';
import { createNamedFigures } from '../named-figures.ts';
import { generateDays, recipes } from './generated-days.ts';
import { cases } from './law.ts';
import { giveAll, planOf, startRun } from './run-pipeline.ts';

const CUT = { sizes: [17, 3], partitions: 2 };
const DIMENSIONS = ['category', 'country', 'channel', 'payment_method'] as const;

/** Figures of one rollup's key, as if it were the total. */
function ofKey(days: readonly DayFigures[], rollup: string, key: string | null): Record<string, string> {
  const named = createNamedFigures();
  named.take(
    days.map((day) => ({
      ...day,
      rollups: day.rollups.flatMap((each) => {
        const index = each.keys.indexOf(key);
        if (each.rollup !== rollup || index < 0) return [];
        const rows = (keys: Uint32Array): number[] => [...keys.keys()].filter((row) => keys[row] === index);
        const cells = rows(each.cells.key);
        return [
          {
            rollup: 'these',
            keys: [null],
            cells: {
              metrics: each.cells.metrics,
              key: new Uint32Array(cells.length),
              slot: Uint16Array.from(cells, (row) => each.cells.slot[row]!),
              values: each.cells.values.map((lane) => Float64Array.from(cells, (row) => lane[row]!)),
            },
            distinct: each.distinct.map(({ metric, hourly, daily }) => {
              const [hours, whole] = [rows(hourly.key), rows(daily.key)];
              return {
                metric,
                hourly: {
                  key: new Uint32Array(hours.length),
                  hour: Uint8Array.from(hours, (row) => hourly.hour[row]!),
                  count: Float64Array.from(hours, (row) => hourly.count[row]!),
                },
                daily: {
                  key: new Uint32Array(whole.length),
                  count: Float64Array.from(whole, (row) => daily.count[row]!),
                },
                newIdsByMinute: null,
                identity: null,
              };
            }),
          },
        ];
      }),
    })),
  );
  return named.all();
}

describe('a plan of filtered events', () => {
  it('has as its total what the whole plan has of the key, and two filters give the same in either order', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        recipes(),
        fc.shuffledSubarray([...DIMENSIONS], { minLength: 2, maxLength: 2 }),
        fc.nat(40),
        (recipe, two, place) => {
          const [one = '', other = ''] = two;
          const world = generateDays(recipe);
          const plan = planOf(recipe.timeZone, { outOfOrdernessMs: 1e11 }, defaultCatalogue);
          const told = (filter: PlanFilter | null): DayFigures[] => {
            const run = startRun({
              plan: filter ? filterPlan(plan, filter) : plan,
              calendar: world.calendar,
              mode: 'live',
            });
            giveAll(run, world.deliveries, CUT);
            return run.pipeline.takeChanges();
          };
          // Any key, the null key too.
          const keyOf = (days: readonly DayFigures[], rollup: string): string | null | undefined => {
            const keys = days.flatMap(({ rollups }) => rollups).find((each) => each.rollup === rollup)?.keys;
            return keys?.[place % keys.length];
          };
          const whole = told(null);
          const [a, b] = [keyOf(whole, one), keyOf(whole, other)];
          if (a === undefined || b === undefined) return;
          const [byOne, byOther, both] = [
            told({ [one]: a }),
            told({ [other]: b }),
            told({ [one]: a, [other]: b }),
          ];
          const total = ofKey(byOne, 'total', null);
          expect(total).toEqual(ofKey(whole, one, a));
          const together = ofKey(both, 'total', null);
          expect(together).toEqual(ofKey(byOne, other, b));
          expect(together).toEqual(ofKey(byOther, one, a));
          compared += Object.keys(together).length;
        },
      ),
      cases(60),
    );
    expect(compared).toBeGreaterThan(0);
  });

  it('refuses dimensions that no column gives', () => {
    const plan = planOf('UTC');
    expect(() => filterPlan(plan, { hour_of_day: '3' })).toThrow(
      /hour_of_day, which is computed from the time/,
    );
    expect(() => filterPlan(plan, { shop: 'x' })).toThrow(/shop, which is none/);
  });
});
