import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../engine/config.ts';
import { shuffled } from './builders.ts';
import { writeDuckDbFile, writeOrderFile } from './event-files.ts';
import { replayAsJson } from './run-gmv.ts';
import { runGmvHere } from './run-gmv-here.ts';
import { SYNTHETIC_CURRENCY, SYNTHETIC_ZONES, syntheticEvents } from './synthetic.ts';
import truth from './synthetic-truth.json' with { type: 'json' };
import { type Answer, truthForm } from './truth-form.ts';

const events = syntheticEvents();
const truths = new Map<string, unknown>(Object.entries(truth.zones));
let folder = '';

/** Name of a way to store the set → its paths, relative to the folder. */
const STORED = {
  'one sorted file': ['sorted.parquet'],
  'one shuffled file': ['shuffled.parquet'],
  'a folder of shuffled files': ['many'],
  'sorted files given as a glob': ['by-time-*.parquet'],
  'a file of another program': ['duckdb.parquet'],
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-synthetic-'));
  await writeOrderFile(join(folder, 'sorted.parquet'), events);
  await writeOrderFile(join(folder, 'shuffled.parquet'), shuffled(events, 7), 700);
  mkdirSync(join(folder, 'many'));
  const mixed = shuffled(events, 8);
  const [third, twoThirds] = [Math.floor(mixed.length / 3), Math.floor((mixed.length * 2) / 3)];
  await writeOrderFile(join(folder, 'many', 'a.parquet'), mixed.slice(0, third), 10_000);
  await writeOrderFile(join(folder, 'many', 'b.parquet'), mixed.slice(third, twoThirds), 300);
  await writeOrderFile(join(folder, 'many', 'c.parquet'), mixed.slice(twoThirds), 1000);
  await writeOrderFile(join(folder, 'by-time-1.parquet'), events.slice(0, third), 400);
  await writeOrderFile(join(folder, 'by-time-2.parquet'), events.slice(third), 400);
  await writeDuckDbFile({ path: join(folder, 'duckdb.parquet'), events });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As `replayAsJson`, without the start of a process. */
async function replayHere(args: readonly string[]): Promise<Answer> {
  const options = { args: ['replay', ...args, '--json'], folder, loadConfig };
  const { code, stdout, stderr } = await runGmvHere(options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Answer;
}

/** Each pair stands together in one zone at least, and each of the four things in every one. */
const ON_THREADS = [
  [2, 'sorted.parquet'],
  [5, 'many'],
  [5, 'sorted.parquet'],
  [2, 'many'],
] as const;

describe.each(SYNTHETIC_ZONES)('the synthetic set in %s', (zone) => {
  const isFirst = zone === SYNTHETIC_ZONES[0];
  const pairs = isFirst ? ON_THREADS.slice(0, 2) : ON_THREADS.slice(2);
  const replay = (args: readonly string[]) => (isFirst ? replayAsJson(args, { folder }) : replayHere(args));
  const options = ['--time-zone', zone, '--currency', SYNTHETIC_CURRENCY, '--top', '1000'];

  it.each(Object.entries(STORED))('has its true figures from %s', async (_name, paths) => {
    const answer = await replay([...paths, ...options]);
    expect(truthForm(answer)).toEqual(truths.get(zone));
  });

  it.each(pairs)('has its true figures on %i threads from %s', async (threads, path) => {
    const answer = await replay([path, ...options, '--threads', String(threads)]);
    expect(truthForm(answer)).toEqual(truths.get(zone));
  });
});

it('prints the same text on 1, 2 and 5 threads, but for the time it took', async () => {
  const texts = new Set<string>();
  for (const threads of ['1', '2', '5']) {
    const answer = await replayAsJson(['shuffled.parquet', '--threads', threads], { folder });
    texts.add(JSON.stringify({ ...answer, seconds: 0, rows_per_second: 0 }));
  }
  expect(texts.size).toBe(1);
});
