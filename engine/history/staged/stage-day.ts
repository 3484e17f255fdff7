import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { GmvError, reasonOf } from '../../errors.ts';
import type { DayFigures, Key, RollupFigures } from '../../figures/day-figures.ts';
import { type FileColumn, writeColumnFile } from './column-file.ts';
import { countRows } from './count-rows.ts';
import { identityRows } from './identity-rows.ts';
import type { StagedDay, StagedRollup } from './staged-day.ts';
import { codedTexts, textEntries } from './text-entries.ts';

/**
 * Writes a day's figures into files in `folder`, which is made. What else the thread does gets its turn every few
 * milliseconds.
 *
 * @throws GmvError `history_stage` where the disk refuses; nothing is left.
 */
export async function stageDay(figures: DayFigures, folder: string): Promise<StagedDay> {
  try {
    await mkdir(folder, { recursive: true });
    return await writeFiles(figures, folder);
  } catch (cause) {
    // The first error says more than one of clearing up after it.
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    throw new GmvError(
      'history_stage',
      `figures of ${figures.day} can't be put into ${folder}: ${reasonOf(cause)}`,
      'Look at free space and permissions of the data folder, then try again.',
      { cause, retriable: true },
    );
  }
}

async function writeFiles(figures: DayFigures, folder: string): Promise<StagedDay> {
  let files = 0;
  let bytes = 0;
  /** Rows of a table; where there are none there is no file. */
  const write = async (rows: number, columns: readonly FileColumn[]): Promise<string | null> => {
    if (rows === 0) return null;
    await nextTurn();
    const path = join(folder, `${++files}.parquet`);
    bytes += await writeColumnFile({ path, rows, columns });
    return path;
  };
  const rollups: StagedRollup[] = [];
  for (const each of figures.rollups) {
    const { rollup, cells, distinct } = each;
    const entries = textEntries(each.keys);
    await nextTurn();
    const key = (codes: Uint32Array): FileColumn => ({ name: 'key', kind: 'text', entries, codes });
    rollups.push({
      rollup,
      additive: cells.metrics,
      distinct: distinct.map(({ metric, newIdsByMinute, identity }) => ({
        metric,
        curve: newIdsByMinute !== null,
        identity: identity !== null,
      })),
      cells: await write(cells.key.length, [
        key(cells.key),
        { name: 'slot', kind: 'integer', values: Int32Array.from(cells.slot) },
        ...cells.metrics.map(
          (name, m): FileColumn => ({
            name,
            kind: 'number',
            values: cells.values[m] ?? new Float64Array(cells.key.length),
          }),
        ),
      ]),
      counts: await writeCounts(each, key, write),
    });
  }
  const { rollups: all, day, counts, hours } = figures;
  return {
    day,
    counts,
    ...(hours ? { hours } : {}),
    rollups,
    folder,
    curves: await writeCurves(all, write),
    identity: await writeIdentity(all, write),
    silentKeys: await writeSilentKeys(all, write),
    bytes,
  };
}

type Write = (rows: number, columns: readonly FileColumn[]) => Promise<string | null>;

async function writeCounts(
  { distinct }: RollupFigures,
  key: (codes: Uint32Array) => FileColumn,
  write: Write,
): Promise<string | null> {
  const rows = countRows(distinct);
  return write(rows.key.length, [
    key(rows.key),
    { name: 'hour', kind: 'integer', values: rows.hour },
    ...distinct.map(
      ({ metric }, m): FileColumn => ({
        name: metric,
        kind: 'number',
        values: rows.counts[m] ?? new Float64Array(),
      }),
    ),
  ]);
}

const textColumn = (name: string, rows: readonly (string | null)[]): FileColumn => ({
  name,
  kind: 'text',
  ...codedTexts(rows),
});

async function writeCurves(rollups: readonly RollupFigures[], write: Write): Promise<string | null> {
  const curves = rollups.flatMap(({ rollup, distinct }) =>
    distinct.flatMap(({ metric, newIdsByMinute }) =>
      newIdsByMinute ? [{ rollup, metric, newIdsByMinute }] : [],
    ),
  );
  const rows = curves.flatMap(({ rollup, metric, newIdsByMinute }) =>
    [...newIdsByMinute].map((newIds, minute) => ({ rollup, metric, minute, newIds })),
  );
  return write(rows.length, [
    textColumn(
      'rollup',
      rows.map(({ rollup }) => rollup),
    ),
    textColumn(
      'metric',
      rows.map(({ metric }) => metric),
    ),
    { name: 'minute', kind: 'integer', values: Int32Array.from(rows, ({ minute }) => minute) },
    { name: 'new_ids', kind: 'number', values: Float64Array.from(rows, ({ newIds }) => newIds) },
  ]);
}

async function writeIdentity(rollups: readonly RollupFigures[], write: Write): Promise<string | null> {
  const { rollup, metric, key, ids, sets } = await identityRows(rollups);
  return write(ids.length, [
    textColumn('rollup', rollup),
    textColumn('metric', metric),
    textColumn('key', key),
    { name: 'ids', kind: 'integer', values: ids },
    { name: 'delta_ids', kind: 'bytes', values: sets },
  ]);
}

/** Keys that the figures name and no row of the other tables does. */
async function writeSilentKeys(rollups: readonly RollupFigures[], write: Write): Promise<string | null> {
  const rows: { readonly rollup: string; readonly key: Key }[] = [];
  for (const { rollup, keys, cells, distinct } of rollups) {
    await nextTurn();
    const spoken = new Uint8Array(keys.length);
    const speak = (codes: Uint32Array): void => {
      for (let i = 0; i < codes.length; i++) spoken[codes[i]!] = 1;
    };
    speak(cells.key);
    for (const { hourly, daily } of distinct) {
      speak(hourly.key);
      speak(daily.key);
    }
    for (let i = 0; i < keys.length; i++) if (!spoken[i]) rows.push({ rollup, key: keys[i] ?? null });
  }
  await nextTurn();
  return write(rows.length, [
    textColumn(
      'rollup',
      rows.map(({ rollup }) => rollup),
    ),
    textColumn(
      'key',
      rows.map(({ key }) => key),
    ),
  ]);
}
