import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withDatasets } from '../../../test/datasets/datasets-bed.ts';
import { countsOf, csv, foreign, LINES, rowsOf, SHOP_MAP } from '../../../test/datasets/foreign-files.ts';
import type { FieldMap } from '../field-map.ts';

it('reads JSON lines as the mapping of records does, and rejects lines that are none', async () => {
  await withDatasets(async (bed) => {
    const documents = [
      '{"id":"1","at":"2025-11-11T00:00:00Z","status":"PAID","order":17,"item":{"skus":["a"]},"pieces":1,"total":19.90}',
      '{"id":"2","at":"2025-11-11T00:00:00Z","status":"PAID","order":18,"item":{"skus":["b"]},"pieces":"1","total":"0.05"}',
      '{"id":1.5,"at":1,"status":{"deep":1},"order":19,"item":{"skus":[]},"pieces":1,"total":1e-3}',
      'no json at all',
      '',
      '[1]',
      '{"id":"3","at":"2025-11-11T00:00:00Z","status":"PAID","order":null,"item":{"skus":["c"]},"pieces":1,"total":1e2}',
    ];
    const map: FieldMap = { ...SHOP_MAP, product_id: 'item.skus.0', line: { constant: 1 } };
    const shop = await foreign(
      bed,
      { 'a.jsonl': documents.join('\n'), 'b.jsonl': '' },
      { format: 'json', map },
    );
    const { summary, files } = await shop.look();
    expect(summary.rows).toBe(6);
    expect(summary.problems.map(({ problem }) => problem.replace(/, such as .*/, ''))).toEqual([
      '1 of 6 lines are no JSON: they are rejected',
      "1 of 6 values can't be read as event_id",
      "1 of 6 values can't be read as event_time",
      "1 of 6 values can't be read as type",
      "1 of 6 values can't be read as quantity",
      "1 of 6 values can't be read as amount_minor",
    ]);
    const { paths } = await shop.ready(files, {});
    const rows = await rowsOf(paths[0], 'event_id, order_id, product_id, quantity, amount_minor, channel');
    expect(rows.filter(({ event_id: id }) => id !== null)).toEqual([
      { event_id: '1', order_id: '17', product_id: 'a', quantity: '1', amount_minor: '1990', channel: 'web' },
      { event_id: '2', order_id: '18', product_id: 'b', quantity: null, amount_minor: '5', channel: 'web' },
      {
        event_id: '3',
        order_id: null,
        product_id: 'c',
        quantity: '1',
        amount_minor: '10000',
        channel: 'web',
      },
    ]);
    expect(await countsOf(bed.plan, paths)).toMatchObject({ rows: 6, applied: 1, rejected: 5 });
    expect((await shop.preview()).rows[3]).toMatchObject({ given: [null], rejected: 'not_json' });
  });
});

it('takes a SELECT over `source`, and refuses by name what is missing or of a wrong type', async () => {
  await withDatasets(async (bed) => {
    const columns = `id as event_id, "at"::timestamptz as event_time, 'paid' as type, "order" as order_id, 1 as line,
      sku as product_id, pieces::int as quantity, 'GBP' as currency`;
    const files = { 'a.csv': csv(...LINES) };
    const good = await foreign(bed, files, {
      format: 'csv',
      select: `select ${columns}, (total::decimal(18, 2) * 100)::bigint as amount_minor from source;`,
    });
    const look = await good.look();
    expect(look.summary).toMatchObject({ kind: 'select', rows: 3, problems: [] });
    const { paths } = await good.ready(look.files, {});
    expect(await rowsOf(paths[0], 'event_id, amount_minor')).toEqual([
      { event_id: '1', amount_minor: '1990' },
      { event_id: '2', amount_minor: '500' },
      { event_id: '3', amount_minor: '5' },
    ]);
    const wrong: readonly (readonly [string, RegExp])[] = [
      [`select ${columns} from source`, /has no column "amount_minor"/],
      [
        `select ${columns}, total::double * 100 as amount_minor from source`,
        /is DOUBLE, where a number is wanted: cast/,
      ],
      [
        `select ${columns}, total as amount_minor from source`,
        /is VARCHAR, where a number is wanted: cast it/,
      ],
      [`select ${columns}, nothing as amount_minor from source`, /"nothing" not found/],
      ["select * from read_csv('/etc/hosts')", /file system operations are disabled|Cannot access file/],
      ['select 1; select 2', /syntax error/],
    ];
    for (const [select, problem] of wrong) {
      const shop = await foreign(bed, files, { format: 'csv', select });
      const { summary, files: none } = await shop.look();
      expect(none).toEqual([]);
      expect(summary.problems[0]?.problem).toMatch(problem);
      expect((await shop.preview()).problem).toMatch(problem);
    }
  });
});

