import type { DuckDBConnection } from '@duckdb/node-api';
import type { DayFigures, RollupFigures } from '../figures/day-figures.ts';
import type { FigureContents, RollupContents, Source } from './contents.ts';
import { deleteWhere, quoted } from './history-file.ts';
import type { TargetFigure, TargetRollup, UnitTarget } from './unit-target.ts';
import { cellsTable, distinctTable, type WideTables } from './wide-tables.ts';
import { writeDay } from './write-day.ts';

/**
 * What a generation holds that is made of `target`. Sources of figures that stay as they were come first, so that a day
 * is of its oldest source until nothing of that is left.
 */
export function contentsOfTarget(options: {
  target: UnitTarget;
  /** Of what was read; null: nothing was. */
  fresh: Source | null;
  inputs: string;
  lateEvents: number;
}): { rollups: RollupContents[]; sources: Source[]; counted: number } {
  const { target, fresh, inputs, lateEvents } = options;
  const sources: Source[] = [];
  const indexOf = (source: Source): number => {
    const found = sources.findIndex(({ made }) => made === source.made);
    if (found >= 0) return found;
    const known = source.inputs === inputs ? Math.max(source.lateEvents, lateEvents) : source.lateEvents;
    return sources.push({ ...source, lateEvents: known }) - 1;
  };
  const sourceOf = ({ from }: TargetFigure): Source => {
    if (from.kind === 'kept') return from.source;
    if (!fresh) throw new Error('a figure is said to be fresh where nothing was read');
    return fresh;
  };
  const all = target.rollups.flatMap(({ figures }) => figures);
  for (const figure of all) if (!figure.wanted) indexOf(sourceOf(figure));
  const contents = (figure: TargetFigure): FigureContents => ({
    metric: figure.metric,
    meaning: figure.meaning,
    source: indexOf(sourceOf(figure)),
  });
  const rollups = target.rollups.map(
    ({ rollup, basis, figures }): RollupContents => ({
      rollup,
      basis,
      additive: figures.filter(({ kind }) => kind === 'additive').map(contents),
      distinct: figures
        .filter(({ kind }) => kind === 'distinct')
        .map((figure) => ({ ...contents(figure), curve: figure.curve, identity: figure.identity })),
    }),
  );
  const counts = fresh ?? sources.find((source) => source.inputs === inputs) ?? sources[0];
  if (!counts) throw new Error('a unit without figures');
  return { rollups, sources, counted: indexOf(counts) };
}

interface Composition {
  readonly connection: DuckDBConnection;
  readonly tables: WideTables;
  /** Of the generation that is written. */
  readonly id: number;
}

/** Writes the rows of a generation that is made of `target`, inside the caller's transaction. */
export async function writeTarget(
  options: Composition & { readonly target: UnitTarget; readonly fresh: DayFigures | null },
): Promise<void> {
  const { connection, tables, id, target, fresh } = options;
  const read = (rollup: string): RollupFigures | undefined =>
    fresh?.rollups.find((each) => each.rollup === rollup);
  const isWhole = ({ rollup, figures }: TargetRollup): boolean => {
    const given = read(rollup);
    const held = given ? given.cells.metrics.length + given.distinct.length : 0;
    return held === figures.length && figures.every(({ from }) => from.kind === 'fresh');
  };
  const figuresOf = (wanted: readonly TargetRollup[]): DayFigures | null =>
    fresh && { ...fresh, rollups: wanted.flatMap(({ rollup }) => read(rollup) ?? []) };

  const whole = figuresOf(target.rollups.filter(isWhole));
  if (whole) await writeDay({ connection, tables, generation: id, figures: whole });
  // What was read for some figures alone waits under a number that is none, until it lies beside the others.
  const parts = target.rollups.filter((rollup) => !isWhole(rollup));
  const staged = figuresOf(parts.filter(({ figures }) => figures.some(({ from }) => from.kind === 'fresh')));
  if (staged) await writeDay({ connection, tables, generation: -id, figures: staged });
  for (const rollup of parts) await composeRollup({ ...options, rollup });
  await composeSets(options, parts);
  for (const { rollup } of staged?.rollups ?? []) {
    const wide = [cellsTable(rollup), distinctTable(rollup)].filter((table) => tables.has(table));
    for (const table of wide) await deleteWhere(connection, quoted(table), 'generation', [-id]);
  }
  if (staged) {
    for (const table of ['curves', 'identity', 'silent_keys']) {
      await deleteWhere(connection, table, 'generation', [-id]);
    }
  }
}

