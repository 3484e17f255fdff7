import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBusinessCalendar } from '../calendar/business-calendar.ts';
import { defaultCatalogue } from '../definitions/catalogue.ts';
import { createDictionaries } from '../events/create-dictionaries.ts';
import { appendEvent } from '../events/encode-event.ts';
import { createEventBatch } from '../events/event-batch.ts';
import type { OrderEvent } from '../events/order-event.ts';
import { EVENT_TYPES, ORDER_SCHEMA } from '../events/order-schema.ts';
import { openHistory } from '../history/open-history.ts';
import { compilePlan } from '../plan/compile-plan.ts';
import type { ViewSpec } from '../protocol/view.ts';
import { createPipeline } from '../runtime/pipeline/create-pipeline.ts';
import { createStore } from './create-store.ts';
import { naiveRows } from './query/naive-view.ts';

const timeZone = 'Europe/Berlin';
const calendar = createBusinessCalendar(timeZone);
// Clocks go forward within the first of these days.
const first = calendar.dayOfLabel('2010-03-28');
const lastIndex = first.index + 2;

const key = (prefix: string, kinds: number) =>
  fc.option(
    fc.nat(kinds - 1).map((n) => `${prefix}${n}`),
    { freq: 5 },
  );
const event = fc.record({
  event_time: fc.integer({ min: first.startMs, max: calendar.dayOfIndex(lastIndex).endMs - 1 }),
  type: fc.constantFrom(...EVENT_TYPES, 'paid', 'paid', 'refunded'),
  order_id: fc.nat(40).map((n) => `o${n}`),
  line: fc.nat(3),
  buyer_id: key('b', 20),
  merchant_id: key('m', 4),
  product_id: fc.nat(9).map((n) => `p${n}`),
  category: key('c', 4),
  quantity: fc.nat(9),
  amount_minor: fc.nat(10_000_000),
  currency: fc.constant('EUR'),
  country: fc.constantFrom('DE', 'FR'),
  region: key('r', 5),
  channel: fc.constantFrom('app', 'web'),
  payment_method: fc.constantFrom('card', 'wallet'),
});

const range = { kind: 'last_days', count: 3 } as const;
const today = { kind: 'today' } as const;
const sealedDays = { kind: 'days', from: '2010-03-28', to: '2010-03-29' } as const;
const every = ['gmv', 'refunds', 'net_gmv', 'orders', 'buyers', 'units', 'aov', 'payment_success_rate'];
const views: ViewSpec[] = [
  { metrics: every, grain: 'range', range: today },
  { metrics: every, grain: 'minute', range: today },
  { metrics: every, grain: 'hour', range },
  { metrics: every, grain: 'day', range },
  { metrics: every, grain: 'range', range: sealedDays },
  { metrics: every, grain: 'month', range: sealedDays, filter: { category: 'c1' } },
  { metrics: ['gmv', 'refund_rate'], grain: 'minute', range, filter: { region: null } },
  { metrics: ['gmv', 'units'], grain: 'range', range, dimension: 'product', top: 3 },
  ...['category', 'country', 'region', 'channel', 'payment_method', 'hour_of_day'].flatMap((dimension) => [
    { metrics: every, grain: 'range', range: sealedDays, dimension } as const,
    { metrics: every, grain: 'range', range: today, dimension } as const,
  ]),
];

it('what the pipeline publishes is what plain loops over its events find, in every view', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: 30, maxLength: 150 }),
      fc.integer({ min: 1, max: 40 }),
      async (drawn, batchRows) => {
        const plan = compilePlan({
          catalogue: defaultCatalogue,
          schema: ORDER_SCHEMA,
          timeZone,
          currency: 'EUR',
          limits: { allowedLatenessMs: 60_000, outOfOrdernessMs: 1_000 },
        });
        const events = drawn
          .sort((a, b) => a.event_time - b.event_time)
          .map((columns, n): OrderEvent => ({ ...columns, event_id: `e${n}` }));
        const dictionaries = createDictionaries(ORDER_SCHEMA, plan.limits.maxCategoryValues);
        const pipeline = createPipeline({ plan, dictionaries, calendar, mode: 'live' });
        const history = await openHistory({ path: ':memory:', plan, clock: () => 0 });
        const store = createStore({ plan, calendar, history, clock: () => 0 });
        const batch = createEventBatch(ORDER_SCHEMA, 2 * batchRows);
        let epoch = 0;
        for (let at = 0; at < events.length; at += batchRows) {
          batch.length = 0;
          for (const row of events.slice(at, at + batchRows)) {
            appendEvent(batch, ORDER_SCHEMA, dictionaries, row);
            // Delivered twice: counted once.
            appendEvent(batch, ORDER_SCHEMA, dictionaries, row);
          }
          pipeline.process(batch, { partition: 'p' });
          pipeline.seal();
          const sealed = pipeline.takeSealed();
          await store.applyEpoch({
            runId: 'run',
            epoch: ++epoch,
            watermarkMs: pipeline.watermarkMs(),
            dataToMs: pipeline.dataToMs(),
            offsets: {},
            atCheckpoint: false,
            counts: pipeline.counts(),
            replaying: false,
            lagMs: 0,
            days: pipeline.takeChanges(),
            sealed,
          });
        }
        await store.settled();
        expect([store.problem(), store.violations()]).toEqual([null, {}]);

        const facts = events.map((columns) => ({ timeMs: Number(columns.event_time), columns }));
        const dayOf = ({ timeMs }: { timeMs: number }) => calendar.dayOf(timeMs).label;
        const known = new Set(facts.map(dayOf));
        const sealedLabels = new Set(history.publishedDays().map(({ day }) => day));
        const live = new Set([...known].filter((day) => !sealedLabels.has(day)));
        const watermarkMs = pipeline.watermarkMs() ?? 0;
        const now = calendar.dayOf(watermarkMs);
        for (const spec of views) {
          const span =
            spec.range.kind === 'days'
              ? [calendar.dayOfLabel(spec.range.from), calendar.dayOfLabel(spec.range.to)]
              : Array.from({ length: spec.range === today ? 1 : 3 }, (_, back) =>
                  calendar.dayOfIndex(now.index - back),
                ).reverse();
          const days = span.map(({ label }) => label);
          const dataToMs = pipeline.dataToMs() ?? 0;
          // A key is a row once a metric of its rollup counts an event.
          const counted = facts.filter(({ columns }) => {
            if (spec.dimension === 'product') return ['paid', 'refunded'].includes(String(columns.type));
            return ['paid', 'refunded', 'created', 'cancelled'].includes(String(columns.type));
          });
          const given = { plan, calendar, spec, days, known, live, dataToMs };
          const expected = naiveRows({ ...given, facts: spec.dimension ? counted : facts });
          const { rows } = await store.query(spec);
          expect(rows, JSON.stringify(spec)).toEqual(expected);
        }
        await history.close();
      },
    ),
    { numRuns: 15, endOnFailure: true },
  );
}, 600_000);
