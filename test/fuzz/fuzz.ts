import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wholePlan } from '../../engine/cli/whole-plan.ts';
import { defaultCatalogue } from '../../engine/definitions/catalogue.ts';
import { askWitness } from './ask-witness.ts';
import { createCases } from './fuzz-case.ts';
import { fuzzSeeds } from './fuzz-seeds.ts';
import { mutate } from './mutate.ts';
import { replayBytes } from './replay-bytes.ts';
import { type Failure, runCases } from './run-cases.ts';

/**
 * `npm run fuzz`: damages sound Parquet files in every way, replays each through the reader and the pipeline, and
 * fails where one is neither refused by name nor accounted for row by row.
 *
 * What "silently changes a figure" means: where pages and footer carry checksums (files of ours) any other figure
 * is a failure. Where they don't, no one can tell a wrong value from a right one: the bytes are then a file that
 * could have been written so. What can be told is that its parts fit together, and another reader is the witness:
 * a sample of such files is read by DuckDB too, and each value that it reads differently is a failure.
 */
const { values: flags } = parseArgs({
  options: {
    mutations: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    case: { type: 'string' },
    file: { type: 'string' },
    witness: { type: 'string', default: '200' },
    verbose: { type: 'boolean', default: false },
    'most-ms': { type: 'string', default: '30000' },
    'most-mib': { type: 'string', default: '1536' },
  },
});

const MOST_TOLD = 10;
const number = (text: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`"${text}" is not a number of cases, threads or the like`);
};

const folder = join(import.meta.dirname, '..', '..', 'test', 'parquet-files');
const runSeed = flags.seed === undefined ? randomInt(2 ** 31) : number(flags.seed);
const seeds = await fuzzSeeds({ folder });
if (flags.file !== undefined) await runFile(flags.file);
else if (flags.case !== undefined) await runOne(number(flags.case));
else await runAll();

/** A file that was kept, for when its seeds are no longer what they were. */
async function runFile(path: string): Promise<void> {
  const bytes = new Uint8Array(readFileSync(path));
  const plan = wholePlan({ catalogue: defaultCatalogue, timeZone: 'UTC', currency: null });
  const outcome = await replayBytes(bytes, plan, null);
  console.log(outcome, askWitness({ files: new Map([[path, bytes]]), witnessFile: entry('witness') }));
  if (outcome.kind === 'broken') process.exitCode = 1;
}

async function runOne(which: number): Promise<void> {
  const mutation = mutate(seeds, runSeed, which);
  console.log(`${mutation.seed.name}: ${mutation.what}\n${keep(which)}`);
  const cases = await createCases(seeds);
  const result = await cases.runMutation(mutation);
  console.log(result);
  const files = new Map([['as it is', mutation.bytes]]);
  console.log(askWitness({ files, witnessFile: entry('witness') }));
  if (result.verdict === 'broken' || result.verdict === 'silently changed') process.exitCode = 1;
}

async function runAll(): Promise<void> {
  const mutations = number(flags.mutations);
  console.log(`${mutations} mutations of ${seeds.length} files, seed ${runSeed}`);
  const startedMs = performance.now();
  const report = await runCases({
    seeds,
    runSeed,
    mutations,
    threads: number(flags.threads),
    workerFile: entry('fuzz-worker'),
    mostMs: number(flags['most-ms']),
    mostBytes: number(flags['most-mib']) * 1024 * 1024,
  });
  const seconds = (performance.now() - startedMs) / 1000;
  for (const [verdict, count] of Object.entries(report.verdicts).sort())
    console.log(`  ${verdict}: ${count}`);
  console.log(`  ${seconds.toFixed(1)} s, at most ${report.peakBytes >> 20} MiB`);

  const { asked, testimonies } = testify(report.changed, number(flags.witness));
  const told: Record<string, number> = {};
  for (const { verdict } of testimonies.values()) told[verdict] = (told[verdict] ?? 0) + 1;
  console.log(
    `  ${report.changed.length} with other figures, of ${asked} DuckDB says: ${JSON.stringify(told)}`,
  );
  if (flags.verbose)
    for (const [name, { verdict, why }] of testimonies) console.log(`    ${name}: ${verdict}, ${why}`);
  const differing = [...testimonies]
    .filter(([, { verdict }]) => verdict === 'differs')
    .map(
      ([name, { why }]): Failure => ({ number: number(name), problem: `read otherwise by DuckDB: ${why}` }),
    );

  const failures = [...report.failures, ...differing];
  for (const failure of failures.slice(0, MOST_TOLD)) {
    const { seed, what } = mutate(seeds, runSeed, failure.number);
    console.log(
      `\ncase ${failure.number}: ${seed.name}, ${what}\n  ${failure.problem}\n  ${keep(failure.number)}`,
    );
    console.log(`  again: npm run fuzz -- --seed ${runSeed} --case ${failure.number}`);
  }
  console.log(`${failures.length} failures`);
  if (failures.length > 0) process.exitCode = 1;
}

/** What DuckDB says of some of the cases: of files whose sound form it reads as we do. */
function testify(changed: readonly number[], most: number) {
  const witnessFile = entry('witness');
  const sound = askWitness({ files: new Map(seeds.map(({ name, bytes }) => [name, bytes])), witnessFile });
  const known = changed.filter(
    (which) => sound.get(mutate(seeds, runSeed, which).seed.name)?.verdict === 'equal',
  );
  const files = new Map(
    spread(known, most).map((which) => [String(which), mutate(seeds, runSeed, which).bytes]),
  );
  return { asked: files.size, testimonies: askWitness({ files, witnessFile }) };
}

/** As many as `most` of them, from the first to the last. */
function spread<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)]).filter(
    (item) => item !== undefined,
  );
}

/** Writes a case's file, to be looked at; returns where. */
function keep(which: number): string {
  const path = join(tmpdir(), `gmv-fuzz-${runSeed}-${which}.parquet`);
  writeFileSync(path, mutate(seeds, runSeed, which).bytes);
  return path;
}

function entry(name: string): string {
  return join(import.meta.dirname, `${name}.js`);
}
