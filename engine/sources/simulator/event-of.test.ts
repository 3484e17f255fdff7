import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { EVENT_TYPES, ORDER_SCHEMA } from '../../events/order-schema.ts';
import { GENERATOR_VERSION } from './event-of.ts';
import { createRateSchedule } from './first-schedule.ts';
import { createSimulatedHistory } from './simulated-columns.ts';

const calendar = createBusinessCalendar('Asia/Shanghai');
const nowMs = calendar.dayOfLabel('2026-11-11').startMs + 18 * 3_600_000;
const given = { seed: 11, currency: 'CNY', calendar, nowMs, eventsPerSecond: 50, sampleEvents: 2_000_000 };
const schedule = createRateSchedule(given);
const history = createSimulatedHistory({ schedule, calendar, schema: ORDER_SCHEMA });

interface Row {
  readonly offset: number;
  readonly nominalMs: number;
  readonly eventId: string;
  readonly timeMs: number;
  readonly type: string;
  readonly order: string;
  readonly line: number;
  readonly amountMinor: number;
  readonly payload: string;
  readonly bad: boolean;
}

/** Enough of last year's sale day for orders to run from creation to refund. */
const FROM = 100_000;
const rows = read(FROM, 500_000);

function read(from: number, to: number): Row[] {
  const columns = history.columns(from, to);
  const nominal = new Float64Array(to - from);
  history.timetable.fillTimes(from, to - from, nominal);
  const names = ORDER_SCHEMA.map(({ name }) => name);
  const at = (name: string, i: number): string | number | null => columns[name]?.[i] ?? null;
  return Array.from(nominal, (nominalMs, i) => ({
    offset: from + i,
    nominalMs,
    eventId: String(at('event_id', i)),
    timeMs: Number(at('event_time', i)),
    type: String(at('type', i)),
    order: String(at('order_id', i)),
    line: Number(at('line', i)),
    amountMinor: Number(at('amount_minor', i)),
    payload: names.map((name) => at(name, i)).join('|'),
    bad:
      at('product_id', i) === null ||
      Number(at('amount_minor', i)) < 0 ||
      at('currency', i) !== 'CNY' ||
      !EVENT_TYPES.some((type) => type === at('type', i)),
  }));
}

/** Regular events: first of their id, of orders that blocks created. */
const regular = rows.filter(
  ({ eventId, offset, order }) => eventId === `e${offset}` && order.startsWith('o'),
);

function linesOf(): Map<string, Row[]> {
  const lines = new Map<string, Row[]>();
  for (const row of regular) {
    const key = `${row.order}/${row.line}`;
    const known = lines.get(key);
    if (known) known.push(row);
    else lines.set(key, [row]);
  }
  return lines;
}

describe('the lifecycle of simulated orders', () => {
  const lines = linesOf();
  const whole = [...lines.values()].filter((events) => events[0]?.type === 'created');

  it('starts every line with one creation, whatever comes later', () => {
    // Orders of the blocks before FROM were created before it; all others within.
    const numberOf = (order = ''): number => Number(order.slice(1));
    const firstOrder = whole.reduce((least, [row]) => Math.min(least, numberOf(row?.order)), Infinity);
    const wrong: string[] = [];
    for (const [key, events] of lines) {
      if (numberOf(events[0]?.order) < firstOrder + 400) continue;
      const creations = events.filter(({ type }) => type === 'created').length;
      if (events[0]?.type !== 'created' || creations !== 1) wrong.push(key);
    }
    expect(wrong).toEqual([]);
    expect(whole.length).toBeGreaterThan(80_000);
  });

  it('follows a legal path, in stream order and in event time', () => {
    const paths = new Map<string, number>();
    const backwards: string[] = [];
    for (const events of whole) {
      const path = events.map(({ type }) => type).join(' ');
      paths.set(path, (paths.get(path) ?? 0) + 1);
      for (let i = 1; i < events.length; i++) {
        if (events[i]!.timeMs < events[i - 1]!.timeMs) backwards.push(events[i]!.eventId);
      }
    }
    expect(backwards).toEqual([]);
    for (const path of paths.keys()) {
      expect(path).toMatch(
        /^created( (payment_failed|cancelled|(payment_failed )?paid( cancelled( refunded)?| shipped( refunded| delivered( refunded)?)?)?))?$/,
      );
    }
    expect(paths.get('created paid shipped delivered') ?? 0).toBeGreaterThan(0.2 * whole.length);
    expect(paths.get('created payment_failed paid shipped delivered') ?? 0).toBeGreaterThan(100);
    expect(paths.get('created paid shipped delivered refunded') ?? 0).toBeGreaterThan(100);
  });

  it('pays all lines of an order only after all of them were created', () => {
    const lastCreated = new Map<string, number>();
    const firstLater = new Map<string, number>();
    for (const { order, type, offset } of regular) {
      if (type === 'created') lastCreated.set(order, offset);
      else if (!firstLater.has(order)) firstLater.set(order, offset);
    }
    const early = [...firstLater].filter(([order, offset]) => offset <= (lastCreated.get(order) ?? -1));
    expect(early).toEqual([]);
    expect(lastCreated.size).toBeGreaterThan(40_000);
  });

  it('keeps a line’s amount, and refunds no more than was paid', () => {
    let partial = 0;
    const wrong: string[] = [];
    for (const events of whole) {
      const amount = events[0]!.amountMinor;
      const paid = events.some((event) => event.type === 'paid');
      for (const { type, amountMinor, eventId } of events) {
        const right = type === 'refunded' ? paid && amountMinor <= amount : amountMinor === amount;
        if (!right) wrong.push(eventId);
        else if (amountMinor < amount) partial++;
      }
    }
    expect(wrong).toEqual([]);
    expect(partial).toBeGreaterThan(50);
  });

  it('has all seven types in steady shares', () => {
    const share = (type: string): number =>
      regular.filter((row) => row.type === type).length / regular.length;
    expect(share('created')).toBeCloseTo(0.26, 2);
    expect(share('paid')).toBeCloseTo(0.24, 2);
    expect(share('shipped')).toBeCloseTo(0.23, 2);
    expect(share('delivered')).toBeCloseTo(0.225, 2);
    for (const type of ['payment_failed', 'cancelled', 'refunded'])
      expect(share(type)).toBeGreaterThan(0.008);
  });

  it('lets orders cross midnight', () => {
    const { toOffset, day } = history.timetable.offsetsOf(calendar.dayOfLabel('2026-11-11').index)!;
    const around = read(toOffset - 5_000, toOffset + 5_000);
    const created = new Set(
      around.filter((row) => row.type === 'created' && row.timeMs < day.endMs).map((row) => row.order),
    );
    expect(
      around.some((row) => row.type === 'paid' && row.timeMs >= day.endMs && created.has(row.order)),
    ).toBe(true);
  });
});

