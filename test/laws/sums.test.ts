import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hourSlot } from '../../engine/calendar/business-calendar.ts';
import { defaultCatalogue } from '../../engine/definitions/catalogue.ts';
import type { DayFigures } from '../../engine/figures/day-figures.ts';
import { openHistory } from '../../engine/history/open-history.ts';
import type { Row, ViewSpec } from '../../engine/protocol/view.ts';
import { createStore } from '../../engine/store/create-store.ts';
import { type GeneratedDays, generateDays, recipes } from './generated-days.ts';
import { cases } from './law.ts';
import { giveAll, planOf, replayDays, startRun } from './run-pipeline.ts';

const CUT = { sizes: [13], partitions: 1 };

/** Sums over keys, `day rollup metric hour` → amount, of cells that later messages overwrite. */
function createSumsByHour({ calendar }: GeneratedDays, minutesOf: ReadonlySet<string>) {
  const cells = new Map<string, { readonly place: string; readonly value: number }>();
  return {
    take(days: readonly DayFigures[]): void {
      for (const { day: label, rollups } of days) {
        const day = calendar.dayOfLabel(label);
        for (const { rollup, keys, cells: given } of rollups) {
          for (const [i, key] of given.key.entries()) {
            const slot = given.slot[i] ?? 0;
            const hour = minutesOf.has(rollup) ? hourSlot(day, day.startMs + slot * 60_000) : slot;
            for (const [m, metric] of given.metrics.entries()) {
              const place = `${rollup} ${label} ${metric} hour ${hour}`;
              cells.set(`${place} ${keys[key]} ${slot}`, { place, value: given.values[m]?.[i] ?? 0 });
            }
          }
        }
      }
    },
    /** By rollup; hours without anything are left out. */
    all(): Record<string, Record<string, number>> {
      const sums: Record<string, Record<string, number>> = {};
      for (const { place, value } of cells.values()) {
        const [rollup = '', ...rest] = place.split(' ');
        const own = sums[rollup] ?? {};
        sums[rollup] = own;
        if (value !== 0) own[rest.join(' ')] = (own[rest.join(' ')] ?? 0) + value;
      }
      return sums;
    },
  };
}

describe('additive metrics of every dimension sum to the total', () => {
  it('on every epoch of live, in every hour, for every metric', () => {
    const minutes = defaultCatalogue.rollups
      .filter(({ slice }) => slice === 'minute')
      .map(({ name }) => name);
    let told = 0;
    fc.assert(
      fc.property(recipes(), (recipe) => {
        const world = generateDays(recipe);
        const plan = planOf(recipe.timeZone, { outOfOrdernessMs: 1e11 });
        const run = startRun({ plan, calendar: world.calendar, mode: 'live' });
        const sums = createSumsByHour(world, new Set(minutes));
        giveAll(run, world.deliveries, CUT, () => {
          sums.take(run.pipeline.takeChanges());
          const { total = {}, ...others } = sums.all();
          for (const [rollup, of] of Object.entries(others)) expect(of, rollup).toEqual(total);
          if (Object.keys(total).length > 0) {
            told++;
            expect(Object.keys(others)).toHaveLength(defaultCatalogue.rollups.length - 1);
          }
        });
      }),
      cases(60),
    );
    expect(told).toBeGreaterThan(20);
  });

  it('in every view: by minute, hour, day, month and range, over days of history', async () => {
    const metrics = ['gmv', 'refunds', 'net_gmv', 'units', 'paid_events', 'refunded_events'];
    const dimensions = ['category', 'country', 'region', 'channel', 'payment_method', 'merchant', 'product'];
    await fc.assert(
      fc.asyncProperty(
        recipes(),
        fc.constantFrom(...dimensions, 'hour_of_day'),
        async (recipe, dimension) => {
          const world = generateDays(recipe);
          await withStore(
            world,
            (days) => days,
            async (query, range) => {
              const keys = await query({ metrics, grain: 'range', range, dimension });
              const slice = defaultCatalogue.rollups.find(({ by }) => by === dimension)?.slice;
              for (const grain of ['minute', 'hour', 'day', 'month', 'range'] as const) {
                if (grain === 'minute' && slice === 'hour') continue;
                const total = await query({ metrics, grain, range });
                const added = new Map<unknown, number[]>();
                for (const [key] of keys) {
                  const filter = { [dimension]: key as string | null };
                  for (const [bucket, ...values] of await query({ metrics, grain, range, filter })) {
                    const before = added.get(bucket) ?? values.map(() => 0);
                    added.set(
                      bucket,
                      values.map((value, m) => (before[m] ?? 0) + Number(value)),
                    );
                  }
                }
                if (keys.length > 0)
                  expect([...added]).toEqual(total.map(([bucket, ...values]) => [bucket, values]));
              }
              const [whole] = await query({ metrics, grain: 'range', range });
              const sums = metrics.map((_, m) => keys.reduce((sum, row) => sum + Number(row[m + 1]), 0));
              if (whole) expect(sums).toEqual(whole.slice(1));
            },
          );
        },
      ),
      cases(8),
    );
  });
});

type Query = (spec: ViewSpec) => Promise<readonly Row[]>;