/** Copies a rollup's figures from where they are, all metrics of a row together. */
async function composeRollup(options: Composition & { readonly rollup: TargetRollup }): Promise<void> {
  const { connection, id, rollup } = options;
  const origins = rollup.figures.flatMap((figure) => {
    const generation = originOf(figure, id);
    return generation === null ? [] : [{ ...figure, generation }];
  });
  const ofKind = (wanted: TargetFigure['kind']) => origins.filter(({ kind }) => kind === wanted);
  const name = rollup.rollup;
  await composeTable({ ...options, table: cellsTable(name), bucket: 'slot', origins: ofKind('additive') });
  await composeTable({ ...options, table: distinctTable(name), bucket: 'hour', origins: ofKind('distinct') });
  const generations = [...new Set(origins.map(({ generation }) => generation))];
  if (generations.length === 0) return;
  await connection.run(
    `INSERT INTO silent_keys SELECT DISTINCT ${id}, rollup, key FROM silent_keys
     WHERE generation IN (${generations.join(', ')}) AND rollup = $1`,
    [name],
  );
}

/** Copies curves and identity, those of one generation together: a statement for each would look through the table each time. */
async function composeSets({ connection, id }: Composition, rollups: readonly TargetRollup[]): Promise<void> {
  const curves = new Map<number, string[]>();
  const identity = new Map<number, string[]>();
  for (const { rollup, figures } of rollups) {
    for (const figure of figures) {
      const generation = originOf(figure, id);
      if (generation === null || figure.kind !== 'distinct') continue;
      const names = [rollup, figure.metric];
      if (figure.curve) curves.set(generation, [...(curves.get(generation) ?? []), ...names]);
      if (figure.identity) identity.set(generation, [...(identity.get(generation) ?? []), ...names]);
    }
  }
  const copy = async (table: string, columns: string, [generation, names]: [number, string[]]) => {
    const pairs = names.flatMap((_, i) => (i % 2 === 0 ? [`($${i + 1}, $${i + 2})`] : []));
    await connection.run(
      `INSERT INTO ${table} SELECT ${id}, rollup, metric, ${columns} FROM ${table}
       WHERE generation = ${generation} AND (rollup, metric) IN (${pairs.join(', ')})`,
      names,
    );
  };
  for (const each of curves) await copy('curves', 'minute, new_ids', each);
  for (const each of identity) await copy('identity', 'key, ids, delta_ids', each);
}

/** The number under which the rows of a figure lie; null where it is zero without any. */
function originOf({ from }: TargetFigure, id: number): number | null {
  if (from.kind === 'silent') return null;
  return from.kind === 'kept' ? from.generation.id : -id;
}

async function composeTable(
  options: Composition & {
    readonly table: string;
    readonly bucket: 'slot' | 'hour';
    readonly origins: readonly { readonly metric: string; readonly generation: number }[];
  },
): Promise<void> {
  const { connection, id, bucket, origins } = options;
  const generations = [...new Set(origins.map(({ generation }) => generation))];
  if (generations.length === 0) return;
  const table = quoted(options.table);
  const names = origins.map(({ metric }) => quoted(metric));
  const into = `INSERT INTO ${table} (generation, key, ${bucket}, ${names.join(', ')})`;
  const from = `FROM ${table} WHERE generation IN (${generations.join(', ')})`;
  // One row per generation, key and bucket, so that the largest is the only one.
  const values = origins.map(
    ({ metric, generation }) =>
      `coalesce(max(${quoted(metric)}) FILTER (WHERE generation = ${generation}), 0)`,
  );
  await connection.run(
    generations.length === 1
      ? `${into} SELECT ${id}, key, ${bucket}, ${names.join(', ')} ${from}`
      : `${into} SELECT ${id}, key, ${bucket}, ${values.join(', ')} ${from} GROUP BY key, ${bucket}`,
  );
}