describe('the blemishes of simulated events', () => {
  const perMillion = (count: number): number => (count / rows.length) * 1_000_000;
  const original = new Map(regular.map((row) => [row.eventId, row]));
  const repeats = rows.filter(({ eventId, offset }) => eventId !== `e${offset}` && original.has(eventId));

  it('repeat about 0.3 % exactly and a few with another amount, always later than the first', () => {
    const exact = repeats.filter((row) => row.payload === original.get(row.eventId)?.payload);
    const conflicts = repeats.filter((row) => row.payload !== original.get(row.eventId)?.payload);
    expect(perMillion(exact.length)).toBeGreaterThan(2_300);
    expect(perMillion(exact.length)).toBeLessThan(3_500);
    expect(perMillion(conflicts.length)).toBeGreaterThan(15);
    expect(perMillion(conflicts.length)).toBeLessThan(150);
    for (const row of repeats)
      expect(row.offset).toBeGreaterThan(original.get(row.eventId)?.offset ?? row.offset);
    for (const row of conflicts) expect(row.amountMinor).not.toBe(original.get(row.eventId)?.amountMinor);
  });

  it('are bad about once in ten thousand, in four ways, and never part of a real order', () => {
    const bad = rows.filter((row) => row.bad);
    expect(perMillion(bad.length)).toBeGreaterThan(40);
    expect(perMillion(bad.length)).toBeLessThan(200);
    for (const row of bad) expect(row.order).toMatch(/^x/);
    const kinds = new Set(
      bad.map((row) => {
        if (row.amountMinor < 0) return 'negative';
        if (row.type === 'teleported') return 'type';
        return row.payload.includes('|USD|') ? 'currency' : 'product';
      }),
    );
    expect([...kinds].sort()).toEqual(['currency', 'negative', 'product', 'type']);
  });

  it('hold up about 1 % for up to 90 s and a few for up to 20 minutes, none before its run of days', () => {
    const late = regular.filter((row) => row.timeMs < row.nominalMs).map((row) => row.nominalMs - row.timeMs);
    expect(late.length / regular.length).toBeCloseTo(0.01, 2);
    const very = late.filter((ms) => ms > 90_000);
    expect((very.length / regular.length) * 10_000).toBeGreaterThan(1);
    expect((very.length / regular.length) * 10_000).toBeLessThan(5);
    expect(late.reduce((most, ms) => Math.max(most, ms), 0)).toBeLessThanOrEqual(20 * 60_000);
    for (const day of history.timetable.daysBefore(nowMs).slice(0, 2)) {
      const outside = read(day.fromOffset, day.fromOffset + 20_000).filter(
        (row) => row.timeMs < day.day.startMs || row.timeMs > row.nominalMs,
      );
      expect(outside).toEqual([]);
    }
  });
});

describe('simulated events', () => {
  it('are the same on every machine, and other ones only with another generator version', () => {
    const hash = createHash('sha256');
    for (const { payload } of rows.slice(0, 50_000)) hash.update(`${payload}\n`);
    expect([GENERATOR_VERSION, hash.digest('hex').slice(0, 16)]).toEqual([1, '5401afb8b7d2ca44']);
  });
});
