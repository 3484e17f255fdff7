import { tableFromIPC } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBusinessCalendar } from '../calendar/business-calendar.ts';
import { defaultCatalogue } from '../definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import type { DayFigures } from '../figures/day-figures.ts';
import { type Fact, figuresOfFacts } from '../history/figures-of-facts.ts';
import type { History } from '../history/history.ts';
import { openHistory } from '../history/open-history.ts';
import { compilePlan } from '../plan/compile-plan.ts';
import type { EncodedEpoch } from '../protocol/encoded.ts';
import type { ViewSpec } from '../protocol/view.ts';
import { createStore } from './create-store.ts';
import { epochOf } from './live/epoch-of-facts.ts';
import type { Store } from './store.ts';

const catalogue = {
  ...defaultCatalogue,
  rollups: defaultCatalogue.rollups.map((rollup) =>
    rollup.name === 'product' ? { ...rollup, metrics: [...rollup.metrics, 'orders'] } : rollup,
  ),
};
const plan = compilePlan({ catalogue, schema: ORDER_SCHEMA, timeZone: 'Asia/Shanghai', currency: 'CNY' });
const calendar = createBusinessCalendar('Asia/Shanghai');
const DAY = '2010-12-01';
const NEXT = '2010-12-02';
const HOUR = 3_600_000;

function paid(day: string, atMs: number, amount: number, order: string): Fact {
  const columns = {
    type: 'paid',
    order_id: order,
    buyer_id: `buyer of ${order}`,
    merchant_id: 'm',
    product_id: 'p',
    category: 'c',
    quantity: 1,
    amount_minor: amount,
    country: 'CN',
    region: null,
    channel: 'app',
    payment_method: 'card',
  };
  return { timeMs: calendar.dayOfLabel(day).startMs + atMs, columns };
}

const figures = (day: string, facts: readonly Fact[], identity = false): DayFigures =>
  figuresOfFacts({ plan, calendar, day, facts, identity });
const headline: ViewSpec = { metrics: ['gmv', 'orders', 'aov'], grain: 'range', range: { kind: 'today' } };
const daysOf = (from: string, to: string, more: Partial<ViewSpec> = {}): ViewSpec => ({
  metrics: ['gmv', 'orders'],
  grain: 'range',
  range: { kind: 'days', from, to },
  ...more,
});
const messages = (frame: EncodedEpoch) => frame.views.map(({ text }) => JSON.parse(text));

