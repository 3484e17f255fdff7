import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect } from 'vitest';
import { newestManifest } from '../../engine/checkpoints/newest-manifest.ts';
import type { Coverage } from '../../engine/protocol/coverage.ts';
import type { OracleAnswer } from '../oracle.ts';
import { replayAsJson } from '../run-gmv.ts';
import { type Answer, FIGURES } from '../truth-form.ts';
import type { Expected } from './live-expected.ts';
import type { LiveServer } from './live-server.ts';

const DISTINCT = ['orders', 'buyers', 'created_orders', 'cancelled_orders'];
/** Dimensions whose distinct counts are not kept, and the figures that hang on them. */
const WITHOUT_DISTINCT = ['merchant', 'product'];
const OF_DISTINCT = [...DISTINCT, 'payment_success_rate', 'aov'];
const DIMENSIONS = ['category', 'country', 'region', 'channel', 'payment_method', 'hour_of_day'];
const MOST_ROWS = '100000';

type Row = Readonly<Record<string, string | number | null>>;

/** Key → figures by name as a line, without rows that hold nothing. */
function byKey(rows: readonly Row[], key: string, figures: readonly string[]): Record<string, string> {
  const told = rows.filter((row) => figures.some((name) => row[name] !== 0 && row[name] !== null));
  const line = (row: Row): string => figures.map((name) => `${name} ${row[name]}`).join(', ');
  return Object.fromEntries(told.map((row) => [String(row[key]), line(row)]));
}

const figuresOf = (dimension: string): string[] =>
  FIGURES.filter((name) => !WITHOUT_DISTINCT.includes(dimension) || !OF_DISTINCT.includes(name));

/** Fails with the lines that differ, as thousands of equal ones hide them. */
function expectSame(found: Record<string, string>, expected: Record<string, string>, name: string): void {
  const differing = Object.keys({ ...found, ...expected }).filter((key) => found[key] !== expected[key]);
  const pick = (lines: Record<string, string>) => differing.map((key) => [key, lines[key]]);
  expect(pick(found), name).toEqual(pick(expected));
}

/** Every figure of each day by every dimension, and of its cumulative counts by minute. */
export async function checkDays(
  server: LiveServer,
  expected: Expected,
  days: readonly string[] = expected.days,
): Promise<void> {
  for (const range of days) {
    const answer = expected.over([range]);
    for (const dimension of [...DIMENSIONS, ...WITHOUT_DISTINCT]) {
      const figures = figuresOf(dimension);
      const view = await server.view({ metrics: figures.join(), dimension, range, top: MOST_ROWS });
      const rows = (answer.by[dimension] ?? []).map((row) =>
        // Keys are texts.
        dimension === 'hour_of_day' ? { ...row, [dimension]: String(row[dimension]) } : row,
      );
      const name = `${range} by ${dimension}`;
      expectSame(byKey(view.rows, 'key', figures), byKey(rows as Row[], dimension, figures), name);
    }
    const minutes = await server.view({ metrics: DISTINCT.join(), grain: 'minute', range });
    for (const metric of DISTINCT) {
      const found = minutes.rows.filter((row) => row[metric] !== 0).map((row) => [row.key, row[metric]]);
      const expected = [...(answer.newIdsByMinute[range]?.[metric] ?? [])].sort(([a], [b]) => a - b);
      expect(found, `${metric} of ${range} by minute`).toEqual(expected);
    }
  }
}

/** Totals by day and by hour over everything. */
export async function checkTotals(server: LiveServer, { whole, days }: Expected): Promise<void> {
  const range = rangeOf(days);
  for (const grain of ['day', 'hour'] as const) {
    const view = await server.view({ metrics: FIGURES.join(), grain, range });
    const rows = (whole.by[grain] ?? []).map((row): Row => ({ ...row, key: Date.parse(String(row[grain])) }));
    expectSame(byKey(view.rows, 'key', FIGURES), byKey(rows, 'key', FIGURES), grain);
  }
}