/** A store whose history holds the days as `change` leaves them. */
async function withStore(
  world: GeneratedDays,
  change: (days: readonly DayFigures[]) => readonly DayFigures[],
  use: (
    query: Query,
    range: ViewSpec['range'],
    noteOf: (spec: ViewSpec) => Promise<string | null>,
  ) => Promise<void>,
): Promise<void> {
  const { calendar, firstDay } = world;
  const plan = planOf(calendar.timeZone);
  const history = await openHistory({ path: ':memory:', plan, clock: () => 0 });
  const store = createStore({ plan, calendar, history, clock: () => 0 });
  for (const day of change(replayDays(world, world.deliveries, CUT).days))
    await store.publishDay(day, 'replay');
  const [from, to] = [firstDay, firstDay + world.days - 1].map((day) => calendar.dayOfIndex(day).label);
  const range = { kind: 'days', from: from ?? '', to: to ?? '' } as const;
  await use(
    async (spec) => (await store.query(spec)).rows,
    range,
    async (spec) => (await store.query(spec)).meta.note,
  );
  await history.close();
}

describe('distinct counts are never added', () => {
  const CLEAN = { conflicts: 0, duplicates: 0, broken: 0 } as const;

  it('keys and hours of a day count some ids again', () => {
    let again = 0;
    fc.assert(
      fc.property(recipes({ ...CLEAN, days: 1 }), (recipe) => {
        const world = generateDays(recipe);
        for (const { rollups } of replayDays(world, world.deliveries, CUT).days) {
          const dayOf = (name: string): number => {
            const orders = rollups
              .find(({ rollup }) => rollup === name)
              ?.distinct.find((d) => d.metric === 'orders');
            return orders?.daily.count.reduce((a, b) => a + b, 0) ?? 0;
          };
          expect(dayOf('channel')).toBeGreaterThanOrEqual(dayOf('total'));
          if (dayOf('channel') > dayOf('total')) again++;
        }
      }),
      cases(60),
    );
    expect(again).toBeGreaterThan(5);
  });

  /** Counts by hour and day that no union could give, so that a view which adds them up gives itself away. */
  const poisoned = (days: readonly DayFigures[]): DayFigures[] =>
    days.map((day) => {
      const copy = structuredClone(day) as DayFigures;
      for (const { distinct } of copy.rollups) {
        for (const { hourly, daily, newIdsByMinute } of distinct) {
          for (const list of [hourly.count, daily.count, newIdsByMinute ?? new Float64Array(0)])
            list.fill(7_000_000);
        }
      }
      return copy;
    });
  const withoutIdentity = (days: readonly DayFigures[]): DayFigures[] =>
    days.map((day) => ({
      ...day,
      rollups: day.rollups.map((rollup) => ({
        ...rollup,
        distinct: rollup.distinct.map((figures) => ({ ...figures, identity: null })),
      })),
    }));

  const metrics = ['orders', 'buyers', 'aov'];
  const shapes = [{}, { dimension: 'category' }, { dimension: 'hour_of_day' }, { filter: { country: 'DE' } }];
  const twoDays = recipes({ ...CLEAN, days: 3 }).map((recipe) => ({
    ...recipe,
    days: 3,
    events: recipe.events + 20,
    timeZone: 'Europe/Berlin',
    from: '2024-04-01',
  }));

  it('over several days they are the union of who was counted, whatever the counts of days and hours are', async () => {
    await fc.assert(
      fc.asyncProperty(twoDays, async (recipe) => {
        const world = generateDays(recipe);
        const right: (readonly Row[])[] = [];
        for (const change of [(days: readonly DayFigures[]) => days, poisoned]) {
          await withStore(world, change, async (query, range) => {
            const answers: (readonly Row[])[] = [];
            for (const shape of shapes) {
              for (const grain of 'dimension' in shape ? ['range' as const] : (['range', 'month'] as const)) {
                answers.push(await query({ metrics, grain, range, ...shape }));
              }
            }
            if (right.length === 0) right.push(...answers);
            else expect(answers).toEqual(right);
          });
        }
        const paid = world.deliveries.filter(({ type }) => type === 'paid');
        const total = right[0]?.[0];
        expect(total?.[1]).toBe(new Set(paid.map((event) => event.order_id)).size);
        const buyers = paid.map((event) => event.buyer_id).filter((id) => id !== null);
        expect(total?.[2]).toBe(new Set(buyers).size);
      }),
      cases(6),
    );
  });

  it('and where nobody kept who was counted they are not known, and a note says why', async () => {
    await fc.assert(
      fc.asyncProperty(twoDays, async (recipe) => {
        const world = generateDays(recipe);
        await withStore(world, withoutIdentity, async (query, range, noteOf) => {
          for (const shape of shapes) {
            const spec = { metrics, grain: 'range', range, ...shape } as const;
            const rows = await query(spec);
            expect(rows.length).toBeGreaterThan(0);
            for (const row of rows) expect(row.slice(1)).toEqual([null, null, null]);
            expect(await noteOf(spec)).toMatch(/orders over several days is not known/);
          }
        });
      }),
      cases(4),
    );
  });
});