describe('frames of the store', () => {
  let history: History;
  let store: Store;
  let nowMs: number;
  let publishes: number;
  beforeEach(async () => {
    nowMs = calendar.dayOfLabel(DAY).startMs;
    publishes = 0;
    const opened = await openHistory({ path: ':memory:', plan, clock: () => nowMs });
    history = {
      ...opened,
      publish: (...given) => {
        publishes++;
        return opened.publish(...given);
      },
    };
    store = createStore({ plan, calendar, history, clock: () => nowMs });
  });
  afterEach(() => history.close());

  it('carry the epoch and only the rows that changed in it', async () => {
    const id = await store.publisher.subscribe(headline);
    const first = [paid(DAY, HOUR, 500, 'a')];
    const frame = await store.applyEpoch(epochOf({ number: 1, facts: first, days: [figures(DAY, first)] }));
    expect(frame).toMatchObject({ runId: 'run', epoch: 1, dataToMs: first[0]?.timeMs, publishedAtMs: nowMs });
    expect(messages(frame)).toMatchObject([{ kind: 'snapshot', view: id, rows: [[null, 500, 1, 500]] }]);
    const both = [...first, paid(DAY, 2 * HOUR, 301, 'b')];
    const next = await store.applyEpoch(epochOf({ number: 2, facts: both, days: [figures(DAY, both)] }));
    expect(messages(next)).toEqual([
      { kind: 'patch', view: id, prevSeq: 2, seq: 3, rows: [[null, 801, 2, 401]], removed: [] },
    ]);
    const idle = await store.applyEpoch(epochOf({ number: 3, facts: both, days: [] }));
    expect(idle.views).toEqual([]);
  });

  it('start every view anew with a new run, whose figures replace all there were', async () => {
    await store.publisher.subscribe(headline);
    const year = await store.publisher.subscribe({ ...headline, range: { kind: 'comparison' } });
    const facts = [paid(DAY, HOUR, 500, 'a'), paid(DAY, HOUR, 700, 'b')];
    await store.applyEpoch(epochOf({ number: 9, facts, days: [figures(DAY, facts)] }));
    const again = facts.slice(0, 1);
    const frame = await store.applyEpoch(
      epochOf({ number: 1, facts: again, days: [figures(DAY, again)], runId: 'other' }),
    );
    expect(frame.runId).toBe('other');
    expect(messages(frame)).toMatchObject([
      { kind: 'snapshot', rows: [[null, 500, 1, 500]] },
      { kind: 'snapshot', view: year, rows: [] },
    ]);
  });

  it('move today on with a snapshot once the watermark passes midnight', async () => {
    await store.publisher.subscribe(headline);
    const facts = [paid(DAY, 23 * HOUR, 500, 'a')];
    await store.applyEpoch(epochOf({ number: 1, facts, days: [figures(DAY, facts)] }));
    const both = [...facts, paid(NEXT, 1, 80, 'b')];
    const over = await store.applyEpoch(epochOf({ number: 2, facts: both, days: [figures(NEXT, both)] }));
    expect(over.views).toEqual([]);
    const later = [...both, paid(NEXT, HOUR, 20, 'b')];
    const moved = await store.applyEpoch(epochOf({ number: 3, facts: later, days: [figures(NEXT, later)] }));
    expect(messages(moved)).toMatchObject([
      { kind: 'snapshot', meta: { from: NEXT, to: NEXT }, rows: [[null, 100, 1, 100]] },
    ]);
  });

  it('follow publications and undo without a live epoch', async () => {
    const id = await store.publisher.subscribe(daysOf(DAY, DAY));
    const one = [paid(DAY, HOUR, 500, 'a')];
    const { frame, generation } = await store.publishDay(figures(DAY, one, true), 'replay');
    expect(messages(frame)).toMatchObject([{ kind: 'snapshot', view: id, rows: [[null, 500, 1]] }]);
    const two = [...one, paid(DAY, HOUR, 4, 'b')];
    const next = await store.publishDay(figures(DAY, two, true), 'replay');
    expect(messages(next.frame)).toMatchObject([{ kind: 'patch', rows: [[null, 504, 2]] }]);
    const back = await store.undoDay(DAY);
    expect(back.generation).toBe(generation);
    expect(messages(back.frame)).toMatchObject([{ kind: 'patch', rows: [[null, 500, 1]] }]);
    await expect(store.undoDay(DAY)).rejects.toThrow(/no generation before it/);
  });

  it('never add distinct counts: the union over sealed days, a note where it is not known', async () => {
    const one = [paid(DAY, HOUR, 500, 'a'), paid(DAY, HOUR, 1, 'b')];
    const two = [paid(NEXT, HOUR, 30, 'b'), paid(NEXT, HOUR, 1, 'c')];
    await store.publishDay(figures(DAY, one, true), 'replay');
    const live = epochOf({ number: 1, facts: two, days: [figures(NEXT, two)] });
    await store.applyEpoch(live);
    const open = await store.query(daysOf(DAY, NEXT));
    expect(open.rows).toEqual([[null, 532, null]]);
    expect(open.meta.note).toMatch(/orders over several days is known once the last of them is sealed/);
    await store.applyEpoch({ ...live, epoch: 2, days: [], sealed: [figures(NEXT, two, true)] });
    await store.settled();
    const sealed = await store.query(daysOf(DAY, NEXT));
    expect([sealed.rows, sealed.meta.note]).toEqual([[[null, 532, 3]], null]);
    const byProduct = await store.query(daysOf(DAY, NEXT, { dimension: 'product' }));
    expect(byProduct.rows).toEqual([['p', 532, null]]);
    expect(byProduct.meta.note).toMatch(/not known: product keeps no identity/);
  });

  it('keep the better-known generation when a run that saw less of a day seals it', async () => {
    const whole = [paid(DAY, HOUR, 500, 'a'), paid(DAY, 23 * HOUR, 1, 'b')];
    await store.publishDay(figures(DAY, whole, true), 'replay');
    const late = [...whole.slice(1), paid(NEXT, HOUR, 5, 'c')];
    const days = [figures(DAY, late), figures(NEXT, late)];
    await store.applyEpoch(epochOf({ number: 1, facts: late, days }));
    expect((await store.query(daysOf(DAY, DAY))).rows).toEqual([[null, 501, 2]]);
    const sealed = [figures(DAY, late, true)];
    await store.applyEpoch(epochOf({ number: 2, facts: late, days: [], sealed }));
    await store.settled();
    expect(publishes).toBe(1);
    expect((await store.query(daysOf(DAY, DAY))).rows).toEqual([[null, 501, 2]]);
  });

  it('keep a sealed day that history did not take, say why, and try again', async () => {
    const { publish } = history;
    history.publish = () => Promise.reject(new Error('no space left'));
    const facts = [paid(DAY, HOUR, 500, 'a')];
    const sealed = [figures(DAY, facts, true)];
    const epoch = epochOf({ number: 1, facts, days: [], sealed });
    await store.applyEpoch(epoch);
    await store.settled();
    expect(store.problem()).toBe('no space left');
    expect((await store.query(daysOf(DAY, DAY))).rows).toEqual([[null, 500, 1]]);
    history.publish = publish;
    await store.applyEpoch({ ...epoch, epoch: 2, sealed: [] });
    await store.settled();
    expect(history.publishedDays()).toEqual([]);
    nowMs += 60_000;
    await store.applyEpoch({ ...epoch, epoch: 3, sealed: [] });
    await store.settled();
    expect([store.problem(), history.publishedDay(DAY)?.origin]).toEqual([null, 'live']);
    expect((await store.query(daysOf(DAY, DAY))).rows).toEqual([[null, 500, 1]]);
  });

  it('carry a large snapshot as Arrow', async () => {
    const facts = [paid(DAY, HOUR, 500, 'a'), paid(DAY, 20 * HOUR, 1, 'b')];
    await store.applyEpoch(epochOf({ number: 1, facts, days: [figures(DAY, facts)] }));
    const id = await store.publisher.subscribe({ ...headline, grain: 'minute' });
    const { text, attachment } = store.publisher.snapshot(id);
    expect(JSON.parse(text)).toMatchObject({ kind: 'snapshot', seq: 1, rows: null, arrow: true });
    const table = tableFromIPC(new Uint8Array(attachment ?? new ArrayBuffer(0)));
    expect(table.numRows).toBe(20 * 60 + 1);
    const { startMs } = calendar.dayOfLabel(DAY);
    expect(table.get(60)?.toJSON()).toEqual({ key: startMs + HOUR, gmv: 500, orders: 1, aov: 500 });
    expect(table.get(61)?.toJSON()).toEqual({ key: startMs + HOUR + 60_000, gmv: 0, orders: 0, aov: null });
  });

  it('put an event of the first minute of an hour into that hour', async () => {
    const facts = [paid(DAY, HOUR - 1, 5, 'a'), paid(DAY, HOUR, 500, 'b'), paid(DAY, 3 * HOUR, 7, 'c')];
    await store.applyEpoch(epochOf({ number: 1, facts, days: [figures(DAY, facts)] }));
    const { rows } = await store.query({ ...headline, metrics: ['gmv', 'orders'], grain: 'hour' });
    const { startMs } = calendar.dayOfLabel(DAY);
    expect(rows).toEqual([
      [startMs, 5, 1],
      [startMs + HOUR, 500, 1],
      [startMs + 2 * HOUR, 0, 0],
      [startMs + 3 * HOUR, 7, 1],
    ]);
  });

  it('leave a sum open, with a note, where a day was published before its metric existed', async () => {
    const without = (day: string): DayFigures => {
      const whole = figures(day, [paid(day, HOUR, 500, 'a')], true);
      const rollups = whole.rollups.map((rollup) => {
        const kept = rollup.cells.metrics.flatMap((metric, m) => (metric === 'units' ? [] : [m]));
        const cells = {
          ...rollup.cells,
          metrics: kept.map((m) => rollup.cells.metrics[m]!),
          values: kept.map((m) => rollup.cells.values[m]!),
        };
        const distinct = rollup.distinct.filter(({ metric }) => metric !== 'buyers');
        return { ...rollup, cells, distinct };
      });
      return { ...whole, rollups };
    };
    await store.publishDay(without(DAY), 'replay');
    await store.publishDay(figures(NEXT, [paid(NEXT, HOUR, 30, 'b')], true), 'replay');
    const metrics = ['gmv', 'units', 'buyers'];
    const views: Partial<ViewSpec>[] = [
      {},
      { dimension: 'category' },
      { filter: { category: 'c' }, grain: 'month' },
    ];
    for (const view of views) {
      const { rows, meta } = await store.query(daysOf(DAY, NEXT, { ...view, metrics }));
      expect(rows.map(([, ...row]) => row)).toEqual([[530, null, null]]);
      expect(meta.note).toMatch(/units was not computed for every day/);
      expect(meta.note).toMatch(/buyers over several days is not known/);
    }
    const byDay = await store.query(daysOf(DAY, NEXT, { grain: 'day', metrics }));
    expect(byDay.rows.map(([, ...row]) => row)).toEqual([
      [500, null, null],
      [30, 1, 1],
    ]);
    const byMinute = await store.query(daysOf(DAY, DAY, { grain: 'minute', metrics }));
    expect(byMinute.rows[60]?.slice(1)).toEqual([500, null, null]);
    expect(byMinute.meta.note).toMatch(/units was not computed for 2010-12-01/);
  });

  it('count an epoch whose dimensions do not sum to the total', async () => {
    const facts = [paid(DAY, HOUR, 500, 'a')];
    const right = figures(DAY, facts);
    await store.applyEpoch(epochOf({ number: 1, facts, days: [right] }));
    expect(store.violations()).toEqual({});
    const rollups = right.rollups.filter(({ rollup }) => rollup !== 'category');
    const wrong = { ...figures(NEXT, [paid(NEXT, HOUR, 7, 'a')]), rollups };
    await store.applyEpoch(epochOf({ number: 2, facts, days: [wrong] }));
    expect(store.violations()).toMatchObject({
      'gmv by category sums to the total': 1,
      'net_gmv by category is gmv − refunds of the total': 1,
    });
  });

  it('drop a view with its last holder, and say so to whoever asks for it', async () => {
    const id = await store.publisher.subscribe(headline);
    await store.publisher.subscribe({ ...headline });
    store.publisher.unsubscribe(id);
    expect(store.publisher.views()).toEqual([id]);
    store.publisher.unsubscribe(id);
    expect(store.publisher.views()).toEqual([]);
    expect(() => store.publisher.snapshot(id)).toThrow(/nobody holds the view/);
    await expect(store.publisher.subscribe({ ...headline, metrics: ['profit'] })).rejects.toThrow(
      /no metric/,
    );
  });
});