/** By dimension over several days at once, who were counted included: all of them must be in history. */
export async function checkSealedRange(
  server: LiveServer,
  expected: Expected,
  sealed: readonly string[],
): Promise<void> {
  const { by, totals } = expected.over(sealed);
  const range = rangeOf(sealed);
  const total = await server.view({ metrics: FIGURES.join(), range });
  expect(total.rows.map(({ key: _, ...row }) => row)).toEqual([totals]);
  for (const dimension of DIMENSIONS.filter((name) => name !== 'hour_of_day')) {
    const view = await server.view({ metrics: FIGURES.join(), dimension, range, top: MOST_ROWS });
    const rows = by[dimension] as readonly Row[];
    expectSame(byKey(view.rows, 'key', FIGURES), byKey(rows, dimension, FIGURES), dimension);
  }
}

const rangeOf = (days: readonly string[]): string => `${days[0]}..${days.at(-1)}`;

export function checkCounts(
  counts: Awaited<ReturnType<LiveServer['status']>>['counts'],
  whole: OracleAnswer,
) {
  const { rows, applied, duplicates, conflicts, late, rejected, rejected_by } = whole;
  expect(counts).toEqual({ rows, applied, duplicates, conflicts, late, rejected, rejectedBy: rejected_by });
  expect(rows).toBe(applied + duplicates + conflicts + late + rejected);
}

/**
 * Everything at once, of a server that runs and whose topic gets no more: its troubles must end, nothing may be late
 * and no figure, row of the archive or dead letter other than the topic says. Stops the server.
 */
export async function checkEverything(server: LiveServer, expected: Expected): Promise<void> {
  // All rows may be there while the broker that gave them is still away.
  const { counts, stream } = await server.until(
    (status) => status.counts.rows >= expected.whole.rows && status.problem === null,
  );
  expect(stream?.lateDays).toEqual([]);
  checkCounts(counts, expected.whole);
  await checkTotals(server, expected);
  await checkDays(server, expected);
  expect(await server.stop()).toBe(0);
  await checkArchive(server.dataFolder, expected);
  await checkLetters(server.dataFolder, expected);
}

interface Published {
  readonly archive: { readonly files: readonly { readonly name: string }[] };
  readonly 'dead-letters': {
    readonly segments: readonly { readonly file: string; readonly bytes: number }[];
  };
}

async function published(dataFolder: string): Promise<Published> {
  const manifest = await newestManifest(join(dataFolder, 'live/checkpoints'));
  if (!manifest) throw new Error('there is no checkpoint');
  return manifest.parts as unknown as Published;
}

