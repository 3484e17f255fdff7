import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { defaultPlan } from './default-plan.ts';
import { runBench, type Subject } from './harness.ts';
import { chosenSets, discardOrderFiles, orderFile, SET_OPTIONS } from './order-set.ts';
import { duckdbFigures } from './replay-duckdb.ts';
import { engineFigures } from './replay-engine.ts';

/**
 * Replay of the default catalogue from Parquet, everything that live keeps: sums at every rollup's slices, distinct
 * counts by hour and day, cumulative curves, identity, deduplication. Each set of orders (see `order-sql.ts`) has a
 * table of its own; `×` is how often a contender would have been done while the first was once.
 * On a machine that does other things, too, compare ratios and processor seconds, not seconds.
 */
const plan = defaultPlan();

interface Input {
  readonly file: string;
}

await runBench<Input>({
  question:
    'How fast does the whole default catalogue replay from Parquet, against DuckDB on the same figures?',
  options: { ...SET_OPTIONS, file: { type: 'string' } },
  async prepare(values) {
    if (typeof values.file === 'string') {
      const file = resolve(values.file);
      if (!existsSync(file)) throw new Error(`${file} does not exist: give a Parquet file of order events`);
      return [{ title: file, input: { file } }];
    }
    const subjects: Subject<Input>[] = [];
    for (const set of chosenSets(values)) {
      const title = `${set.rows} ${set.kind} order events, ${set.codec}`;
      subjects.push({ title, input: { file: await orderFile(set) } });
    }
    return subjects;
  },
  cleanUp: async ({ discard }) => {
    if (discard) await discardOrderFiles();
  },
  contenders: [
    { name: 'DuckDB, 1 thread', run: ({ file }) => duckdbFigures({ file, plan, threads: 1 }) },
    { name: 'engine, 1 thread', run: ({ file }) => engineFigures({ file, plan, threads: 1 }) },
    { name: 'engine, 2 threads', run: ({ file }) => engineFigures({ file, plan, threads: 2 }) },
    { name: 'DuckDB, 2 threads', run: ({ file }) => duckdbFigures({ file, plan, threads: 2 }) },
  ],
});
