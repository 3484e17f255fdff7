import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBusinessCalendar } from '../calendar/business-calendar.ts';
import type { Schema } from '../events/order-schema.ts';
import { NO_TEXT } from '../events/record-columns.ts';
import { archiveColumns } from './archive-columns.ts';
import { createGatheredRows, type GatheredRows } from './gathered-rows.ts';
import { createRowBlock, type RowBlock, reserveBytes } from './row-block.ts';
import { stretchesByDay } from './stretches-by-day.ts';

const SCHEMA: Schema = [
  { name: 'event_id', kind: 'id128', nullable: false, about: '' },
  { name: 'event_time', kind: 'time', nullable: false, about: '' },
  { name: 'buyer_id', kind: 'id64', nullable: true, about: '' },
  { name: 'channel', kind: 'category', nullable: true, about: '' },
];
const HOUR_MS = 3_600_000;
const LIMITS = { minEventTimeMs: 0, maxEventTimeMs: 400 * 24 * HOUR_MS, futureBoundMs: HOUR_MS };
const columns = archiveColumns(SCHEMA);

interface Row {
  readonly time: number;
  readonly channel: number;
  readonly buyer: string | null;
}

it('gathers the rows of blocks by day, each with all that it had, in their order', () => {
  const time = fc.oneof(
    { arbitrary: fc.integer({ min: 20 * HOUR_MS, max: 28 * HOUR_MS }), weight: 9 },
    { arbitrary: fc.constantFrom(Number.NaN, -1, LIMITS.maxEventTimeMs), weight: 1 },
  );
  const row: fc.Arbitrary<Row> = fc.record({
    time,
    channel: fc.nat(9),
    buyer: fc.option(fc.string({ unit: 'binary', maxLength: 9 })),
  });
  // Days one after the other, as live gets them, and mixed.
  const block = fc.oneof(
    fc.array(row, { minLength: 1, maxLength: 40 }),
    fc.array(row, { minLength: 1, maxLength: 40 }).map((rows) => rows.sort((a, b) => a.time - b.time)),
  );
  const calendar = createBusinessCalendar('UTC');
  fc.assert(
    fc.property(fc.array(block, { maxLength: 10 }), (blocks) => {
      const gathered = new Map<string | null, GatheredRows>();
      const expected = new Map<string | null, Row[]>();
      for (const rows of blocks) {
        const from = blockOf(rows);
        const times = from.numbers.event_time ?? new Float64Array(0);
        for (const [day, stretches] of stretchesByDay(times, from.length, { calendar, limits: LIMITS })) {
          const into = gathered.get(day) ?? createGatheredRows(columns);
          into.append(from, stretches);
          gathered.set(day, into);
        }
        for (const each of rows) {
          const dated = each.time >= LIMITS.minEventTimeMs && each.time < LIMITS.maxEventTimeMs;
          const day = dated ? new Date(each.time).toISOString().slice(0, 10) : null;
          expected.set(day, [...(expected.get(day) ?? []), each]);
        }
      }
      expect(new Map([...gathered].map(([day, { block: all }]) => [day, rowsOf(all)]))).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

function blockOf(rows: readonly Row[]): RowBlock {
  const block = createRowBlock(columns, rows.length);
  const buyers = block.ids.buyer_id;
  for (const [row, { time, channel, buyer }] of rows.entries()) {
    block.numbers.event_time?.fill(time, row, row + 1);
    block.codes.channel?.fill(channel, row, row + 1);
    const text = Buffer.from(buyer ?? '');
    reserveBytes(block, text.length);
    block.bytes.set(text, block.bytesUsed);
    buyers?.start.fill(buyer === null ? NO_TEXT : block.bytesUsed, row, row + 1);
    block.bytesUsed += text.length;
    buyers?.end.fill(block.bytesUsed, row, row + 1);
  }
  block.length = rows.length;
  return block;
}

function rowsOf({ numbers, codes, ids, bytes, length }: RowBlock): Row[] {
  const { start = [], end = [] } = ids.buyer_id ?? {};
  return Array.from({ length }, (_, row) => ({
    time: numbers.event_time?.[row] ?? 0,
    channel: codes.channel?.[row] ?? 0,
    buyer: start[row] === NO_TEXT ? null : Buffer.from(bytes.subarray(start[row], end[row])).toString(),
  }));
}
