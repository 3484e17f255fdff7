import type { DuckDBConnection } from '@duckdb/node-api';
import { quoted } from './history-file.ts';
import { sqlText } from './sql-text.ts';
import type { StagedDay } from './staged/staged-day.ts';
import type { TargetFigure } from './unit-target.ts';
import { cellsTable, distinctTable } from './wide-tables.ts';

/** A figure of a generation, and where its rows are taken from. */
export type WrittenFigure = Pick<TargetFigure, 'metric' | 'kind' | 'curve' | 'identity' | 'from'>;

export interface WrittenRollup {
  readonly rollup: string;
  readonly figures: readonly WrittenFigure[];
}

/** Every figure of a day that was just computed. */
export const allFigures = ({ rollups }: StagedDay): WrittenRollup[] =>
  rollups.map(({ rollup, additive, distinct }) => {
    const from = { kind: 'fresh' } as const;
    const sums = additive.map((metric): WrittenFigure => {
      return { metric, kind: 'additive', curve: false, identity: false, from };
    });
    const counts = distinct.map((figure): WrittenFigure => ({ ...figure, kind: 'distinct', from }));
    return { rollup, figures: [...sums, ...counts] };
  });

interface Written {
  readonly connection: DuckDBConnection;
  /** Of the generation that is written. */
  readonly id: number;
  readonly fresh: StagedDay | null;
}

/** Where rows lie: in the tables under the number of a generation, or in the files of what was just read. */
type Place = number | 'files';

/** Writes the rows of a generation, inside the caller's transaction. All of it is done by threads of DuckDB's. */
export async function writeFigures(
  options: Written & { readonly rollups: readonly WrittenRollup[] },
): Promise<void> {
  const { rollups, fresh } = options;
  for (const { rollup, figures } of rollups) {
    const staged = fresh?.rollups.find((each) => each.rollup === rollup);
    const ofKind = (wanted: WrittenFigure['kind']): PlacedMetric[] =>
      figures.flatMap(({ kind, metric, from }) => {
        const place = placeOf(from);
        return kind === wanted && place !== null ? [{ metric, place }] : [];
      });
    const cells = { table: cellsTable(rollup), bucket: 'slot', file: staged?.cells ?? null } as const;
    await writeWide({ ...options, ...cells, metrics: ofKind('additive') });
    const counts = { table: distinctTable(rollup), bucket: 'hour', file: staged?.counts ?? null } as const;
    await writeWide({ ...options, ...counts, metrics: ofKind('distinct') });
  }
  await writeSets(options, rollups);
  await writeSilentKeys(options, rollups);
}

interface PlacedMetric {
  readonly metric: string;
  readonly place: Place;
}

/** Null where a figure is zero without any rows. */
function placeOf(from: WrittenFigure['from']): Place | null {
  if (from.kind === 'silent') return null;
  return from.kind === 'kept' ? from.generation.id : 'files';
}

/** All metrics of a row together, wherever they come from. */
async function writeWide(
  options: Written & {
    readonly table: string;
    readonly bucket: 'slot' | 'hour';
    /** Null: what was read has no rows. */
    readonly file: string | null;
    readonly metrics: readonly PlacedMetric[];
  },
): Promise<void> {
  const { connection, id, bucket, metrics, file } = options;
  const places = [...new Set(metrics.map(({ place }) => place))].filter(
    (place) => place !== 'files' || file !== null,
  );
  if (places.length === 0) return;
  const table = quoted(options.table);
  const from = (place: Place): string =>
    place === 'files' ? readFile(file ?? '') : `${table} WHERE generation = ${place}`;
  const namesAt = (place: Place): string =>
    metrics.map((each) => (each.place === place ? quoted(each.metric) : '0')).join(', ');
  const names = metrics.map(({ metric }) => quoted(metric)).join(', ');
  const select = places.map((place) => `SELECT key, ${bucket}, ${namesAt(place)} FROM ${from(place)}`);
  const [only = ''] = select;
  // Places share keys and buckets, and a metric is in one of them.
  const together = (): string =>
    `SELECT key, ${bucket}, ${metrics.map(({ metric }) => `sum(${quoted(metric)})`).join(', ')}
     FROM (${select.join(' UNION ALL ')}) AS placed(key, ${bucket}, ${names}) GROUP BY key, ${bucket}`;
  await connection.run(
    `INSERT INTO ${table} (generation, key, ${bucket}, ${names})
     SELECT ${id}, * FROM (${select.length === 1 ? only : together()})`,
  );
}

/** Copies curves and identity, those of one place together: a statement for each would look through the table each time. */
async function writeSets(
  { connection, id, fresh }: Written,
  rollups: readonly WrittenRollup[],
): Promise<void> {
  const write = async (
    table: 'curves' | 'identity',
    columns: string,
    file: string | null,
    isKept: (figure: WrittenFigure) => boolean,
  ): Promise<void> => {
    const pairs = new Map<Place, string[]>();
    for (const { rollup, figures } of rollups) {
      for (const figure of figures) {
        const place = placeOf(figure.from);
        if (place === null || figure.kind !== 'distinct' || !isKept(figure)) continue;
        const pair = `(${sqlText(rollup)}, ${sqlText(figure.metric)})`;
        pairs.set(place, [...(pairs.get(place) ?? []), pair]);
      }
    }
    for (const [place, names] of pairs) {
      if (place === 'files' && file === null) continue;
      const from = place === 'files' ? readFile(file ?? '') : table;
      const where = place === 'files' ? '' : `generation = ${place} AND`;
      await connection.run(
        `INSERT INTO ${table} SELECT ${id}, rollup, metric, ${columns} FROM ${from}
         WHERE ${where} (rollup, metric) IN (${names.join(', ')})`,
      );
    }
  };
  await write('curves', 'minute, new_ids', fresh?.curves ?? null, ({ curve }) => curve);
  await write('identity', 'key, ids, delta_ids', fresh?.identity ?? null, ({ identity }) => identity);
}

/** Keys that no metric counts, of all rollups from wherever any of their figures is. */
async function writeSilentKeys(
  { connection, id, fresh }: Written,
  rollups: readonly WrittenRollup[],
): Promise<void> {
  const byPlace = new Map<Place, Set<string>>();
  for (const { rollup, figures } of rollups) {
    for (const { from } of figures) {
      const place = placeOf(from);
      if (place !== null) byPlace.set(place, (byPlace.get(place) ?? new Set()).add(rollup));
    }
  }
  const file = fresh?.silentKeys ?? null;
  const select = [...byPlace].flatMap(([place, names]) => {
    if (place === 'files' && file === null) return [];
    const from = place === 'files' ? readFile(file ?? '') : 'silent_keys';
    const where = place === 'files' ? '' : `generation = ${place} AND`;
    return [
      `SELECT rollup, key FROM ${from} WHERE ${where} rollup IN (${[...names].map(sqlText).join(', ')})`,
    ];
  });
  if (select.length === 0) return;
  await connection.run(
    `INSERT INTO silent_keys SELECT DISTINCT ${id}, rollup, key FROM (${select.join(' UNION ALL ')})`,
  );
}

const readFile = (path: string): string => `read_parquet(${sqlText(path)})`;
