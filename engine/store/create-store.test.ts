import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBusinessCalendar } from '../calendar/business-calendar.ts';
import { defaultCatalogue } from '../definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import type { DayFigures, RollupFigures } from '../figures/day-figures.ts';
import { type Fact, figuresOfFacts } from '../history/figures-of-facts.ts';
import { openHistory } from '../history/open-history.ts';
import { compilePlan } from '../plan/compile-plan.ts';
import type { EncodedView } from '../protocol/encoded.ts';
import type { Row, RowKey, ViewMeta, ViewSpec } from '../protocol/view.ts';
import { createStore } from './create-store.ts';
import { epochOf } from './live/epoch-of-facts.ts';
import { naiveRows } from './query/naive-view.ts';
import { planView } from './query/plan-view.ts';

const planOf = (timeZone: string) =>
  compilePlan({ catalogue: defaultCatalogue, schema: ORDER_SCHEMA, timeZone, currency: 'CNY' });

/** The cells of `after` that `before` does not have, or has with another value: what a live pipeline sends. */
function changesOf(before: DayFigures | undefined, after: DayFigures): DayFigures {
  if (!before) return after;
  const rollups = after.rollups.map((now): RollupFigures => {
    const then = before.rollups.find(({ rollup }) => rollup === now.rollup)!;
    const known = new Map<string, string>();
    for (let i = 0; i < then.cells.key.length; i++) {
      const name = `${then.keys[then.cells.key[i]!]} ${then.cells.slot[i]}`;
      known.set(name, JSON.stringify(then.cells.values.map((values) => values[i])));
    }
    const kept = [...now.cells.key.keys()].filter((i) => {
      const name = `${now.keys[now.cells.key[i]!]} ${now.cells.slot[i]}`;
      return known.get(name) !== JSON.stringify(now.cells.values.map((values) => values[i]));
    });
    return {
      ...now,
      cells: {
        metrics: now.cells.metrics,
        key: Uint32Array.from(kept, (i) => now.cells.key[i]!),
        slot: Uint16Array.from(kept, (i) => now.cells.slot[i]!),
        values: now.cells.values.map((values) => Float64Array.from(kept, (i) => values[i]!)),
      },
    };
  });
  return { ...after, rollups };
}

/** A client as the protocol asks for: rows by key, patched only where the patch fits. */
function createClient() {
  let rows = new Map<RowKey, Row>();
  let meta: ViewMeta | null = null;
  let seq = -1;
  return {
    take(encoded: EncodedView): void {
      const message = JSON.parse(encoded.text);
      expect(message).toMatchObject({ kind: encoded.kind, view: encoded.view, seq: encoded.seq });
      if (message.kind === 'snapshot') {
        rows = new Map(message.rows.map((row: Row) => [row[0], row]));
      } else {
        expect(message.prevSeq).toBe(seq);
        for (const key of message.removed) expect(rows.delete(key)).toBe(true);
        for (const row of message.rows) rows.set(row[0], row);
      }
      meta = message.meta ?? meta;
      seq = message.seq;
    },
    rows: () => rows,
    meta: () => meta,
    seq: () => seq,
  };
}

const METRICS = planOf('UTC').metrics.map(({ name }) => name);
const ADDITIVE = ['gmv', 'refunds', 'net_gmv', 'units', 'paid_events', 'refund_rate'];

/** A business zone, four days of it, and when live took over. */
const zones = fc.constantFrom(
  { timeZone: 'UTC', first: '2010-11-29' },
  { timeZone: 'America/New_York', first: '2010-11-05' },
  { timeZone: 'Europe/Berlin', first: '2010-03-26' },
);

const text = (prefix: string, kinds: number) =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 5, arbitrary: fc.nat(kinds - 1).map((n) => `${prefix}${n}`) },
  );
const moment = fc.record({
  day: fc.nat(3),
  part: fc.nat(9_999),
  columns: fc.record({
    type: fc.constantFrom('created', 'paid', 'paid', 'paid', 'refunded', 'cancelled', 'shipped'),
    order_id: fc.nat(15).map((n) => `o${n}`),
    buyer_id: text('b', 6),
    merchant_id: text('m', 3),
    product_id: fc.nat(4).map((n) => `p${n}`),
    category: text('c', 3),
    quantity: fc.nat(3),
    amount_minor: fc.nat(1_000_000),
    country: text('', 2),
    region: text('r', 2),
    channel: text('h', 2),
    payment_method: text('y', 2),
  }),
});

const range = fc.oneof(
  fc.constant({ kind: 'today' } as const),
  fc.constant({ kind: 'comparison' } as const),
  fc.nat(4).map((n) => ({ kind: 'last_days', count: n + 1 }) as const),
);
const specs = fc.oneof(
  fc.record({
    metrics: fc.uniqueArray(fc.constantFrom(...METRICS), { minLength: 1, maxLength: 5 }),
    grain: fc.constantFrom('minute', 'hour', 'day', 'month', 'range'),
    range,
  }),
  fc.record({
    metrics: fc.uniqueArray(fc.constantFrom(...METRICS), { minLength: 1, maxLength: 5 }),
    grain: fc.constantFrom('minute', 'hour', 'day', 'month', 'range'),
    filter: fc.constantFrom({ category: 'c1' }, { category: null }, { region: 'nowhere' }, { channel: 'h0' }),
    range,
  }),
  fc.record({
    metrics: fc.uniqueArray(fc.constantFrom(...METRICS), { minLength: 1, maxLength: 5 }),
    grain: fc.constant('range' as const),
    dimension: fc.constantFrom('category', 'country', 'hour_of_day'),
    range,
    top: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  }),
  fc.record({
    metrics: fc.uniqueArray(fc.constantFrom(...ADDITIVE), { minLength: 1, maxLength: 4 }),
    grain: fc.constant('range' as const),
    dimension: fc.constantFrom('product', 'merchant'),
    range,
    top: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  }),
);

