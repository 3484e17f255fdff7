import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { OrderEvent } from '../../engine/events/order-event.ts';
import { openHistory } from '../../engine/history/open-history.ts';
import type { Row } from '../../engine/protocol/view.ts';
import { createStore } from '../../engine/store/create-store.ts';
import { createRandom } from '../builders.ts';
import { type OracleFigures, oracle } from '../oracle.ts';
import { CURRENCY, generateDays, recipes } from './generated-days.ts';
import { cases } from './law.ts';
import { planOf, replayDays } from './run-pipeline.ts';

const CUT = { sizes: [25], partitions: 1 };
const METRICS = ['buyers', 'orders', 'gmv', 'aov'] as const;
const NOTHING = { buyers: 0, orders: 0, gmv: 0, aov: null } as const;

/** Days of one month and the first of the next, whose events a repair replaces. */
const month = recipes({ events: 120 }).map((recipe) => ({
  ...recipe,
  days: 5,
  timeZone: 'Europe/Berlin',
  from: '2024-10-28',
}));

it('repairing a day changes the buyers of its month, and undoing it changes them back, exactly as the oracle says', async () => {
  let changed = 0;
  await fc.assert(
    fc.asyncProperty(month, fc.nat(4), fc.nat(), async (recipe, which, seed) => {
      const world = generateDays(recipe);
      const { calendar } = world;
      const repaired = calendar.dayOfIndex(world.firstDay + which);
      const random = createRandom(seed);
      const isInside = ({ event_time: time }: OrderEvent): boolean =>
        Number(time) >= repaired.startMs && Number(time) < repaired.endMs;
      // The repair loses some of the day's events, and brings others, of known and of new buyers.
      const late = generateDays({ ...recipe, seed, days: 1, events: 15, from: repaired.label }).deliveries;
      const after = [
        ...world.deliveries.filter((event) => !isInside(event) || random() < 0.7),
        ...late.map((event, i) => ({
          ...event,
          event_id: `late${i % 9}`,
          buyer_id: i % 2 ? `new${i}` : (event.buyer_id ?? null),
        })),
      ];

      const plan = planOf(recipe.timeZone);
      const history = await openHistory({ path: ':memory:', plan, clock: () => 0 });
      const store = createStore({ plan, calendar, history, clock: () => 0 });
      const [from, to] = [0, 4].map((day) => calendar.dayOfIndex(world.firstDay + day).label);
      const range = { kind: 'days', from: from ?? '', to: to ?? '' } as const;
      const figuresOf = (row: Pick<OracleFigures, (typeof METRICS)[number]>): unknown[] =>
        METRICS.map((metric) => row[metric]);
      const check = async (events: readonly OrderEvent[]): Promise<readonly Row[]> => {
        const limits = { maxAmountMinor: 1e13, minEventTimeMs: 0 };
        const { by, totals } = oracle({ events, timeZone: recipe.timeZone, currency: CURRENCY, limits });
        const months = await store.query({ metrics: METRICS, grain: 'month', range });
        // A month of which all events were rejected is published, too, with nothing in it; the oracle leaves it out.
        const published = new Set(history.publishedDays().map(({ day }) => day.slice(0, 7)));
        for (const { month } of by.month ?? []) expect(published).toContain(month);
        const expected = [...published]
          .sort()
          .map((month) => [
            calendar.dayOfLabel(`${month}-01`).startMs,
            ...figuresOf(by.month?.find((row) => row.month === month) ?? NOTHING),
          ]);
        expect(months.rows).toEqual(expected);
        const whole = await store.query({ metrics: METRICS, grain: 'range', range });
        if (expected.length > 0) expect(whole.rows).toEqual([[null, ...figuresOf(totals)]]);
        const channels = await store.query({
          metrics: ['buyers', 'orders'],
          grain: 'range',
          range,
          dimension: 'channel',
        });
        const byKey = (rows: readonly (readonly unknown[])[]) =>
          [...rows]
            .filter(([, buyers, orders]) => Number(buyers) + Number(orders) > 0)
            .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
        expect(byKey(channels.rows)).toEqual(
          byKey((by.channel ?? []).map((row) => [row.channel, row.buyers, row.orders])),
        );
        return months.rows;
      };

      for (const day of replayDays(world, world.deliveries, CUT).days) await store.publishDay(day, 'live');
      const before = await check(world.deliveries);
      const replayed = replayDays(world, after, CUT, { from: repaired.index, to: repaired.index });
      for (const day of replayed.days) await store.publishDay(day, 'replay');
      const then = await check([
        ...world.deliveries.filter((event) => !isInside(event)),
        ...after.filter(isInside),
      ]);
      if (JSON.stringify(then.map((row) => row[1])) !== JSON.stringify(before.map((row) => row[1])))
        changed++;
      if (history.publishedDay(repaired.label)?.origin === 'replay' && world.deliveries.some(isInside)) {
        await store.undoDay(repaired.label);
        await check(world.deliveries);
      }
      expect(store.problem()).toBeNull();
      await history.close();
    }),
    cases(12),
  );
  expect(changed).toBeGreaterThan(2);
});
