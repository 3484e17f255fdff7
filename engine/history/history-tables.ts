import type { DuckDBConnection } from '@duckdb/node-api';
import { figureMeanings } from '../plan/figure-meanings.ts';
import type { Plan } from '../plan/plan.ts';
import { type Afterwards, type Generation, type Generations, loadGenerations } from './generations.ts';
import type { HistoryFile } from './history-file.ts';
import { type JobRecords, loadJobRecords } from './job-records.ts';
import { loadPublications, type Publication, type Publications } from './publications.ts';
import { type KeptGenerations, unneededGenerations } from './retention.ts';
import { inTransaction } from './transaction.ts';
import { openWideTables, type WideTables } from './wide-tables.ts';

/** All that stands over the open file, and how it is changed. */
export interface HistoryTables {
  readonly plan: Plan;
  readonly meanings: ReadonlyMap<string, string>;
  readonly writer: DuckDBConnection;
  readonly reader: DuckDBConnection;
  /** For long reads, beside which the views' go on. */
  readonly aside: DuckDBConnection;
  readonly wide: WideTables;
  readonly generations: Generations;
  readonly publications: Publications;
  readonly records: JobRecords;
  readonly clock: () => number;
  /** One change after another: a connection has one transaction. */
  inTurn<T>(change: () => Promise<T>): Promise<T>;
  /** Inside a turn: a transaction. See `inTransaction`. */
  change<T>(change: (afterwards: Afterwards) => Promise<T>): Promise<T>;
  /** Takes away what days no longer need, inside the caller's transaction. */
  tidy(days: Iterable<string>, ahead: Ahead, afterwards: Afterwards): Promise<void>;
}

/** What the transaction brings, which memory doesn't know yet. */
interface Ahead {
  readonly made?: readonly Generation[];
  readonly published?: readonly Publication[];
  /** A job that holds nothing any more. */
  readonly decided?: string;
}

export async function openHistoryTables(options: {
  file: HistoryFile;
  plan: Plan;
  clock: () => number;
  keep: KeptGenerations;
}): Promise<HistoryTables> {
  const { plan, clock, keep } = options;
  const { writer, reader, aside } = options.file;
  const wide = await openWideTables(writer);
  const generations = await loadGenerations(writer);
  const publications = await loadPublications(writer);
  const records = await loadJobRecords({ writer, reader });
  let last: Promise<unknown> = Promise.resolve();
  return {
    plan,
    meanings: figureMeanings(plan),
    writer,
    reader,
    aside,
    wide,
    generations,
    publications,
    records,
    clock,
    inTurn(change) {
      const turn = last.then(change);
      last = turn.catch(() => undefined);
      return turn;
    },
    change: (change) => inTransaction(writer, change),
    async tidy(days, { made = [], published = [], decided }, afterwards) {
      const unneeded: number[] = [];
      const ofDay = new Map(published.map((publication) => [publication.day, publication]));
      for (const day of days) {
        unneeded.push(
          ...unneededGenerations({
            generations: [...made.filter((each) => each.day === day), ...generations.ofDay(day)],
            publications: [...publications.ofDay(day), ...[ofDay.get(day) ?? []].flat()],
            isHeld: (generation) => records.isHeld(day, generation, decided),
            keep,
            nowMs: clock(),
          }),
        );
      }
      await generations.remove(unneeded, wide.names(), afterwards);
    },
  };
}
