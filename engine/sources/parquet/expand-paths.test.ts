import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expandPaths } from './expand-paths.ts';
import { withFolder } from './parquet-fixtures.ts';

const withFiles = (work: (folder: string) => Promise<void>): Promise<void> =>
  withFolder(async (folder) => {
    await mkdir(join(folder, 'year/month'), { recursive: true });
    await mkdir(join(folder, '.hidden'));
    const files = [
      'b.parquet',
      'a.parquet',
      'notes.txt',
      'year/c.parquet',
      'year/month/d.parquet',
      '.hidden/e.parquet',
    ];
    for (const file of files) await writeFile(join(folder, file), '');
    await work(folder);
  });

it('takes a folder as all Parquet files below it, sorted, without hidden ones', () =>
  withFiles(async (folder) => {
    const names = ['a.parquet', 'b.parquet', 'year/c.parquet', 'year/month/d.parquet'];
    expect(await expandPaths({ paths: [folder] })).toEqual(names.map((name) => join(folder, name)));
  }));

it('looks into folders that are named like files, as Spark names them', () =>
  withFiles(async (folder) => {
    await mkdir(join(folder, 'orders.parquet'));
    await writeFile(join(folder, 'orders.parquet/part-0.parquet'), '');
    const names = ['a.parquet', 'b.parquet', 'orders.parquet/part-0.parquet'];
    const found = await expandPaths({ paths: [folder] });
    expect(found.filter((path) => !path.includes('year'))).toEqual(names.map((name) => join(folder, name)));
  }));

it('takes links to files, by path, folder and glob', () =>
  withFiles(async (folder) => {
    await mkdir(join(folder, 'links'));
    await symlink(join(folder, 'a.parquet'), join(folder, 'links/to-a.parquet'));
    const link = join(folder, 'links/to-a.parquet');
    for (const path of ['links', 'links/*.parquet', 'links/to-a.parquet']) {
      expect(await expandPaths({ paths: [path], folder })).toEqual([link]);
    }
  }));

it.skipIf(process.platform === 'win32')('refuses what is neither file nor folder instead of waiting', () =>
  withFiles(async (folder) => {
    await expect(expandPaths({ paths: ['/dev/null'], folder })).rejects.toMatchObject({
      code: 'parquet_not_found',
      message: expect.stringContaining('/dev/null is neither a file nor a folder'),
    });
  }),
);

it('takes files whatever their name, and globs, each file once', () =>
  withFiles(async (folder) => {
    const paths = ['notes.txt', '*.parquet', 'year/**/d.parquet', 'year/month/d.parquet', './a.parquet'];
    const names = ['a.parquet', 'b.parquet', 'notes.txt', 'year/month/d.parquet'];
    expect(await expandPaths({ paths, folder })).toEqual(names.map((name) => join(folder, name)));
  }));

it('says in one error which paths gave nothing', () =>
  withFiles(async (folder) => {
    const paths = ['a.parquet', 'gone.parquet', 'year/*.csv'];
    await expect(expandPaths({ paths, folder })).rejects.toMatchObject({
      code: 'parquet_not_found',
      message: expect.stringContaining('No Parquet file found at "gone.parquet", "year/*.csv"'),
    });
    await expect(expandPaths({ paths: [], folder })).rejects.toMatchObject({ code: 'parquet_not_found' });
  }));
