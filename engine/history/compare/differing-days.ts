import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../sql-text.ts';
import { cellsTable, distinctTable } from '../wide-tables.ts';
import { commonFigures, type GenerationPair, rollupIn } from './compared-pair.ts';
import { type ComparedTable, daysThatDiffer } from './generation-rows.ts';

/** Days that are looked at before the thread's other work gets its turn. */
const DAYS_PER_TURN = 1_000;

/**
 * Days of which any figure differs that both generations keep: a cell, a distinct count of an hour or of the day, a
 * curve, or who was counted. Zero and no row are the same. A metric, curve or identity that only one side keeps is a
 * difference of definitions and doesn't count here; a rollup of another slice or dimension does, as all its rows are
 * others.
 *
 * A day is looked at until something differs: days that don't are the dear ones, and sets of ids come last.
 */
export async function differingDays(options: {
  connection: DuckDBConnection;
  pairs: readonly GenerationPair[];
}): Promise<ReadonlySet<string>> {
  const { connection } = options;
  const pairs = options.pairs.filter(({ published, computed }) => published.id !== computed.id);
  const differing = new Set<string>();
  const rollups = new Set(pairs.flatMap(({ computed }) => computed.rollups.map(({ rollup }) => rollup)));

  /** Compares a table for all days of which both sides have the same figures in common, at once. */
  const compare = async (
    rollup: string,
    common: (pair: GenerationPair) => readonly string[],
    tableOf: (metrics: readonly string[]) => ComparedTable,
  ): Promise<void> => {
    const alike = new Map<string, { metrics: readonly string[]; pairs: GenerationPair[] }>();
    for (const [i, pair] of pairs.entries()) {
      if (i % DAYS_PER_TURN === DAYS_PER_TURN - 1) await nextTurn();
      if (differing.has(pair.day) || !rollupIn(pair.published, rollup)) continue;
      const metrics = common(pair);
      if (metrics.length === 0) continue;
      const name = JSON.stringify(metrics);
      const group = alike.get(name) ?? { metrics, pairs: [] };
      alike.set(name, group);
      group.pairs.push(pair);
    }
    for (const { metrics, pairs: group } of alike.values()) {
      for (const day of await daysThatDiffer(connection, tableOf(metrics), group)) differing.add(day);
    }
  };

  for (const pair of pairs) if (otherRows(pair)) differing.add(pair.day);
  for (const rollup of rollups) {
    await compare(
      rollup,
      (pair) => commonFigures(pair, rollup).additive,
      (values) => ({ table: cellsTable(rollup), match: ['slot', 'key'], values, absent: '0' }),
    );
    await compare(
      rollup,
      (pair) => commonFigures(pair, rollup).distinct,
      (values) => ({ table: distinctTable(rollup), match: ['hour', 'key'], values, absent: '0' }),
    );
    await compare(
      rollup,
      (pair) => commonFigures(pair, rollup).curves,
      (metrics) => ({
        table: 'curves',
        match: ['minute', 'metric'],
        values: ['new_ids'],
        absent: '0',
        where: figuresSql(rollup, metrics),
      }),
    );
  }
  for (const rollup of rollups) {
    await compare(
      rollup,
      (pair) => commonFigures(pair, rollup).identities,
      (metrics) => ({
        table: 'identity',
        match: ['metric', 'key'],
        values: ['delta_ids'],
        absent: "''::BLOB",
        where: figuresSql(rollup, metrics),
        // A stored id takes about this many cells' room.
        weight: 'ids / 4 + 1',
      }),
    );
  }
  return differing;
}

function otherRows({ published, computed }: GenerationPair): boolean {
  return computed.rollups.some(({ rollup, basis }) => {
    const before = rollupIn(published, rollup)?.basis ?? null;
    return before !== null && basis !== null && before !== basis;
  });
}

const figuresSql = (rollup: string, metrics: readonly string[]): string =>
  `rollup = ${sqlText(rollup)} AND metric IN (${metrics.map(sqlText).join(', ')})`;
