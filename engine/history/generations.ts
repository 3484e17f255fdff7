import type { DuckDBConnection } from '@duckdb/node-api';
import { GmvError } from '../errors.ts';
import type { Counts } from '../events/counts.ts';
import type { Origin, PublishedDay } from './history.ts';
import type { Contents } from './write-day.ts';

/** Generations kept of a day besides the published one. */
const KEPT_BESIDES_PUBLISHED = 3;

/** One immutable version of a day's figures. */
export interface Generation {
  readonly id: number;
  readonly day: string;
  readonly origin: Origin;
  readonly planFingerprint: string;
  readonly publishedAtMs: number;
  readonly counts: Counts;
  readonly contents: Contents;
  /** The generation that was published before it; null for a day's first. */
  readonly replaces: number | null;
}

/** All generations of the file and the pointer of each day: in memory as last committed, and in its tables. */
export interface Generations {
  get(id: number): Generation | undefined;
  publishedDay(day: string): PublishedDay | null;
  publishedDays(): PublishedDay[];
  /** A new generation of its day, not yet stored. */
  next(facts: Omit<Generation, 'id' | 'replaces'>): Generation;
  /** Ids of the day that nothing needs once `newest` is published. */
  unneeded(newest: Generation): number[];
  /** The generation that the published one of the day replaced; throws GmvError where there is none. */
  before(day: string): number;
  /** Write the tables, inside the caller's transaction. */
  insert(generation: Generation): Promise<void>;
  point(day: string, id: number): Promise<void>;
  /** Bring memory along after the commit. */
  commit(generation: Generation, gone: readonly number[]): void;
  repoint(day: string, id: number): void;
}

export async function createGenerations(connection: DuckDBConnection): Promise<Generations> {
  const all = new Map<number, Generation>();
  const published = new Map<string, number>();
  const stored = await connection.runAndReadAll(
    `SELECT id, day, origin, plan_fingerprint, published_at::DOUBLE, counts, contents, replaces
     FROM generations ORDER BY id`,
  );
  type Stored = [number, string, Origin, string, number, string, string, number | null];
  for (const row of stored.getRows() as Stored[]) {
    const [id, day, origin, planFingerprint, publishedAtMs, counts, contents, replaces] = row;
    all.set(id, {
      id,
      day,
      origin,
      planFingerprint,
      publishedAtMs,
      counts: JSON.parse(counts) as Counts,
      contents: JSON.parse(contents) as Contents,
      replaces,
    });
  }
  const pointers = await connection.runAndReadAll('SELECT day, generation FROM published');
  for (const [day, id] of pointers.getRows() as [string, number][]) published.set(day, id);

  const publishedDay = (day: string): PublishedDay | null => {
    const generation = all.get(published.get(day) ?? -1);
    if (!generation) return null;
    const { id, origin, publishedAtMs, planFingerprint, counts } = generation;
    return { day, generation: id, origin, publishedAtMs, planFingerprint, restated: false, counts };
  };

  return {
    get: (id) => all.get(id),
    publishedDay,
    publishedDays: () =>
      [...published.keys()].sort().flatMap((day) => {
        const found = publishedDay(day);
        return found ? [found] : [];
      }),
    next: (facts) => ({
      ...facts,
      id: Math.max(0, ...all.keys()) + 1,
      replaces: published.get(facts.day) ?? null,
    }),
    unneeded(newest) {
      const others = [...all.values()].filter(({ day, id }) => day === newest.day && id !== newest.id);
      const newestFirst = others.map(({ id }) => id).sort((a, b) => b - a);
      return newestFirst.slice(KEPT_BESIDES_PUBLISHED).filter((id) => id !== newest.replaces);
    },
    before(day) {
      const current = all.get(published.get(day) ?? -1);
      const before = current && current.replaces !== null ? all.get(current.replaces) : undefined;
      if (before) return before.id;
      throw new GmvError(
        'nothing_to_undo',
        current
          ? `generation ${current.id} of ${day} has no generation before it`
          : `${day} has no published figures`,
        `Only the last ${KEPT_BESIDES_PUBLISHED + 1} generations of a day are kept; replay the day for other figures.`,
      );
    },
    async insert(generation) {
      await connection.run('INSERT INTO generations VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', [
        generation.id,
        generation.day,
        generation.origin,
        generation.planFingerprint,
        BigInt(generation.publishedAtMs),
        JSON.stringify(generation.counts),
        JSON.stringify(generation.contents),
        generation.replaces,
      ]);
    },
    async point(day, id) {
      await connection.run('DELETE FROM published WHERE day = $1', [day]);
      await connection.run('INSERT INTO published VALUES ($1, $2)', [day, id]);
    },
    commit(generation, gone) {
      all.set(generation.id, generation);
      published.set(generation.day, generation.id);
      for (const id of gone) all.delete(id);
    },
    repoint: (day, id) => void published.set(day, id),
  };
}
