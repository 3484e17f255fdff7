import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BAD_INPUT_PLAN, duckdb, GOOD_ROWS, replayed, writeBadRows } from './bad-input-bed.ts';
import { REQUIRED, REQUIRED_TEXTS } from './oracle.ts';
import { replayAsJson, runGmv } from './run-gmv.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-bad-rows-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface BadRowCase {
  readonly what: string;
  /** Columns of each bad row, as SQL. */
  readonly bad: readonly Readonly<Record<string, string>>[];
  readonly casts?: Readonly<Record<string, string>>;
  readonly asBytes?: boolean;
  /** Reason → rows; those of `bad` that are in none are valid. */
  readonly rejected: Readonly<Record<string, number>>;
}

const NULLABLE = ['buyer_id', 'merchant_id', 'category', 'country', 'region', 'channel', 'payment_method'];
const each = (columns: readonly string[], sql: string): Record<string, string>[] =>
  columns.map((name) => ({ [name]: sql }));
const count = (reason: string, columns: readonly string[]): Record<string, number> =>
  Object.fromEntries(columns.map((name) => [`${reason}:${name}`, 1]));
const CASES: readonly BadRowCase[] = [
  { what: 'nulls in required columns', bad: each(REQUIRED, 'null'), rejected: count('null', REQUIRED) },
  { what: 'nulls in others, which are values', bad: each(NULLABLE, 'null'), rejected: {} },
  {
    what: 'empty texts in required columns',
    bad: each(REQUIRED_TEXTS, "''"),
    rejected: count('empty', REQUIRED_TEXTS),
  },
  { what: 'empty texts in others, which are values', bad: each(NULLABLE, "''"), rejected: {} },
  {
    what: 'types that are none',
    bad: each(['type'], "'PAID'").concat([{ type: "'paid '" }, { type: "'💰'" }]),
    rejected: { unknown_type: 3 },
  },
  {
    what: 'other currencies',
    bad: [{ currency: "'EUR'" }, { currency: "'usd'" }, { currency: "'US$'" }],
    rejected: { currency: 3 },
  },
  {
    what: 'negative amounts and quantities',
    bad: [
      { amount_minor: '-1' },
      { amount_minor: '-9223372036854775808' },
      { quantity: '-1' },
      { quantity: '-2147483648' },
    ],
    rejected: { negative_amount: 2, negative_quantity: 2 },
  },
  {
    what: 'amounts and quantities over their caps',
    bad: [
      { amount_minor: '10000000000000' },
      { amount_minor: '10000000000001' },
      { amount_minor: '9007199254740993' },
      { amount_minor: '9223372036854775807' },
      { quantity: '1000000001' },
      { quantity: '2147483647' },
    ],
    rejected: { amount_over_cap: 3, quantity_over_cap: 2 },
  },
  {
    what: 'unsigned amounts up to 2^64',
    bad: [{ amount_minor: '18446744073709551615::ubigint' }],
    casts: { amount_minor: 'amount_minor::ubigint' },
    rejected: { amount_over_cap: 1 },
  },
  {
    what: 'fractions where the type has them',
    bad: [{ amount_minor: '10.5' }, { quantity: '0.01' }, { line: '1.99' }, { amount_minor: '-0.5' }],
    casts: {
      amount_minor: 'amount_minor::decimal(18,2)',
      quantity: 'quantity::decimal(18,2)',
      line: 'line::decimal(18,2)',
    },
    rejected: { 'not_an_integer:amount_minor': 2, 'not_an_integer:quantity': 1, 'not_an_integer:line': 1 },
  },
  {
    what: 'times in µs from the year 290,309 BC to 294,246',
    bad: [
      { event_time: "timestamp '0001-01-01'" },
      { event_time: "timestamp '9999-12-31 23:59:59.999999'" },
      { event_time: "timestamp '290309-12-22 (BC) 00:00:00'" },
      { event_time: "timestamp '294246-12-31 23:59:59'" },
      { event_time: "timestamp '1969-12-31 23:59:59.999999'" },
      { event_time: "timestamp '2100-01-01'" },
    ],
    rejected: { time_out_of_range: 6 },
  },
  {
    what: 'times in ns at both ends',
    bad: [{ event_time: "timestamp '1677-09-23'" }, { event_time: "timestamp '2262-04-10'" }],
    casts: { event_time: 'event_time::timestamp_ns' },
    rejected: { time_out_of_range: 2 },
  },
  {
    what: 'times in ms beyond what JavaScript calls a date',
    bad: [{ event_time: "timestamp '280000-01-01'" }, { event_time: "timestamp '0001-01-01'" }],
    casts: { event_time: 'event_time::timestamp_ms' },
    rejected: { time_out_of_range: 2 },
  },
  {
    what: 'texts over 1,024 bytes',
    bad: [
      ...each([...REQUIRED_TEXTS, ...NULLABLE], "repeat('x', 1025)"),
      ...each([...NULLABLE, 'event_id', 'order_id', 'product_id'], "repeat('ü', 512)"),
      { category: "repeat('ü', 513)" },
    ],
    rejected: {
      ...count('text_too_long', [...REQUIRED_TEXTS, ...NULLABLE]),
      'text_too_long:category': 2,
    },
  },
  {
    what: 'bytes that are no UTF-8, which an id may be',
    bad: [
      { category: "'\\xFF\\xFE'::blob" },
      { type: "'pa\\xEDd'::blob" },
      { product_id: "'\\xED\\xA0\\x80'::blob" },
      { currency: "'US\\xC4'::blob" },
      { buyer_id: "'\\xFF'::blob" },
      { event_id: "'\\xFF'::blob" },
    ],
    asBytes: true,
    rejected: count('not_utf8', ['category', 'type', 'product_id', 'currency']),
  },
  {
    what: 'rows with several faults, by the first',
    bad: [
      { type: 'null', amount_minor: '-1', currency: "'EUR'" },
      { product_id: "''", type: "'lost'" },
      { event_time: "timestamp '0001-01-01'", quantity: '-1' },
      { type: "'lost'", amount_minor: '-1' },
      { amount_minor: '-1', quantity: '-1', currency: "'EUR'" },
    ],
    rejected: {
      'null:type': 1,
      'empty:product_id': 1,
      time_out_of_range: 1,
      unknown_type: 1,
      negative_amount: 1,
    },
  },
];

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, rows) => sum + rows, 0);

