import type { DuckDBConnection } from '@duckdb/node-api';
import { GmvError } from '../errors.ts';
import type { DayFigures } from '../figures/day-figures.ts';
import type { Plan } from '../plan/plan.ts';
import { createGenerations } from './generations.ts';
import type { History, Origin } from './history.ts';
import { openHistoryFile, quoted } from './history-file.ts';
import { readRollup } from './read-day.ts';
import { readIdentity } from './read-identity.ts';
import { readSeries, readTotals } from './read-totals.ts';
import { openWideTables } from './wide-tables.ts';
import { contentsOf, type RollupContents, writeDay } from './write-day.ts';

/**
 * Opens the history file at `path` (`:memory:` for none), or makes it; `plan` is the one whose fingerprint new
 * generations carry. See {@link History}.
 *
 * @throws GmvError `history_format` for a file of another version, `history_open` where it can't be opened.
 */
export async function openHistory(options: {
  path: string;
  plan: Plan;
  /** Epoch ms. */
  clock: () => number;
}): Promise<History> {
  const { path, plan, clock } = options;
  const file = await openHistoryFile(path);
  const { writer, reader } = file;
  const tables = await openWideTables(writer);
  const generations = await createGenerations(writer);

  let last: Promise<unknown> = Promise.resolve();
  /** One change after another: a connection has one transaction. */
  const inTurn = <T>(change: () => Promise<T>): Promise<T> => {
    const turn = last.then(change);
    last = turn.catch(() => undefined);
    return turn;
  };

  const publish = async (figures: DayFigures, origin: Origin): Promise<number> => {
    const contents = contentsOf(figures, plan);
    for (const { rollup, additive, distinct } of contents.rollups) {
      await tables.ensure(rollup, { additive, distinct: distinct.map(({ metric }) => metric) });
    }
    const generation = generations.next({
      day: figures.day,
      origin,
      planFingerprint: plan.fingerprint,
      publishedAtMs: clock(),
      counts: figures.counts,
      contents,
    });
    await inTransaction(writer, async () => {
      await writeDay({ connection: writer, tables, generation: generation.id, figures });
      await generations.insert(generation);
      await generations.point(figures.day, generation.id);
      const gone = generations.unneeded(generation);
      await deleteGenerations(writer, gone, [
        'generations',
        'curves',
        'identity',
        'silent_keys',
        ...tables.names(),
      ]);
      return () => generations.commit(generation, gone);
    });
    return generation.id;
  };

  const undo = async (day: string): Promise<number> => {
    const before = generations.before(day);
    await inTransaction(writer, async () => {
      await generations.point(day, before);
      return () => generations.repoint(day, before);
    });
    return before;
  };

  const contentsIn = (generation: number, rollup: string): RollupContents | null =>
    generations.get(generation)?.contents.rollups.find((contents) => contents.rollup === rollup) ?? null;

  return {
    publish: (figures, origin) => inTurn(() => publish(figures, origin)),
    publishedDays: () => generations.publishedDays(),
    publishedDay: (day) => generations.publishedDay(day),
    async figuresOf(day, { rollups, identity = false }) {
      const published = generations.publishedDay(day);
      if (!published) return null;
      const { generation, counts } = published;
      const found: DayFigures['rollups'][number][] = [];
      for (const rollup of rollups) {
        const contents = contentsIn(generation, rollup);
        if (contents) found.push(await readRollup({ connection: reader, generation, contents, identity }));
      }
      const hours = generations.get(generation)?.contents.hours;
      return { day, rollups: found, counts, ...(hours ? { hours } : {}) };
    },
    async totalsOf(generation, rollup) {
      const contents = contentsIn(generation, rollup);
      return contents && readTotals(reader, generation, contents);
    },
    async seriesOf(request) {
      const contents = contentsIn(request.generation, request.rollup);
      return contents && readSeries(reader, request, contents);
    },
    async identityOf({ generation, rollup, metric, key }) {
      const kept = contentsIn(generation, rollup)?.distinct.find((distinct) => distinct.metric === metric);
      return kept?.identity ? readIdentity({ connection: reader, generation, rollup, metric, key }) : null;
    },
    undo: (day) => inTurn(() => undo(day)),
    close: () => inTurn(() => file.close()),
  };
}

/** Runs `change` in a transaction; what it gives is run after the commit, to bring memory along. */
async function inTransaction(connection: DuckDBConnection, change: () => Promise<() => void>): Promise<void> {
  await connection.run('BEGIN TRANSACTION');
  let committed: () => void;
  try {
    committed = await change();
    await connection.run('COMMIT');
  } catch (cause) {
    // After a failed COMMIT there is no transaction left to roll back.
    await connection.run('ROLLBACK').catch(() => undefined);
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new GmvError(
      'history_write',
      `history was not changed: ${reason}`,
      'Look at free space and permissions of the data folder, then try again.',
      { cause, retriable: true },
    );
  }
  committed();
}

async function deleteGenerations(
  connection: DuckDBConnection,
  ids: readonly number[],
  tables: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  for (const table of tables) {
    const column = table === 'generations' ? 'id' : 'generation';
    await connection.run(`DELETE FROM ${quoted(table)} WHERE ${column} IN (${ids.join(', ')})`);
  }
}
