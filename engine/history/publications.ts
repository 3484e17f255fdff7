import { BIGINT, BOOLEAN, type DuckDBConnection, INTEGER, VARCHAR } from '@duckdb/node-api';
import { appendRows } from './append-rows.ts';
import type { Afterwards } from './generations.ts';

/** That the figures of a day became others. */
export interface Publication {
  readonly id: number;
  readonly day: string;
  readonly generation: number;
  /** What was published before it; null: nothing. */
  readonly replaced: number | null;
  /** Whose approval it was; null: the live run's, or the replay of sample history. */
  readonly job: string | null;
  readonly atMs: number;
  readonly undoneAtMs: number | null;
  /** Through an approved backfill the day's figures are others than were published once. */
  readonly restates: boolean;
}

/**
 * Each day's pointer: it leads to the generation of the day's last publication that was not undone. In memory as last
 * committed, and in its table.
 */
export interface Publications {
  /** The one that stands; null where nothing is published. */
  current(day: string): Publication | null;
  days(): string[];
  /** All of a day, undone ones included, oldest first. */
  ofDay(day: string): readonly Publication[];
  /** Those of a job that stand or lie under others. */
  ofJob(job: string): readonly Publication[];
  /** These write the table, inside the caller's transaction. */
  add(
    moves: readonly Omit<Publication, 'id' | 'replaced' | 'undoneAtMs'>[],
    afterwards: Afterwards,
  ): Promise<readonly Publication[]>;
  undo(undone: readonly Publication[], atMs: number, afterwards: Afterwards): Promise<void>;
}

export async function loadPublications(connection: DuckDBConnection): Promise<Publications> {
  const byDay = new Map<string, Publication[]>();
  let lastId = 0;
  const keep = (publication: Publication): void => {
    const list = byDay.get(publication.day);
    if (list) list.push(publication);
    else byDay.set(publication.day, [publication]);
    lastId = Math.max(lastId, publication.id);
  };
  const stored = await connection.runAndReadAll(
    'SELECT id, day, generation, replaced, job, published_at::DOUBLE, undone_at::DOUBLE, restates FROM publications ORDER BY id',
  );
  type Stored = [number, string, number, number | null, string | null, number, number | null, boolean];
  for (const row of stored.getRows() as Stored[]) {
    const [id, day, generation, replaced, job, atMs, undoneAtMs, restates] = row;
    keep({ id, day, generation, replaced, job, atMs, undoneAtMs, restates });
  }
  const current = (day: string): Publication | null =>
    byDay.get(day)?.findLast(({ undoneAtMs }) => undoneAtMs === null) ?? null;

  return {
    current,
    days: () => [...byDay.keys()].filter((day) => current(day)).sort(),
    ofDay: (day) => byDay.get(day) ?? [],
    ofJob: (wanted) =>
      [...byDay.values()].flatMap((list) =>
        list.filter(({ job, undoneAtMs }) => job === wanted && undoneAtMs === null),
      ),
    async add(moves, afterwards) {
      const added = moves.map(
        (move, i): Publication => ({
          ...move,
          id: lastId + 1 + i,
          replaced: current(move.day)?.generation ?? null,
          undoneAtMs: null,
        }),
      );
      const of = <K extends keyof Publication>(i: number, key: K) => added[i]?.[key] ?? null;
      await appendRows(connection, 'publications', added.length, [
        { name: 'id', type: INTEGER, at: (i) => of(i, 'id') },
        { name: 'day', type: VARCHAR, at: (i) => of(i, 'day') },
        { name: 'generation', type: INTEGER, at: (i) => of(i, 'generation') },
        { name: 'replaced', type: INTEGER, at: (i) => of(i, 'replaced') },
        { name: 'job', type: VARCHAR, at: (i) => of(i, 'job') },
        { name: 'published_at', type: BIGINT, at: (i) => BigInt(added[i]?.atMs ?? 0) },
        { name: 'undone_at', type: BIGINT, at: () => null },
        { name: 'restates', type: BOOLEAN, at: (i) => added[i]?.restates ?? false },
      ]);
      afterwards(() => {
        for (const publication of added) keep(publication);
      });
      return added;
    },
    async undo(undone, atMs, afterwards) {
      if (undone.length === 0) return;
      const ids = undone.map(({ id }) => id).join(', ');
      await connection.run(`UPDATE publications SET undone_at = $1 WHERE id IN (${ids})`, [BigInt(atMs)]);
      afterwards(() => {
        for (const publication of undone) {
          const list = byDay.get(publication.day) ?? [];
          const at = list.indexOf(publication);
          list[at] = { ...publication, undoneAtMs: atMs };
        }
      });
    },
  };
}