it('converts each version once, looks again for the price of a stat, and forgets what is long unused', async () => {
  await withDatasets(async (bed) => {
    const shop = await foreign(bed, { 'a.csv': csv(...LINES) }, { format: 'csv', map: SHOP_MAP });
    const { files } = await shop.look();
    const [one, two] = await Promise.all([shop.ready(files, {}), shop.ready(files, {})]);
    expect(two.paths).toEqual(one.paths);
    const kept = join(bed.folder, 'data/datasets/shop');
    const converted = async () => (await readdir(kept)).filter((name) => name.endsWith('.parquet'));
    expect((await converted()).length).toBe(1);
    // Another mapping is another reading; the same one, after a start, is known.
    const same = (await bed.open({ shop: { files: '*.*', format: 'csv', map: SHOP_MAP } })).get('shop');
    await writeFile(join(bed.folder, 'config/b.csv'), csv(...LINES, LINES[0]!.replace('1', '9')));
    const more = await same.look();
    expect(more.summary.changes).toEqual([{ file: join(bed.folder, 'config/b.csv'), what: 'appeared' }]);
    expect(more.files[0]).toEqual(files[0]);
    const map = { ...SHOP_MAP, quantity: { constant: 1 } };
    const other = (await bed.open({ shop: { files: '*.*', format: 'csv', map } })).get('shop');
    const look = await other.look();
    expect(look.reading).not.toBe(more.reading);
    await other.ready(look.files, {});
    expect((await converted()).length).toBe(3);
    bed.clock.nowMs = Date.now() + 31 * 86_400_000;
    await other.ready(look.files.slice(0, 1), {});
    expect((await converted()).length).toBeLessThan(3);
  });
});

it('names a file that changed or went between look and run; of one that is half written nothing stays', async () => {
  await withDatasets(async (bed) => {
    const shop = await foreign(bed, { 'a.csv': csv(...LINES) }, { format: 'csv', map: SHOP_MAP });
    const { files } = await shop.look();
    const path = join(bed.folder, 'config/a.csv');
    await writeFile(path, csv(...LINES.slice(0, 2)));
    await expect(shop.ready(files, {})).rejects.toMatchObject({ code: 'dataset_changed' });
    await rm(path);
    await expect(shop.ready(files, {})).rejects.toMatchObject({ code: 'dataset_gone' });
    // Written anew with the same contents it is the same.
    await writeFile(path, csv(...LINES));
    expect((await shop.ready(files, {})).paths.length).toBe(1);
    const kept = join(bed.folder, 'data/datasets/shop');
    await writeFile(join(kept, 'abc.parquet.123.part'), 'half');
    await foreign(bed, {}, { format: 'csv', map: SHOP_MAP });
    expect((await readdir(kept)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

it('stops where it is told to, and leaves nothing behind', async () => {
  await withDatasets(async (bed) => {
    const lines = Array.from(
      { length: 200_000 },
      (_, i) => `${i},2025-11-11T12:00:00Z,PAID,A,abc,1,1.00,app`,
    );
    const shop = await foreign(bed, { 'a.csv': csv(lines.join('\n')) }, { format: 'csv', map: SHOP_MAP });
    const stopLook = AbortSignal.timeout(30);
    await expect(shop.look({ signal: stopLook })).rejects.toThrow(/aborted due to timeout/);
    const { files } = await shop.look();
    const stop = AbortSignal.timeout(100);
    await expect(shop.ready(files, { signal: stop })).rejects.toThrow(/aborted due to timeout/);
    const kept = await readdir(join(bed.folder, 'data/datasets/shop'));
    expect(kept).toEqual(['look.json']);
    expect(await readdir(join(bed.folder, 'data/datasets/.temporary'))).toEqual([]);
  });
});

it('refuses a mapping at the start that can’t be, by column and setting', async () => {
  await withDatasets(async (bed) => {
    const wrong: readonly (readonly [FieldMap, RegExp])[] = [
      [{ nothing: 'x' }, /names "nothing", which is no column/],
      [{ country: { from: 'x', times: 'y' } }, /country: `times` is not for a column of kind category/],
      [{ amount_minor: { from: 'x', letters: 'upper' } }, /`letters` is not for/],
      [{ type: { cases: [{ from: 'x', is: 'paid' }] } }, /`cases` has a case without one test/],
      [
        { type: { from: 'x', cases: [{ from: 'x', below: 0, is: 'paid' }] } },
        /`from` is of no use beside `cases`/,
      ],
      [{ event_time: { from: 'x', zone: 'Mars/Base' } }, /`zone` is "Mars\/Base"/],
      [{ quantity: { from: '' } }, /`from` is no path/],
    ];
    for (const [map, problem] of wrong) {
      await expect(foreign(bed, {}, { format: 'csv', map })).rejects.toThrow(problem);
    }
  });
});
