import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OrderEvent } from '../events/order-event.ts';
import { withFolder } from '../sources/parquet/parquet-fixtures.ts';
import { allApplied, openTestArchive, RECORD_TIME_MS, recordsOf } from './archive-fixtures.ts';
import { archivedRows } from './archived-rows-fixture.ts';

const DAY = Date.UTC(2026, 10, 21, 16);

const orderEvent = (i: number, eventTime: number | null = DAY + i * 1000): OrderEvent => ({
  event_id: `event-${i}`,
  event_time: eventTime,
  type: i % 3 === 0 ? 'refunded' : 'paid',
  order_id: `order-${i >> 1}`,
  line: 1 + (i % 2),
  buyer_id: i % 4 === 0 ? null : `buyer-${i % 10}`,
  merchant_id: 'merchant',
  product_id: `product-${i % 7}`,
  category: i % 5 === 0 ? null : 'Bücher',
  quantity: 3_000_000_000 + i,
  amount_minor: i * 1_000_003,
  currency: 'CNY',
  country: 'CN',
  region: null,
  channel: 'app',
  payment_method: 'card',
});

describe('openArchive', () => {
  it('gives every record back as a row with its place and fate', () =>
    withFolder(async (folder) => {
      const { keeper, dictionaries } = await openTestArchive(folder, { blockRows: 7 });
      const events = Array.from({ length: 40 }, (_, i) => orderEvent(i));
      for (const [p, from] of [
        ['orders/0', 0],
        ['orders/1', 20],
      ] as const) {
        const some = events.slice(from, from + 20);
        keeper.take(
          recordsOf({ dictionaries, events: some, fromOffset: from * 100 }),
          p,
          allApplied(some.length),
        );
      }
      const part = await keeper.cut();
      const rows = await archivedRows(folder, part);
      const expected = events.map((event, i) => ({
        ...event,
        record_partition: i < 20 ? 'orders/0' : 'orders/1',
        record_offset: String(i < 20 ? i : 2000 + i - 20),
        record_time: RECORD_TIME_MS,
        disposition: 'applied',
        reject_reason: null,
      }));
      expect(rows.map(numbered)).toEqual(expected.map(numbered));
      expect(part.files.map(({ name, rows: n, offsets }) => ({ name, n, offsets }))).toEqual([
        {
          name: 'day=2026-11-22/00000001.parquet',
          n: 40,
          offsets: { 'orders/0': { from: '0', to: '20' }, 'orders/1': { from: '2000', to: '2020' } },
        },
      ]);
      await keeper.close();
      expect(await readdir(join(folder, 'day=2026-11-22'))).toEqual(['00000001.parquet']);
    }));
});

const NUMBERS = ['event_time', 'record_time', 'line', 'quantity', 'amount_minor', 'record_offset'];

const numbered = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      NUMBERS.includes(name) && value !== null ? Number(value) : value,
    ]),
  );