describe('store', () => {
  it('answers every view as plain loops over the events do, live and sealed, in frames and at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        zones,
        fc.array(moment, { minLength: 1, maxLength: 60 }),
        fc.array(specs, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 5 }),
        async ({ timeZone, first }, moments, drawn, epochs) => {
          const views = drawn as ViewSpec[];
          const plan = planOf(timeZone);
          const calendar = createBusinessCalendar(timeZone);
          const start = calendar.dayOfLabel(first).index;
          const labels = [0, 1, 2, 3].map((day) => calendar.dayOfIndex(start + day).label);
          const facts = moments
            .map(({ day, part, columns }): Fact => {
              const { startMs, endMs } = calendar.dayOfIndex(start + day);
              return { timeMs: Math.floor(startMs + (part / 10_000) * (endMs - startMs)), columns };
            })
            .sort((a, b) => a.timeMs - b.timeMs);
          const history = await openHistory({ path: ':memory:', plan, clock: () => 5 });
          const store = createStore({
            plan,
            calendar,
            history,
            clock: () => calendar.dayOfIndex(start).startMs,
          });
          const clients = new Map<string, ReturnType<typeof createClient>>();
          for (const spec of views) {
            const id = await store.publisher.subscribe(spec);
            const client = createClient();
            client.take(asJson(store.publisher.snapshot(id)));
            clients.set(id, client);
          }
          const deliver = (sent: readonly EncodedView[]): void => {
            for (const view of sent) clients.get(view.view)?.take(asJson(view));
          };
          const figures = (day: string, seen: readonly Fact[], identity: boolean) =>
            figuresOfFacts({ plan, calendar, day, facts: seen, identity });
          const dayOf = ({ timeMs }: Fact) => calendar.dayOf(timeMs).label;

          // The first day comes by replay; the others live, in as many epochs as drawn; the second is sealed.
          const replayed = labels[0]!;
          const published = await store.publishDay(figures(replayed, facts, true), 'replay');
          deliver(published.frame.views);
          const live = facts.filter((fact) => dayOf(fact) !== replayed);
          const sent = new Map<string, DayFigures>();
          let number = 0;
          for (let part = 0; part <= epochs; part++) {
            const seen = live.slice(0, Math.max(1, Math.ceil((live.length * part) / epochs)));
            const days = [...new Set(seen.map(dayOf))].map((day) => {
              const now = figures(day, seen, false);
              const changes = changesOf(sent.get(day), now);
              sent.set(day, now);
              return changes;
            });
            const frame = await store.applyEpoch(epochOf({ number: ++number, facts: seen, days }));
            deliver(frame.views);
          }
          const sealedDay = labels[1]!;
          if (live.some((fact) => dayOf(fact) === sealedDay)) {
            const sealed = [figures(sealedDay, facts, true)];
            const epoch = epochOf({ number: ++number, facts: live, days: [], sealed });
            deliver((await store.applyEpoch(epoch)).views);
            await store.settled();
            expect(history.publishedDay(sealedDay)?.origin).toBe('live');
          }
          const end = epochOf({ number: ++number, facts: live, days: [] });
          deliver((await store.applyEpoch(end)).views);

          const liveDays = new Set(live.map(dayOf).filter((day) => day !== sealedDay));
          const known = new Set([replayed, ...live.map(dayOf)]);
          const latest = live.at(-1)?.timeMs;
          const today = calendar.dayOf(
            latest === undefined ? calendar.dayOfIndex(start).startMs : latest - 1_000,
          );
          for (const spec of views) {
            // A run of its own answers it, not what is kept here.
            if (planView(plan, spec).within !== null) continue;
            const days =
              spec.range.kind === 'comparison'
                ? []
                : Array.from({ length: spec.range.kind === 'last_days' ? spec.range.count : 1 }, (_, back) =>
                    calendar.dayOfIndex(today.index - back),
                  ).reverse();
            const expected = naiveRows({
              plan,
              calendar,
              spec,
              facts,
              days: days.map(({ label }) => label),
              known,
              live: liveDays,
              dataToMs: latest ?? 0,
            });
            const { rows, meta } = await store.query(spec);
            expect(rows, JSON.stringify(spec)).toEqual(expected);
            expect(meta.missingDays).toBe(
              spec.range.kind === 'comparison' ? 1 : days.filter(({ label }) => !known.has(label)).length,
            );
            const id = await store.publisher.subscribe(spec);
            const client = clients.get(id)!;
            expect(client.rows()).toEqual(new Map(expected.map((row) => [row[0], row])));
            expect(client.meta()).toEqual(meta);
          }
          expect(store.violations()).toEqual({});
          expect(store.problem()).toBeNull();
          await history.close();
        },
      ),
      { numRuns: 50, endOnFailure: true },
    );
  });
});

/** A large snapshot is Arrow: its rows put into the text. */
function asJson(view: EncodedView): EncodedView {
  if (!view.attachment) return view;
  const table = tableFromIPC(new Uint8Array(view.attachment));
  const rows = Array.from({ length: table.numRows }, (_, i) =>
    table.schema.fields.map((_field, column) => table.getChildAt(column)?.get(i)),
  );
  return { ...view, text: JSON.stringify({ ...JSON.parse(view.text), rows }) };
}
