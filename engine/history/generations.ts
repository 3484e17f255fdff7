import { type DuckDBConnection, VARCHAR } from '@duckdb/node-api';
import type { Counts } from '../events/counts.ts';
import type { RollupContents, Source } from './contents.ts';
import type { Origin } from './history.ts';
import { deleteWhere, quoted } from './history-file.ts';

/** One immutable version of a day's figures. */
export interface Generation {
  readonly id: number;
  readonly day: string;
  readonly origin: Origin;
  readonly planFingerprint: string;
  readonly madeAtMs: number;
  readonly rollups: readonly RollupContents[];
  readonly sources: readonly Source[];
  /** Index of the source whose counts and hours are the day's. */
  readonly counted: number;
  /** The published generation from which figures were taken that were not made anew; null: none were. */
  readonly base: number | null;
}

/** The counts of a generation's day. */
export const countsOf = ({ sources, counted }: Generation): Counts =>
  countedSource({ sources, counted }).counts;

export function countedSource({ sources, counted }: Pick<Generation, 'sources' | 'counted'>): Source {
  const found = sources[counted];
  if (!found) throw new Error(`a generation counts by source ${counted} of ${sources.length}`);
  return found;
}

/** Tells of a change once its transaction is committed. */
export type Afterwards = (bring: () => void) => void;

/** All generations of the file: in memory as last committed, and in its tables. */
export interface Generations {
  get(id: number): Generation | undefined;
  /** Newest first. */
  ofDay(day: string): readonly Generation[];
  days(): Iterable<string>;
  /** A number that no generation had or will have; stored with what is inserted. */
  nextId(): number;
  /** These write the tables, inside the caller's transaction. */
  insert(generation: Generation, afterwards: Afterwards): Promise<void>;
  setSources(id: number, sources: readonly Source[], afterwards: Afterwards): Promise<void>;
  /** Takes generations away with all their rows, which lie in `tables`, too. */
  remove(ids: readonly number[], tables: readonly string[], afterwards: Afterwards): Promise<void>;
}

const FIGURE_TABLES = ['curves', 'identity', 'silent_keys'];

export async function loadGenerations(connection: DuckDBConnection): Promise<Generations> {
  const all = new Map<number, Generation>();
  const byDay = new Map<string, Generation[]>();
  const keep = (generation: Generation): void => {
    const { id, day } = generation;
    const others = (byDay.get(day) ?? []).filter((other) => other.id !== id);
    byDay.set(
      day,
      [generation, ...others].sort((a, b) => b.id - a.id),
    );
    all.set(id, generation);
  };

  /** Most generations hold the same: what they hold is kept once, by its JSON. */
  const shapes = new Map<string, { readonly id: number; readonly rollups: readonly RollupContents[] }>();
  let lastShape = 0;
  const shapeById = new Map<number, readonly RollupContents[]>();
  const storedShapes = await connection.runAndReadAll('SELECT id, rollups FROM shapes');
  for (const [id, json] of storedShapes.getRows() as [number, string][]) {
    const rollups = JSON.parse(json) as RollupContents[];
    shapes.set(json, { id, rollups });
    shapeById.set(id, rollups);
    lastShape = Math.max(lastShape, id);
  }
  const stored = await connection.runAndReadAll(
    `SELECT id, day, origin, plan_fingerprint, made_at::DOUBLE, shape, sources, counted, base
     FROM generations ORDER BY id`,
  );
  type Stored = [number, string, Origin, string, number, number, string, number, number | null];
  for (const row of stored.getRows() as Stored[]) {
    const [id, day, origin, planFingerprint, madeAtMs, shape, sources, counted, base] = row;
    const rollups = shapeById.get(shape) ?? [];
    keep({
      id,
      day,
      origin,
      planFingerprint,
      madeAtMs,
      rollups,
      sources: JSON.parse(sources) as Source[],
      counted,
      base,
    });
  }
  const [[newest = 0] = []] = (
    await connection.runAndReadAll('SELECT last_generation FROM format')
  ).getRows() as [number][];
  let lastId = newest;

  return {
    get: (id) => all.get(id),
    ofDay: (day) => byDay.get(day) ?? [],
    days: () => byDay.keys(),
    nextId: () => ++lastId,
    async insert(generation, afterwards) {
      const json = JSON.stringify(generation.rollups);
      let shape = shapes.get(json);
      if (!shape) {
        shape = { id: ++lastShape, rollups: generation.rollups };
        await connection.run('INSERT INTO shapes VALUES ($1, $2)', [shape.id, json]);
        const added = shape;
        afterwards(() => shapes.set(json, added));
      }
      const { id, day, origin, planFingerprint, madeAtMs, sources, counted, base } = generation;
      await connection.run('INSERT INTO generations VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
        id,
        day,
        origin,
        planFingerprint,
        BigInt(madeAtMs),
        shape.id,
        JSON.stringify(sources),
        counted,
        base,
      ]);
      await connection.run(`UPDATE format SET last_generation = greatest(last_generation, ${id})`);
      const { rollups } = shape;
      afterwards(() => keep({ ...generation, rollups }));
    },
    async setSources(id, sources, afterwards) {
      await connection.run(
        'UPDATE generations SET sources = $1 WHERE id = $2',
        [JSON.stringify(sources), id],
        [VARCHAR],
      );
      afterwards(() => {
        const found = all.get(id);
        if (found) keep({ ...found, sources });
      });
    },
    async remove(ids, tables, afterwards) {
      if (ids.length === 0) return;
      await deleteWhere(connection, 'generations', 'id', ids);
      for (const table of [...FIGURE_TABLES, ...tables]) {
        await deleteWhere(connection, quoted(table), 'generation', ids);
      }
      afterwards(() => {
        for (const id of ids) {
          const found = all.get(id);
          if (!found) continue;
          all.delete(id);
          byDay.set(
            found.day,
            (byDay.get(found.day) ?? []).filter((other) => other.id !== id),
          );
        }
      });
    },
  };
}
