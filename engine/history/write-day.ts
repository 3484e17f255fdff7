import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  BIGINT,
  BLOB,
  DuckDBBlobValue,
  type DuckDBConnection,
  INTEGER,
  SMALLINT,
  USMALLINT,
  VARCHAR,
} from '@duckdb/node-api';
import type { DayFigures, RollupFigures } from '../figures/day-figures.ts';
import { type AppendColumn, appendRows } from './append-rows.ts';
import { encodeIdentity } from './identity-codec.ts';
import { cellsTable, distinctTable, type WideTables } from './wide-tables.ts';

/** The hour of a whole day's distinct count. */
export const WHOLE_DAY = -1;

/**
 * Appends a day's figures under `generation`, inside the caller's transaction. The thread's other work gets
 * its turn between tables.
 */
export async function writeDay(options: DayWrite): Promise<void> {
  for (const figures of options.figures.rollups) {
    await writeCells({ ...options, figures });
    await writeDistinct({ ...options, figures });
    await nextTurn();
  }
  // One table for all rollups: to close an appender takes about as long as to append a thousand rows.
  await writeCurves(options);
  await nextTurn();
  await writeIdentity(options);
  await writeSilentKeys(options);
}

interface DayWrite {
  readonly connection: DuckDBConnection;
  readonly tables: WideTables;
  readonly generation: number;
  readonly figures: DayFigures;
}

interface RollupWrite extends Omit<DayWrite, 'figures'> {
  readonly figures: RollupFigures;
}

async function writeCells({ tables, generation, figures }: RollupWrite): Promise<void> {
  const { keys, cells } = figures;
  const columns: AppendColumn[] = [
    { name: 'generation', type: INTEGER, at: () => generation },
    { name: 'key', type: VARCHAR, at: (i) => keys[cells.key[i]!] ?? null },
    { name: 'slot', type: USMALLINT, at: (i) => cells.slot[i]! },
    ...cells.metrics.map((name, m) => {
      const values = cells.values[m] ?? new Float64Array(cells.key.length);
      return { name, type: BIGINT, at: (i: number) => BigInt(values[i]!) };
    }),
  ];
  await tables.append(cellsTable(figures.rollup), cells.key.length, columns);
}

/** Rows are the (key, hour) pairs that any metric counted; a metric without one there is 0. */
async function writeDistinct({ tables, generation, figures }: RollupWrite): Promise<void> {
  const { keys, distinct } = figures;
  const rowOf = new Map<number, number>();
  const rowKey: number[] = [];
  const rowHour: number[] = [];
  const rowAt = (key: number, hour: number): number => {
    const pair = key * 64 + hour + 1;
    let row = rowOf.get(pair);
    if (row === undefined) {
      row = rowKey.length;
      rowOf.set(pair, row);
      rowKey.push(key);
      rowHour.push(hour);
    }
    return row;
  };
  const columns = distinct.map(({ metric, hourly, daily }): AppendColumn => {
    const counts: number[] = [];
    for (let i = 0; i < hourly.key.length; i++) {
      counts[rowAt(hourly.key[i]!, hourly.hour[i]!)] = hourly.count[i]!;
    }
    for (let i = 0; i < daily.key.length; i++) counts[rowAt(daily.key[i]!, WHOLE_DAY)] = daily.count[i]!;
    return { name: metric, type: BIGINT, at: (row) => BigInt(counts[row] ?? 0) };
  });
  await tables.append(distinctTable(figures.rollup), rowKey.length, [
    { name: 'generation', type: INTEGER, at: () => generation },
    { name: 'key', type: VARCHAR, at: (row) => keys[rowKey[row]!] ?? null },
    { name: 'hour', type: SMALLINT, at: (row) => rowHour[row]! },
    ...columns,
  ]);
}

async function writeCurves({ connection, generation, figures }: DayWrite): Promise<void> {
  const rows = figures.rollups.flatMap(({ rollup, distinct }) =>
    distinct.flatMap(({ metric, newIdsByMinute }) =>
      [...(newIdsByMinute ?? [])].map((newIds, minute) => ({ rollup, metric, minute, newIds })),
    ),
  );
  await appendRows(connection, 'curves', rows.length, [
    { name: 'generation', type: INTEGER, at: () => generation },
    { name: 'rollup', type: VARCHAR, at: (i) => rows[i]!.rollup },
    { name: 'metric', type: VARCHAR, at: (i) => rows[i]!.metric },
    { name: 'minute', type: USMALLINT, at: (i) => rows[i]!.minute },
    { name: 'new_ids', type: BIGINT, at: (i) => BigInt(rows[i]!.newIds) },
  ]);
}

async function writeIdentity({ connection, generation, figures }: DayWrite): Promise<void> {
  const rows = figures.rollups.flatMap(({ rollup, keys, distinct }) =>
    distinct.flatMap(({ metric, identity }) =>
      (identity ? keys : []).flatMap((key, index) => {
        const { offsets, hi, lo } = identity!;
        const [from, to] = [offsets[index]!, offsets[index + 1]!];
        return to > from ? [{ rollup, metric, key, hi, lo, from, to }] : [];
      }),
    ),
  );
  await appendRows(connection, 'identity', rows.length, [
    { name: 'generation', type: INTEGER, at: () => generation },
    { name: 'rollup', type: VARCHAR, at: (i) => rows[i]!.rollup },
    { name: 'metric', type: VARCHAR, at: (i) => rows[i]!.metric },
    { name: 'key', type: VARCHAR, at: (i) => rows[i]!.key },
    { name: 'ids', type: INTEGER, at: (i) => rows[i]!.to - rows[i]!.from },
    {
      name: 'delta_ids',
      type: BLOB,
      at: (i) => {
        const { hi, lo, from, to } = rows[i]!;
        return new DuckDBBlobValue(encodeIdentity(hi, lo, from, to));
      },
    },
  ]);
}

/** Keys that the figures name and no row of the other tables does. */
async function writeSilentKeys({ connection, generation, figures }: DayWrite): Promise<void> {
  const rows = figures.rollups.flatMap(({ rollup, keys, cells, distinct }) => {
    const spoken = new Set<number>(cells.key);
    for (const { hourly, daily } of distinct)
      for (const key of [...hourly.key, ...daily.key]) spoken.add(key);
    return keys.flatMap((key, index) => (spoken.has(index) ? [] : [{ rollup, key }]));
  });
  await appendRows(connection, 'silent_keys', rows.length, [
    { name: 'generation', type: INTEGER, at: () => generation },
    { name: 'rollup', type: VARCHAR, at: (i) => rows[i]!.rollup },
    { name: 'key', type: VARCHAR, at: (i) => rows[i]!.key },
  ]);
}
