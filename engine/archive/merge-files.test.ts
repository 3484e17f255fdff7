import { readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { orderEvent } from '../../test/builders.ts';
import { DISPOSITIONS } from '../events/disposition.ts';
import { duckdb, withFolder } from '../sources/parquet/parquet-fixtures.ts';
import { openTestArchive, recordsOf } from './archive-fixtures.ts';
import type { ArchivePart } from './archive-part.ts';
import { archivedRows } from './archived-rows-fixture.ts';
import { chooseMerge } from './choose-merge.ts';
import { sum } from './retention.ts';

const MERGE = { rows: 600, bytes: 1 << 20, fanIn: 3 };
const START = Date.UTC(2026, 10, 21, 3);

const eventsOf = (turn: number) =>
  Array.from({ length: 50 }, (_, i) =>
    orderEvent({
      event_id: i === 3 ? null : `é${turn} ${i}`,
      event_time: i % 10 === 0 ? null : START + ((i * 7919 + turn * 31) % 50) * 1_800_000,
      buyer_id: i % 4 === 0 ? null : `buyer ${i % 11}`,
      category: i % 3 === 0 ? '' : `c${turn % 4}`,
      amount_minor: i === 5 ? null : i * 1_000_003,
    }),
  );

/** So many cuts of 50 rows each with time to merge after each; the part of a last one. */
async function cutMany(folder: string, cuts: number): Promise<{ part: ArchivePart; problems: string[] }> {
  const problems: string[] = [];
  const { keeper, dictionaries } = await openTestArchive(folder, {
    merge: MERGE,
    fileRows: 200,
    onNotMerged: (problem) => problems.push(problem),
  });
  let kept: ArchivePart[] = [];
  for (let turn = 0; turn < cuts; turn++) {
    const events = eventsOf(turn);
    const fates = {
      disposition: Uint8Array.from(events, (_, i) => (i + turn) % DISPOSITIONS.length),
      reason: new Uint16Array(events.length),
      reasons: ['null:event_id'],
    };
    keeper.take(recordsOf({ dictionaries, events, fromOffset: turn * 50 }), `orders/${turn % 3}`, fates);
    const part = await keeper.cut();
    kept = [part, ...kept].slice(0, 2);
    keeper.committed(kept);
    await sleep(20);
  }
  for (let idle = 0; idle < 6_000; idle++) {
    const part = await keeper.cut();
    keeper.committed([part]);
    await sleep(10);
    if (!chooseMerge(part.files, MERGE)) break;
  }
  const part = await keeper.cut();
  keeper.committed([part]);
  await keeper.close();
  return { part, problems };
}

it('makes few files of many, with the same rows, sorted by time, and removes what nobody names', () =>
  withFolder(async (folder) => {
    const { part, problems } = await cutMany(folder, 24);
    expect(problems).toEqual([]);
    // Without merging there were 72 files: two days, and rows of none.
    expect(part.files.length).toBeLessThan(30);
    expect(Math.max(...part.files.map(({ rows }) => rows))).toBeGreaterThan(150);
    const present = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.parquet'));
    expect(present.sort()).toEqual(part.files.map(({ name }) => name));
    const rows = await archivedRows(folder, part);
    const expected = Array.from({ length: 24 }, (_, turn) =>
      eventsOf(turn).map((event, i) => ({
        ...event,
        record_partition: `orders/${turn % 3}`,
        record_offset: turn * 50 + i,
        disposition: DISPOSITIONS[(i + turn) % DISPOSITIONS.length],
      })),
    ).flat();
    const key = (row: Record<string, unknown>): string =>
      ['record_partition', 'record_offset', 'disposition', ...Object.keys(eventsOf(0)[0] ?? {})]
        .map((name) => `${row[name]}`)
        .join('|');
    expect(rows.map(key).sort()).toEqual(expected.map(key).sort());
    for (const file of part.files) await checkFile(folder, file);
  }));

/** What the manifest says of a file is so, and its rows are sorted within each row group. */
async function checkFile(folder: string, file: ArchivePart['files'][number]): Promise<void> {
  const path = join(folder, file.name);
  const times = (
    await duckdb(
      `select epoch_ms(event_time) as time from read_parquet('${path}', file_row_number = true) order by file_row_number`,
    )
  ).map(({ time }) => (time === null ? null : Number(time)));
  const groups = await duckdb(
    `select distinct row_group_id as id, row_group_num_rows as rows from parquet_metadata('${path}') order by id`,
  );
  let from = 0;
  for (const { rows } of groups) {
    const its = times.slice(from, from + Number(rows)).map((time) => time ?? Number.POSITIVE_INFINITY);
    expect(its).toEqual(its.toSorted((a, b) => a - b));
    from += Number(rows);
  }
  const [facts] = await duckdb(
    `select count(*)::int as rows, min(epoch_ms(event_time))::double as from_ms, max(epoch_ms(event_time))::double as to_ms
     from '${path}'`,
  );
  expect(facts).toEqual({ rows: file.rows, from_ms: file.fromTimeMs, to_ms: file.toTimeMs });
  const offsets = await duckdb(
    `select record_partition as p, min(record_offset)::varchar as "from", (max(record_offset) + 1)::varchar as "to"
     from '${path}' group by 1`,
  );
  expect(Object.fromEntries(offsets.map(({ p, ...range }) => [p, range]))).toEqual(file.offsets);
  const dispositions = await duckdb(`select disposition as d, count(*)::int as n from '${path}' group by 1`);
  expect(Object.fromEntries(dispositions.map(({ d, n }) => [d, n]))).toEqual(file.dispositions);
}

it('leaves files alone that it can’t read, says so, and goes on', () =>
  withFolder(async (folder) => {
    const { part } = await cutMany(folder, 2);
    const [damaged] = part.files;
    await truncate(join(folder, damaged?.name ?? ''), 100);
    const problems: string[] = [];
    const { keeper, dictionaries } = await openTestArchive(folder, {
      named: { ...part, files: part.files.map((f) => (f === damaged ? { ...f, bytes: 100 } : f)) },
      merge: MERGE,
      onNotMerged: (problem) => problems.push(problem),
    });
    for (let turn = 2; turn < 6; turn++) {
      const events = eventsOf(turn);
      const fates = { disposition: new Uint8Array(50), reason: new Uint16Array(50), reasons: [''] };
      keeper.take(recordsOf({ dictionaries, events, fromOffset: turn * 50 }), 'orders/0', fates);
      await keeper.cut();
    }
    while (problems.length === 0) {
      await keeper.cut();
      await sleep(10);
    }
    const last = await keeper.cut();
    await keeper.close();
    expect(problems.join()).toContain(damaged?.name);
    expect(last.files.map(({ name }) => name)).toContain(damaged?.name);
    expect(sum(last.files, ({ rows }) => rows)).toBe(300);
  }));

it('tells which named files are gone, and goes on without them', () =>
  withFolder(async (folder) => {
    const { part } = await cutMany(folder, 1);
    const [gone, ...others] = part.files;
    await rm(join(folder, gone?.name ?? ''));
    const missing: string[] = [];
    const { keeper } = await openTestArchive(folder, {
      named: part,
      onOpened: (opened) => missing.push(...opened.missing),
    });
    expect(missing).toEqual([gone?.name]);
    expect((await keeper.cut()).files).toEqual(others);
    await keeper.close();
  }));
