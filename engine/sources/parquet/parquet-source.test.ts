import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createDictionaries } from '../../events/create-dictionaries.ts';
import { columnOf } from '../../events/event-batch.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { readFirstCurrency } from './first-currency.ts';
import { duckdb, withFolder } from './parquet-fixtures.ts';
import { createParquetSource } from './parquet-source.ts';

const columns = ['event_time', 'currency'];
const DAY_MS = 86_400_000;

const dayFile = (path: string, day: number, rows: number, currency: string): Promise<unknown> =>
  duckdb(`copy (select make_timestamp_ms(${day * DAY_MS} + i) as event_time, '${currency}' as currency
    from range(${rows}) t(i)) to '${path}' (format parquet, row_group_size 2048)`);

async function readSource(paths: readonly string[], range?: { fromMs: number; toMs: number }) {
  const dictionaries = createDictionaries(ORDER_SCHEMA, 100);
  const source = createParquetSource({ paths, schema: ORDER_SCHEMA, columns, dictionaries, range });
  const times: number[] = [];
  const offsets: string[] = [];
  for (;;) {
    const polled = await source.poll();
    if (polled.kind === 'end') break;
    if (polled.kind === 'idle') throw new Error('a bounded source is never idle');
    times.push(...columnOf(polled.batch.numbers, 'event_time').subarray(0, polled.batch.length));
    offsets.push(polled.nextOffset);
  }
  await source.close();
  return { times, offsets };
}

const withDays = (work: (paths: string[]) => Promise<void>): Promise<void> =>
  withFolder(async (folder) => {
    const paths = [1, 2, 3].map((day) => join(folder, `day-${day}.parquet`));
    for (const [i, path] of paths.entries()) await dayFile(path, i + 1, 3000, 'CNY');
    await work(paths);
  });

it('gives every row of every file in order, offsets counting rows over all files', () =>
  withDays(async (paths) => {
    const { times, offsets } = await readSource(paths);
    expect(times).toEqual(
      [1, 2, 3].flatMap((day) => Array.from({ length: 3000 }, (_, i) => day * DAY_MS + i)),
    );
    expect(offsets).toEqual(['2048', '3000', '5048', '6000', '8048', '9000']);
  }));

it('passes over row groups that lie outside the range, offsets still counting them', () =>
  withDays(async (paths) => {
    const { times, offsets } = await readSource(paths, { fromMs: 2 * DAY_MS + 2047, toMs: 3 * DAY_MS });
    expect([times[0], times.at(-1), times.length]).toEqual([2 * DAY_MS, 3 * DAY_MS + 2047, 5048]);
    expect(offsets).toEqual(['5048', '6000', '8048']);
  }));

it('may be closed before its end', () =>
  withDays(async (paths) => {
    const dictionaries = createDictionaries(ORDER_SCHEMA, 100);
    const source = createParquetSource({ paths, schema: ORDER_SCHEMA, columns, dictionaries });
    expect(await source.poll()).toMatchObject({ kind: 'batch', partition: 'parquet' });
    await source.close();
    expect(await source.poll()).toEqual({ kind: 'end' });
  }));

it('finds the first currency that is one, and what stands there where there is none', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'x.parquet');
    await dayFile(path, 1, 3, 'JPY');
    expect(await readFirstCurrency(path)).toEqual({ currency: 'JPY', others: [] });
    await dayFile(path, 1, 0, 'JPY');
    expect(await readFirstCurrency(path)).toEqual({ currency: null, others: [] });
    const broken = `select unnest([null, 'usd', '', 'XXX1', 'EUR', 'GBP']) as currency`;
    await duckdb(`copy (${broken}) to '${path}' (format parquet)`);
    expect(await readFirstCurrency(path)).toEqual({ currency: 'EUR', others: [] });
    await duckdb(`copy (${broken} limit 4) to '${path}' (format parquet)`);
    expect(await readFirstCurrency(path)).toEqual({ currency: null, others: ['usd', '', 'XXX1'] });
  }));
