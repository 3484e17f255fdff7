import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { at, orderEvent, orderLine } from './builders.ts';
import { oracle } from './oracle.ts';
import { SYNTHETIC_CURRENCY, SYNTHETIC_ZONES, syntheticEvents } from './synthetic.ts';
import truth from './synthetic-truth.json' with { type: 'json' };
import { type Answer, truthForm } from './truth-form.ts';

const LIMITS = {
  maxAmountMinor: 1e12,
  maxQuantity: 1e9,
  minEventTimeMs: 0,
  maxEventTimeMs: at('2150-01-01'),
};

describe('the synthetic set', () => {
  const events = syntheticEvents();

  it('is the one whose truth was computed', () => {
    const text = events.map((event) => JSON.stringify(event)).join('\n');
    expect(events).toHaveLength(truth.events);
    expect(createHash('sha256').update(text).digest('hex')).toBe(truth.events_sha256);
  });

  it.each(SYNTHETIC_ZONES)('has the same figures by the oracle and by DuckDB in %s', (timeZone) => {
    const answer = oracle({ events, timeZone, currency: SYNTHETIC_CURRENCY, limits: LIMITS });
    expect(truthForm(answer as unknown as Answer)).toEqual(truthOf(timeZone));
  });

  it('holds what real files lack', () => {
    const answer = oracle({ events, timeZone: 'America/New_York', limits: LIMITS });
    const sum = (list: string, field: 'orders' | 'buyers'): number =>
      (answer.by[list] ?? []).reduce((total, row) => total + row[field], 0);
    expect(sum('day', 'orders')).toBeGreaterThan(answer.totals.orders + 20);
    expect(sum('month', 'orders')).toBeGreaterThan(answer.totals.orders);
    expect(sum('month', 'buyers')).toBeGreaterThan(answer.totals.buyers * 2);
    expect(sum('product', 'orders')).toBeGreaterThan(answer.totals.orders);
    expect(answer.duplicates).toBeGreaterThan(100);
    expect(answer.conflicts).toBeGreaterThan(100);
    expect(Object.keys(answer.rejected_by).length).toBeGreaterThan(12);
  });
});

describe('the oracle', () => {
  it('counts an order paid over midnight on both days and once in the month', () => {
    const events = [
      ...orderLine(['created', 'paid'], { event_time: at('2024-05-01T23:59:30Z') }),
      orderEvent({ line: 2, event_id: 'second', event_time: at('2024-05-01T23:59:59.999Z') }),
    ];
    const { by, totals } = oracle({ events, timeZone: 'UTC' });
    expect(by.day?.map(({ day, orders }) => [day, orders])).toEqual([
      ['2024-05-01', 1],
      ['2024-05-02', 1],
    ]);
    expect(by.month?.map(({ month, orders }) => [month, orders])).toEqual([['2024-05', 1]]);
    expect(totals.orders).toBe(1);
  });

  it('moves a buyer of the day to the earliest minute', () => {
    const late = orderEvent({ event_time: at('2024-05-01T10:05:00Z') });
    const early = orderEvent({ order_id: 'order-2', event_time: at('2024-05-01T10:01:59Z') });
    const { newIdsByMinute } = oracle({ events: [late, early], timeZone: 'UTC' });
    expect(newIdsByMinute['2024-05-01']?.buyers).toEqual(new Map([[at('2024-05-01T10:01:00Z'), 1]]));
  });

  it('refuses to order two payloads of one id and time', () => {
    const events = [orderEvent({ amount_minor: 1 }), orderEvent({ amount_minor: 2 })];
    expect(() => oracle({ events, timeZone: 'UTC' })).toThrow(/two payloads at one time/);
  });
});

function truthOf(zone: string): unknown {
  return new Map(Object.entries(truth.zones)).get(zone);
}
