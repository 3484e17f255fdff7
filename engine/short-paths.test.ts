import { expect, it } from 'vitest';
import { createShortPaths } from './short-paths.ts';

const short = createShortPaths({
  configFolder: '/srv/shop',
  dataFolder: '/srv/shop/data',
  patterns: ['old/*.parquet', '/mnt/cold store (1)/y=*/[ab].parquet', '../foreign/orders.csv'],
});

it('names files from the folder of the configuration, of data, or of the dataset', () => {
  expect(short('/srv/shop/old/a.parquet: row group 3 is damaged')).toBe(
    'old/a.parquet: row group 3 is damaged',
  );
  expect(short('held as "/srv/shop/data/live/held/1/x.parquet", too')).toBe(
    'held as "live/held/1/x.parquet", too',
  );
  expect(short("can't open /mnt/cold store (1)/y=2020/a.parquet")).toBe("can't open y=2020/a.parquet");
  expect(short('from /srv/foreign/orders.csv and /srv/shop/old/a, /srv/shop/old/b')).toBe(
    'from orders.csv and old/a, old/b',
  );
  expect(short('nothing there (looked from /srv/shop)')).toBe('nothing there (looked from .)');
});

it('leaves alone what only looks like it', () => {
  for (const text of ['/srv/shopping/a', '/mnt/srv/shop/a', 'a/b', 'ftp:/srv', '/srv/foreigner/a'])
    expect(short(text)).toBe(text);
});

it('goes through plain data, and gives back the same object where there is nothing to change', () => {
  const answer = { id: 7, problems: [{ file: '/srv/shop/old/a', days: [1, null] }], more: undefined };
  expect(short(answer)).toEqual({ ...answer, problems: [{ file: 'old/a', days: [1, null] }] });
  const same = { rows: [['x', 1]], at: { problem: null } };
  expect(short(same)).toBe(same);
});
