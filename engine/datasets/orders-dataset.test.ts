import { mkdir, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { orderEvent } from '../../test/builders.ts';
import { withDatasets } from '../../test/datasets/datasets-bed.ts';
import { writeOrderFile } from '../../test/event-files.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2025, 10, 11);

const ordersOf = (day: number, count = 3) =>
  Array.from({ length: count }, (_, i) =>
    orderEvent({ event_id: `${day}-${i}`, event_time: START_MS + day * DAY_MS + i * 1000, currency: 'GBP' }),
  );

it('tells rows, bytes and days from footers, and replays files where they lie', async () => {
  await withDatasets(async ({ folder, open }) => {
    await mkdir(join(folder, 'config/old'), { recursive: true });
    await writeOrderFile(join(folder, 'config/old/a.parquet'), [...ordersOf(0), ...ordersOf(2)], 3);
    await writeOrderFile(join(folder, 'config/old/b.parquet'), ordersOf(5));
    const orders = (await open({ old: { title: 'Old orders', files: 'old/*.parquet' } })).get('old');
    const { summary, files } = await orders.look();
    expect(summary).toMatchObject({
      kind: 'orders',
      title: 'Old orders',
      files: 2,
      rows: 9,
      changes: [],
      problems: [],
    });
    expect(summary.days).toEqual({ from: '2025-11-11', to: '2025-11-16' });
    expect(files[0]?.parts.map(({ rows, minTimeMs, maxTimeMs }) => [rows, minTimeMs, maxTimeMs])).toEqual([
      [3, START_MS, START_MS + 2000],
      [3, START_MS + 2 * DAY_MS, START_MS + 2 * DAY_MS + 2000],
    ]);
    const ready = await orders.ready(files, {});
    expect(ready.paths).toEqual(files.map(({ path }) => path));
    await ready.release();
    expect((await orders.look()).files).toEqual(files);
  });
});

it('notices what appeared, changed and vanished, also over a restart, and tells it for a day', async () => {
  await withDatasets(async ({ folder, open, clock }) => {
    const at = (name: string): string => join(folder, 'config', `${name}.parquet`);
    await mkdir(join(folder, 'config'));
    for (const name of ['kept', 'changed', 'gone']) await writeOrderFile(at(name), ordersOf(0));
    const settings = { old: { files: '*.parquet' } };
    const before = await (await open(settings)).get('old').look();
    expect(before.summary.changes).toEqual([]);
    await writeOrderFile(at('changed'), ordersOf(1, 4));
    await writeOrderFile(at('new'), ordersOf(2));
    await rm(at('gone'));
    const after = (await open(settings)).get('old');
    const changes = [
      { file: at('changed'), what: 'changed' },
      { file: at('new'), what: 'appeared' },
      { file: at('gone'), what: 'vanished' },
    ];
    const look = await after.look();
    expect(look.summary.changes).toEqual(changes);
    expect((await after.look()).summary.changes).toEqual(changes);
    expect(look.files.find(({ path }) => path === at('kept'))).toEqual(
      before.files.find(({ path }) => path === at('kept')),
    );
    clock.nowMs += DAY_MS + 1;
    expect((await after.look()).summary.changes).toEqual([]);
    expect((await (await open(settings)).get('old').look()).summary.changes).toEqual([]);
  });
});

it('names a file that is gone or another than was looked at, and does not mind a copy', async () => {
  await withDatasets(async ({ folder, open }) => {
    const path = join(folder, 'config/a.parquet');
    await mkdir(join(folder, 'config'));
    await writeOrderFile(path, ordersOf(0));
    const orders = (await open({ old: { files: 'a.parquet' } })).get('old');
    const { files } = await orders.look();
    await writeOrderFile(`${path}.copy`, ordersOf(0));
    await rename(`${path}.copy`, path);
    await utimes(path, 1, 1);
    expect((await orders.ready(files, {})).paths).toEqual([path]);
    await truncate(path, 100);
    await expect(orders.ready(files, {})).rejects.toMatchObject({ code: 'dataset_changed' });
    await expect(orders.ready(files, {})).rejects.toThrow(path);
    await rm(path);
    await expect(orders.ready(files, {})).rejects.toMatchObject({ code: 'dataset_gone' });
  });
});

it('names broken files and goes on with the others; nothing at all is no error', async () => {
  await withDatasets(async ({ folder, open }) => {
    await mkdir(join(folder, 'config'));
    await writeOrderFile(join(folder, 'config/good.parquet'), ordersOf(0));
    await writeFile(join(folder, 'config/empty.parquet'), '');
    await writeFile(join(folder, 'config/text.parquet'), 'no parquet at all, only text');
    const datasets = await open({ old: { files: '*.parquet' }, none: { files: 'nothing/**/*.parquet' } });
    const { summary, files } = await datasets.get('old').look();
    expect(files.map(({ path }) => path)).toEqual([join(folder, 'config/good.parquet')]);
    expect(summary.files).toBe(3);
    expect(summary.problems.map(({ file }) => file)).toEqual([
      join(folder, 'config/empty.parquet'),
      join(folder, 'config/text.parquet'),
    ]);
    expect(summary.problems[0]?.problem).toMatch(/is empty \(0 bytes\)/);
    const none = await datasets.get('none').look();
    expect(none).toMatchObject({ files: [], summary: { files: 0, rows: 0, days: null, problems: [] } });
    const preview = await datasets.get('none').preview();
    expect(preview).toMatchObject({ file: null, rows: [], problem: expect.stringMatching(/no file yet/) });
    expect(() => datasets.get('other')).toThrow(/there is no dataset "other".*sample, old, none/);
  });
});

it('refuses by name a link that leads out of the folder of its pattern', async () => {
  await withDatasets(async ({ folder, open }) => {
    await mkdir(join(folder, 'config/in/deep'), { recursive: true });
    await mkdir(join(folder, 'secret'));
    await writeOrderFile(join(folder, 'secret/theirs.parquet'), ordersOf(0));
    await writeOrderFile(join(folder, 'config/in/ours.parquet'), ordersOf(0));
    await symlink(join(folder, 'secret/theirs.parquet'), join(folder, 'config/in/link.parquet'));
    await symlink(join(folder, 'secret'), join(folder, 'config/in/deep/folder'));
    await symlink(join(folder, 'config/in/ours.parquet'), join(folder, 'config/in/deep/same.parquet'));
    const datasets = await open({ glob: { files: 'in/**/*.parquet' }, folder: { files: 'in' } });
    for (const name of ['glob', 'folder']) {
      const { summary, files } = await datasets.get(name).look();
      expect(files.map(({ path }) => path).sort()).toEqual([
        join(folder, 'config/in/deep/same.parquet'),
        join(folder, 'config/in/ours.parquet'),
      ]);
      expect(summary.problems.map(({ file }) => file).sort()).toEqual([
        join(folder, 'config/in/deep/folder/theirs.parquet'),
        join(folder, 'config/in/link.parquet'),
      ]);
      expect(summary.problems[0]?.problem).toMatch(/leads out of the folder/);
    }
  });
});

it('has the files that the simulator wrote as a dataset of its own, first of all', async () => {
  await withDatasets(async ({ folder, open }) => {
    await mkdir(join(folder, 'data/sample'), { recursive: true });
    await writeOrderFile(join(folder, 'data/sample/2025-11-11-from-0.parquet'), ordersOf(0));
    await writeFile(join(folder, 'data/sample/2025-11-11-from-3.parquet.part'), 'half of a file');
    const datasets = await open({});
    expect(datasets.all.map(({ name }) => name)).toEqual(['sample']);
    const { summary } = await datasets.get('sample').look();
    expect(summary).toMatchObject({ kind: 'sample', files: 1, rows: 3, problems: [] });
    await expect(open({ archive: { files: '*' } })).rejects.toThrow(/"archive" has a name that is built in/);
  });
});

it('previews the first rows as they are, with the reason of those that would be rejected', async () => {
  await withDatasets(async ({ folder, open }) => {
    await mkdir(join(folder, 'config'));
    const [first, ...rest] = ordersOf(0, 60);
    await writeOrderFile(join(folder, 'config/a.parquet'), [{ ...first!, currency: 'USD' }, ...rest]);
    const preview = await (await open({ old: { files: '*.parquet' } })).get('old').preview();
    expect(preview.problem).toBeNull();
    expect(preview.rows.length).toBe(50);
    expect(preview.rows.map(({ rejected }) => rejected).filter((reason) => reason !== null)).toEqual([
      'currency',
    ]);
    const at = preview.columns.findIndex(({ name }) => name === 'event_time');
    expect(preview.columns[at]).toEqual({
      name: 'event_time',
      from: 'event_time',
      absent: false,
      errors: 0,
      example: null,
    });
    expect(preview.rows[1]?.mapped[at]).toBe('2025-11-11T00:00:01.000Z');
    expect(preview.given.map(({ name }) => name)).toContain('amount_minor');
  });
});
