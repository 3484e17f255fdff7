import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { orderEvent } from '../../test/builders.ts';
import { type DatasetsBed, withDatasets } from '../../test/datasets/datasets-bed.ts';
import { namedFigures } from '../../test/named-figures.ts';
import { allApplied, openTestArchive, recordsOf } from '../archive/archive-fixtures.ts';
import type { ArchivePart } from '../archive/archive-part.ts';
import type { DayFigures } from '../figures/day-figures.ts';
import type { Plan } from '../plan/plan.ts';
import { replayFiles } from '../runtime/replay/replay-files.ts';

const START_MS = Date.UTC(2026, 10, 21);
const HOUR_MS = 3_600_000;

const eventsOf = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) =>
    orderEvent({
      event_id: `e${from + i}`,
      event_time: START_MS + ((from + i) % 40) * HOUR_MS,
      order_id: `o${(from + i) >> 1}`,
      currency: 'GBP',
    }),
  );

interface Archived {
  readonly folder: string;
  readonly newest: () => ArchivePart;
  /** Archives further events and cuts. */
  more(count: number): Promise<void>;
}

async function withArchive(work: (bed: DatasetsBed, archive: Archived) => Promise<void>): Promise<void> {
  await withDatasets(async (bed) => {
    const folder = join(bed.folder, 'data/live/archive');
    await mkdir(folder, { recursive: true });
    const { keeper, dictionaries } = await openTestArchive(folder, { plan: bed.plan });
    let part: ArchivePart | null = null;
    let offset = 0;
    const more = async (count: number): Promise<void> => {
      const records = recordsOf({ dictionaries, events: eventsOf(offset, count), fromOffset: offset });
      keeper.take(records, 'orders/0', allApplied(count));
      offset += count;
      part = (await keeper.cut()) as ArchivePart;
    };
    await more(30);
    const newest = (): ArchivePart => {
      if (!part) throw new Error('nothing was cut');
      return part;
    };
    await work(bed, { folder, newest, more });
    await keeper.close();
  });
}

async function figuresOf(plan: Plan, files: readonly string[]) {
  const days: DayFigures[] = [];
  const { counts } = await replayFiles({ plan, files, threads: 1, onDay: (day) => void days.push(day) });
  return { counts, figures: namedFigures(days) };
}

const openArchiveDataset = async ({ open }: DatasetsBed, { folder, newest }: Archived) =>
  (await open({}, { source: 'kafka', newestArchivePart: async () => ({ part: newest(), folder }) })).get(
    'archive',
  );

it('is a file a day, whatever live cut it into, and replays as it lies', async () => {
  await withArchive(async (bed, archive) => {
    await archive.more(30);
    await archive.more(20);
    const dataset = await openArchiveDataset(bed, archive);
    const { summary, files } = await dataset.look();
    expect(summary).toMatchObject({ kind: 'archive', rows: 80, problems: [] });
    expect(summary.files).toBeGreaterThan(files.length);
    expect(summary.days).toEqual({ from: '2026-11-21', to: '2026-11-22' });
    expect(files.map(({ path }) => path)).toEqual([
      join(archive.folder, 'day=2026-11-21'),
      join(archive.folder, 'day=2026-11-22'),
    ]);
    const ready = await dataset.ready(files, {});
    const stored = archive.newest().files.map(({ name }) => join(archive.folder, name));
    expect(await figuresOf(bed.plan, ready.paths)).toEqual(await figuresOf(bed.plan, stored));
    expect((await dataset.preview()).problem).toBeNull();
    expect((await dataset.preview()).rows.length).toBeGreaterThan(5);
    await ready.release();
  });
});

it('holds files that go meanwhile until they are released, and clears what a crash left', async () => {
  await withArchive(async (bed, archive) => {
    const dataset = await openArchiveDataset(bed, archive);
    const { files } = await dataset.look();
    const expected = await figuresOf(
      bed.plan,
      archive.newest().files.map(({ name }) => join(archive.folder, name)),
    );
    const ready = await dataset.ready(files, {});
    const crashed = await dataset.ready(files, {});
    await rm(archive.folder, { recursive: true });
    expect(await figuresOf(bed.plan, ready.paths)).toEqual(expected);
    await ready.release();
    expect(ready.paths.some((path) => existsSync(path))).toBe(false);
    expect(crashed.paths.every((path) => existsSync(path))).toBe(true);
    await openArchiveDataset(bed, archive);
    expect(crashed.paths.some((path) => existsSync(path))).toBe(false);
    await expect(dataset.ready(files, {})).rejects.toMatchObject({ code: 'dataset_gone' });
    expect(await readdir(join(bed.folder, 'data/datasets/archive/held')).catch(() => [])).toEqual([]);
    expect((await dataset.look()).summary.problems[0]?.problem).toMatch(/is not there, though/);
  });
});

it('tells a day that got further records from one whose files were merged', async () => {
  await withArchive(async (bed, archive) => {
    await archive.more(30);
    const before = archive.newest();
    let part = before;
    const dataset = await openArchiveDataset(bed, { ...archive, newest: () => part });
    const { files } = await dataset.look();
    // As if two files of a day had become one.
    const [a, ...others] = before.files.filter(({ day }) => day === '2026-11-21');
    const b = others[0];
    if (!a || !b) throw new Error('two files were wanted');
    const offsets = { 'orders/0': { from: a.offsets['orders/0']!.from, to: b.offsets['orders/0']!.to } };
    const applied = (a.dispositions.applied ?? 0) + (b.dispositions.applied ?? 0);
    const merged = { ...b, rows: a.rows + b.rows, offsets, dispositions: { applied } };
    part = { ...before, files: [merged, ...before.files.filter((file) => file !== a && file !== b)] };
    const look = async () => (await dataset.look()).files.map(({ fingerprint }) => fingerprint);
    const prints = files.map(({ fingerprint }) => fingerprint);
    part = { ...part, files: part.files.map((file) => ({ ...file })) };
    expect(await look()).toEqual(prints);
    await archive.more(40);
    part = archive.newest();
    expect(await look()).not.toEqual(prints);
    await expect(dataset.ready(files, {})).rejects.toMatchObject({ code: 'dataset_changed' });
  });
});
