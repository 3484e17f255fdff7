import { expect, it } from 'vitest';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { defaultCatalogue } from '../../definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { type Fact, figuresOfFacts } from '../../history/figures-of-facts.ts';
import { openHistory } from '../../history/open-history.ts';
import { compilePlan } from '../../plan/compile-plan.ts';
import type { ViewSpec } from '../../protocol/view.ts';
import { createStore } from '../create-store.ts';
import { epochOf } from '../live/epoch-of-facts.ts';

const plan = compilePlan({
  catalogue: defaultCatalogue,
  schema: ORDER_SCHEMA,
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
});
const calendar = createBusinessCalendar('Asia/Shanghai');
const DAY = '2010-12-01';
const { startMs } = calendar.dayOfLabel(DAY);
const HOUR = 3_600_000;

it('frames say of a combination of filters whether today is still replayed for it, and through which minute', async () => {
  const history = await openHistory({ path: ':memory:', plan, clock: () => startMs });
  const store = createStore({ plan, calendar, history, clock: () => startMs });
  const columns = {
    type: 'paid',
    order_id: 'a',
    quantity: 1,
    amount_minor: 500,
    country: 'CN',
    channel: 'app',
  };
  const facts: Fact[] = [{ timeMs: startMs + HOUR, columns }];
  const days = [figuresOfFacts({ plan, calendar, day: DAY, facts, identity: false })];
  const live = epochOf({ number: 1, facts, days });
  await store.applyEpoch(live);

  const filter = { channel: 'app', country: 'CN' };
  const whole: ViewSpec = { metrics: ['gmv'], grain: 'range', range: { kind: 'today' } };
  const id = await store.publisher.subscribe({ ...whole, filter });
  const held = () => JSON.parse(store.publisher.snapshot(id).text);
  expect(held().meta.filtered).toEqual({ replaying: true, closedMs: null });
  expect((await store.query(whole)).meta.filtered).toBeNull();

  const steps = [
    { replaying: true, seconds: 30, closedMs: startMs + HOUR },
    { replaying: true, seconds: 70, closedMs: startMs + HOUR + 60_000 },
    { replaying: false, seconds: 70, closedMs: startMs + HOUR + 60_000 },
  ];
  for (const [i, { replaying, seconds, closedMs }] of steps.entries()) {
    const watermarkMs = startMs + HOUR + seconds * 1000;
    const told = { ...live, epoch: i + 1, days: i === 0 ? days : [], replaying, watermarkMs };
    store.applyFiltered(JSON.stringify(filter), told);
    const { views } = await store.applyEpoch({ ...live, epoch: i + 2, days: [] });
    expect(views.map(({ text }) => JSON.parse(text).meta.filtered)).toEqual([{ replaying, closedMs }]);
  }
  expect([held().rows, held().meta.note]).toEqual([[[null, 500]], null]);
  await history.close();
});
