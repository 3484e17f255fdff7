import { BIGINT, BOOLEAN, type DuckDBConnection, INTEGER, VARCHAR } from '@duckdb/node-api';
import type { Counts } from '../events/counts.ts';
import { figureKey, figureMeanings } from '../plan/figure-meanings.ts';
import type { Plan } from '../plan/plan.ts';
import { appendRows } from './append-rows.ts';
import { basisOf, type RollupContents, type Source } from './contents.ts';

/** What a generation of version 1 says that it holds. */
interface Contents1 {
  readonly rollups: readonly {
    readonly rollup: string;
    readonly additive: readonly string[];
    readonly distinct: readonly {
      readonly metric: string;
      readonly curve: boolean;
      readonly identity: boolean;
    }[];
  }[];
  readonly hours: readonly number[] | null;
}

type Stored = [number, string, string, string, number, string, string, number | null];

/**
 * Fills the tables of version 2 from those of version 1, whose generations are in `generations_1`, inside the caller's
 * transaction. Figures by a plan of another fingerprint than `plan` have no meaning that could be told: they stay what
 * they are, and count as older definitions.
 */
export async function migrateFrom1(options: { connection: DuckDBConnection; plan: Plan }): Promise<void> {
  const { connection, plan } = options;
  const meanings = figureMeanings(plan);
  const reader = await connection.runAndReadAll(
    `SELECT id, day, origin, plan_fingerprint, published_at::DOUBLE, counts, contents, replaces
     FROM generations_1 ORDER BY id`,
  );
  const rows = reader.getRows() as Stored[];
  const byId = new Map(rows.map((row) => [row[0], row]));
  const shapes = new Map<string, number>();
  const made = rows.map(([id, day, origin, planFingerprint, atMs, counts, json]) => {
    const contents = JSON.parse(json) as Contents1;
    const known = planFingerprint === plan.fingerprint;
    const rollups = contents.rollups.map(({ rollup, additive, distinct }): RollupContents => {
      const figure = (metric: string) => ({
        metric,
        meaning: (known && meanings.get(figureKey(rollup, metric))) || null,
        source: 0,
      });
      return {
        rollup,
        basis: known ? basisOf(plan, rollup) : null,
        additive: additive.map(figure),
        distinct: distinct.map(({ metric, curve, identity }) => ({ ...figure(metric), curve, identity })),
      };
    });
    const source: Source = {
      made: id,
      dataset: null,
      inputs: null,
      lateEvents: 0,
      counts: JSON.parse(counts) as Counts,
      hours: contents.hours ?? null,
    };
    const shape = JSON.stringify(rollups);
    if (!shapes.has(shape)) shapes.set(shape, shapes.size + 1);
    return { id, day, origin, planFingerprint, atMs, shape: shapes.get(shape) ?? 0, source };
  });
  await appendRows(connection, 'shapes', shapes.size, [
    { name: 'id', type: INTEGER, at: (i) => i + 1 },
    { name: 'rollups', type: VARCHAR, at: (i) => [...shapes.keys()][i] ?? '' },
  ]);
  const of = <K extends keyof (typeof made)[number]>(i: number, key: K) => made[i]?.[key];
  await appendRows(connection, 'generations', made.length, [
    { name: 'id', type: INTEGER, at: (i) => of(i, 'id') ?? null },
    { name: 'day', type: VARCHAR, at: (i) => of(i, 'day') ?? null },
    { name: 'origin', type: VARCHAR, at: (i) => of(i, 'origin') ?? null },
    { name: 'plan_fingerprint', type: VARCHAR, at: (i) => of(i, 'planFingerprint') ?? null },
    { name: 'made_at', type: BIGINT, at: (i) => BigInt(of(i, 'atMs') ?? 0) },
    { name: 'shape', type: INTEGER, at: (i) => of(i, 'shape') ?? null },
    { name: 'sources', type: VARCHAR, at: (i) => JSON.stringify([of(i, 'source')]) },
    { name: 'counted', type: INTEGER, at: () => 0 },
    { name: 'base', type: INTEGER, at: () => null },
  ]);

  // What a pointer led to before, back to where generations are no longer kept.
  const pointers = (await connection.runAndReadAll('SELECT day, generation FROM published')).getRows();
  const chain: Stored[] = [];
  for (const [, published] of pointers as [string, number][]) {
    let row = byId.get(published);
    while (row) {
      chain.push(row);
      row = byId.get(row[7] ?? -1);
    }
  }
  chain.sort(([a], [b]) => a - b);
  await appendRows(connection, 'publications', chain.length, [
    { name: 'id', type: INTEGER, at: (i) => i + 1 },
    { name: 'day', type: VARCHAR, at: (i) => chain[i]?.[1] ?? null },
    { name: 'generation', type: INTEGER, at: (i) => chain[i]?.[0] ?? null },
    { name: 'replaced', type: INTEGER, at: (i) => chain[i]?.[7] ?? null },
    { name: 'job', type: VARCHAR, at: () => null },
    { name: 'published_at', type: BIGINT, at: (i) => BigInt(chain[i]?.[4] ?? 0) },
    { name: 'undone_at', type: BIGINT, at: () => null },
    { name: 'restates', type: BOOLEAN, at: () => false },
  ]);
  await connection.run('DROP TABLE published');
  await connection.run('DROP TABLE generations_1');
}