describe.each(CASES)('$what', (bad) => {
  it('are rejected by their reason and stop no other row, on one thread and on two', async () => {
    const path = join(folder, `${CASES.indexOf(bad)}.parquet`);
    await writeBadRows({ path, ...bad });
    const rows = GOOD_ROWS + bad.bad.length;
    const rejected = sumOf(bad.rejected);
    for (const threads of [1, 2]) {
      const { report, gmv } = await replayed([path], threads);
      expect(report.counts, `${threads} threads`).toEqual({
        rows,
        applied: rows - rejected,
        duplicates: 0,
        conflicts: 0,
        late: 0,
        rejected,
        rejectedBy: bad.rejected,
      });
      expect(gmv).toBeGreaterThanOrEqual(GOOD_ROWS * 1000);
      expect(report.days).toBe(2);
    }
  });
});

it('bad rows of every kind in one file are each counted once, and gmv says so', async () => {
  const path = join(folder, 'every-kind.parquet');
  const plain = CASES.filter(({ casts, asBytes }) => casts === undefined && asBytes === undefined);
  const bad = plain.flatMap((each) => each.bad);
  await writeBadRows({ path, bad });
  const rejectedBy: Record<string, number> = {};
  for (const { rejected } of plain) {
    for (const [reason, rows] of Object.entries(rejected))
      rejectedBy[reason] = (rejectedBy[reason] ?? 0) + rows;
  }
  const answer = await replayAsJson([path, '--time-zone', 'UTC', '--currency', 'USD'], { folder });
  const rejected = sumOf(rejectedBy);
  const rows = GOOD_ROWS + bad.length;
  expect(answer).toMatchObject({ rows, applied: rows - rejected, rejected, rejected_by: rejectedBy });
  expect(Object.keys(rejectedBy).length).toBeGreaterThan(30);
  // DuckDB counts the same by SQL of the same rules.
  const verified = await runGmv(['verify', path, '--time-zone', 'UTC', '--currency', 'USD'], { folder });
  expect(verified).toMatchObject({ code: 0, stderr: '' });
  const table = await runGmv(['replay', path, '--time-zone', 'UTC', '--currency', 'USD'], { folder });
  expect(table).toMatchObject({ code: 0, stderr: '' });
  for (const [reason, events] of Object.entries(rejectedBy)) {
    expect(table.stdout).toMatch(new RegExp(`${reason}\\s+${events}\\b`));
  }
});

describe('more values of a category than the plan allows', () => {
  const cap = 50;
  const plan = { ...BAD_INPUT_PLAN, limits: { ...BAD_INPUT_PLAN.limits, maxCategoryValues: cap } };
  /** A file a day with as many products each, those of the second day from another number on. */
  const write = async (name: string, products: number, secondFrom: number): Promise<string[]> => {
    const files = [0, 1].map((day) => join(folder, `${name}-${day}.parquet`));
    for (const [day, path] of files.entries()) {
      await duckdb(`copy (
        select 'e-' || i as event_id, timestamp '2024-05-01' + interval ${day} day as event_time, 'paid' as type,
          'o' as order_id, 1 as line, 'p-' || (i + ${day * secondFrom}) as product_id, 1 as quantity,
          1000::bigint as amount_minor, 'USD' as currency
        from range(${products}) t(i)
      ) to '${path}' (format parquet)`);
    }
    return files;
  };

  it.each([1, 2])('refuse the files by name on %i thread(s), each alone being within it', async (threads) => {
    const files = await write(`bomb-${threads}`, cap, 1);
    await expect(replayed(files, threads, plan)).rejects.toMatchObject({
      code: 'cardinality',
      message: expect.stringMatching(
        /bomb-\d-0\.parquet, .*bomb-\d-1\.parquet hold more than 50 different values .* of "product_id"\. Check that/,
      ),
    });
  });

  it.each([1, 2])('are not there on %i thread(s) where both days have the same', async (threads) => {
    const files = await write(`full-${threads}`, cap, 0);
    const { report } = await replayed(files, threads, plan);
    expect(report.counts).toMatchObject({ applied: 2 * cap, rejected: 0 });
  });
});