async function ask(file: string, sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(file, file === ':memory:' ? {} : { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** How long a server may take to hand over what history lacks. */
const HAND_OVER_MS = 180_000;

/**
 * That history holds these days; of a server that has stopped. A sealed day that was on its way then is held by the
 * checkpoint and given again at the next start.
 */
export async function checkHistory(server: LiveServer, days: readonly string[]): Promise<void> {
  if (!isDeepStrictEqual(await daysInHistory(server.dataFolder), days)) {
    await server.start();
    for (const untilMs = Date.now() + HAND_OVER_MS; Date.now() < untilMs; await sleep(1_000))
      if (isDeepStrictEqual(await daysPublished(server, days), days)) break;
    await server.stop();
  }
  expect(await daysInHistory(server.dataFolder)).toEqual(days);
}

/** Of the years of these days: those that the running server knows to be in history, ascending. */
export async function daysPublished(server: LiveServer, days: readonly string[]): Promise<string[]> {
  const published: string[] = [];
  for (const year of new Set(days.map((day) => day.slice(0, 4)))) {
    const coverage = await server.ask<Coverage>(`/api/coverage?dataset=archive&year=${year}`);
    for (const { day, state } of coverage.days) if (state === 'published') published.push(day);
  }
  return published.sort();
}

/** Ascending. */
async function daysInHistory(dataFolder: string): Promise<string[]> {
  const rows = await ask(
    join(dataFolder, 'history.duckdb'),
    'select distinct day from publications where undone_at is null order by day',
  );
  return rows.map(({ day }) => String(day));
}

export interface ArchivedRow {
  /** `partition/offset` */
  readonly place: string;
  readonly disposition: string;
  readonly reject_reason: string | null;
}

/** Of a server that has stopped: what its newest checkpoint says is archived. */
export async function archiveRows(dataFolder: string): Promise<readonly ArchivedRow[]> {
  const files = await archiveFiles(dataFolder);
  const rows = await ask(
    ':memory:',
    `select record_partition || '/' || record_offset as place, disposition, reject_reason
     from read_parquet([${files.map((file) => `'${file}'`).join()}])`,
  );
  return rows as unknown as ArchivedRow[];
}

/** Of a server that has stopped: each record is in the archive once, with what became of it. */
export async function checkArchive(dataFolder: string, expected: Expected): Promise<void> {
  const rows = await archiveRows(dataFolder);
  expect(differences(rows.map(({ place }) => place).sort(), expected.places)).toEqual(NO_DIFFERENCE);
  const rejected = rows.filter(({ disposition }) => disposition === 'rejected');
  const named = rejected.map(({ place, reject_reason }) => `${place} ${reject_reason}`).sort();
  expect(differences(named, expected.rejected)).toEqual(NO_DIFFERENCE);
  const { applied, duplicates, conflicts, late } = expected.whole;
  const count = (name: string): number => rows.filter(({ disposition }) => disposition === name).length;
  expect(['applied', 'duplicate', 'conflict', 'late'].map(count)).toEqual([
    applied,
    duplicates,
    conflicts,
    late,
  ]);
}

/** Of a server that has stopped: a replay of its archive gives the same figures, in every list. */
export async function checkReplay(
  dataFolder: string,
  { whole }: Expected,
  currency: string,
): Promise<Answer> {
  const files = await archiveFiles(dataFolder);
  const options = ['--time-zone', 'UTC', '--currency', currency, '--top', MOST_ROWS];
  const answer = await replayAsJson([...files, ...options], { folder: dataFolder });
  const { rows, applied, duplicates, conflicts, late, rejected } = whole;
  expect(answer).toMatchObject({ rows, applied, duplicates, conflicts, late, rejected });
  expect(answer.totals).toEqual(whole.totals);
  for (const [list, expected] of Object.entries(whole.by)) expect(answer.by[list], list).toEqual(expected);
  return answer;
}

async function archiveFiles(dataFolder: string): Promise<string[]> {
  const { archive } = await published(dataFolder);
  return archive.files.map(({ name }) => join(dataFolder, 'live/archive', name));
}

/** Of a server that has stopped: each record that gives no event is a letter once, with its reason. */
export async function checkLetters(dataFolder: string, expected: Expected): Promise<void> {
  const { segments } = (await published(dataFolder))['dead-letters'];
  const lines = segments.flatMap(({ file, bytes }) =>
    readFileSync(join(dataFolder, 'live/dead-letters', file))
      .subarray(0, bytes)
      .toString()
      .trimEnd()
      .split('\n'),
  );
  const letters = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Letter);
  const named = letters.map(
    ({ topic, partition, offset, reason }) => `${topic}/${partition}/${offset} ${reason}`,
  );
  expect(differences(named.sort(), expected.letters)).toEqual(NO_DIFFERENCE);
}

interface Letter {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly reason: string;
}

const NO_DIFFERENCE = { missing: [], unexpected: [], twice: [] };

/** The first of each kind; lists of thousands say little. */
function differences(found: readonly string[], expected: readonly string[]) {
  const [have, want] = [new Set(found), new Set(expected)];
  return {
    missing: expected.filter((each) => !have.has(each)).slice(0, 5),
    unexpected: found.filter((each) => !want.has(each)).slice(0, 5),
    twice: found.filter((each, i) => each === found[i - 1]).slice(0, 5),
  };
}
