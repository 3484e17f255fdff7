import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type DatasetsBed, withDatasets } from '../../../test/datasets/datasets-bed.ts';
import type { Plan } from '../../plan/plan.ts';
import { replayFiles } from '../../runtime/replay/replay-files.ts';
import { duckdb } from '../../sources/parquet/parquet-fixtures.ts';
import type { FieldMap } from '../field-map.ts';
import type { DatasetSetting } from '../open-datasets.ts';

/** A shop's own names. */
const MAP: FieldMap = {
  event_id: 'id',
  event_time: { from: 'at', unit: 'iso8601' },
  type: { from: 'status', values: { paid: ['PAID'], refunded: ['RETURN'] } },
  order_id: 'order',
  line: { row: true },
  product_id: { from: 'sku', letters: 'upper' },
  quantity: 'pieces',
  amount_minor: { from: 'total', unit: 'major' },
  currency: { constant: 'GBP' },
  channel: { from: 'channel', default: 'web' },
};

const HEAD = 'id,at,status,order,sku,pieces,total,channel';
const LINES = [
  '1,2025-11-11T00:30:00+01:00,PAID,A,abc,2,19.90,app',
  '2,2025-11-11T12:00:00Z,PAID,A,"x ""y"", z",1,5,',
  '3,2025-11-12T00:00:00.999Z,RETURN,B,abc,1,0.05,app',
];

const csv = (...lines: string[]): string => `${[HEAD, ...lines].join('\n')}\n`;

const countsOf = async (plan: Plan, files: readonly string[]) =>
  (await replayFiles({ plan, files: [...files], threads: 1, onDay: () => undefined })).counts;

/** Writes files of the configuration's folder, and opens them as one dataset. */
async function foreign(
  { folder, open }: DatasetsBed,
  files: Readonly<Record<string, string | Buffer>>,
  setting: Omit<DatasetSetting, 'files'>,
) {
  await mkdir(join(folder, 'config'), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'config', name), text);
  return (await open({ shop: { files: '*.*', ...setting } })).get('shop');
}

const rowsOf = (path: string | undefined, columns = '*') =>
  duckdb(`select ${columns} from read_parquet('${path}') order by event_id`);

it('reads CSV by a field map: a part a business day, and a file in our columns, by time', async () => {
  await withDatasets(async (bed) => {
    const shop = await foreign(bed, { 'a.csv': csv(...LINES) }, { format: 'csv', map: MAP });
    const { summary, files } = await shop.look();
    expect(summary).toMatchObject({ kind: 'mapped', files: 1, rows: 3, problems: [] });
    expect(summary.days).toEqual({ from: '2025-11-10', to: '2025-11-12' });
    expect(files[0]?.parts.map(({ rows, minTimeMs }) => [rows, minTimeMs])).toEqual([
      [1, Date.UTC(2025, 10, 10, 23, 30)],
      [1, Date.UTC(2025, 10, 11, 12)],
      [1, Date.UTC(2025, 10, 12, 0, 0, 0, 999)],
    ]);
    const { paths } = await shop.ready(files, {});
    expect(await rowsOf(paths[0], '* replace (epoch_ms(event_time) as event_time)')).toMatchObject([
      { event_id: '1', type: 'paid', product_id: 'ABC', quantity: '2', amount_minor: '1990', channel: 'app' },
      {
        event_id: '2',
        product_id: 'X "Y", Z',
        amount_minor: '500',
        channel: 'web',
        line: '2',
        country: null,
      },
      {
        event_id: '3',
        type: 'refunded',
        amount_minor: '5',
        event_time: String(Date.UTC(2025, 10, 12, 0, 0, 0, 999)),
      },
    ]);
    expect(await countsOf(bed.plan, paths)).toMatchObject({ rows: 3, applied: 3 });
  });
});

it('counts what it can’t read by column, names the first, and the pipeline rejects those rows', async () => {
  await withDatasets(async (bed) => {
    const bad = [
      '4,2025-11-11 12:00:00,PAID,C,abc,1,1,app',
      '5,2025-11-11T12:00:00Z,PAID,C,abc,one,1.001,app',
      '6,2025-11-11T12:00:00Z,PAID,C,abc,1.5,"1,234.00",app',
    ];
    const shop = await foreign(bed, { 'a.csv': csv(...LINES, ...bad) }, { format: 'csv', map: MAP });
    const { summary, files } = await shop.look();
    expect(summary.rows).toBe(6);
    expect(summary.problems.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/^1 of 6 values can't be read as event_time, such as "2025-11-11 12:00:00"/),
      expect.stringMatching(/^2 of 6 values can't be read as quantity/),
      expect.stringMatching(/^2 of 6 values can't be read as amount_minor/),
    ]);
    const { paths } = await shop.ready(files, {});
    const counts = await countsOf(bed.plan, paths);
    expect(counts).toMatchObject({ rows: 6, applied: 3, rejected: 3 });
    expect(counts.rejectedBy).toEqual({ 'null:event_time': 1, 'null:quantity': 2 });
    const preview = await shop.preview();
    const column = (name: string) => preview.columns.find((each) => each.name === name);
    expect(column('quantity')).toEqual({ name: 'quantity', from: 'pieces', errors: 2, example: 'one' });
    expect(column('amount_minor')).toMatchObject({ from: 'total, major', errors: 2, example: '1.001' });
    expect(preview.rows.map(({ rejected }) => rejected)).toEqual([
      ...[null, null, null, 'null:event_time', 'null:quantity', 'null:quantity'],
    ]);
    expect(preview.rows[5]?.given).toContain('1,234.00');
  });
});

it('loses no broken line of CSV: it is named, and a row that is rejected', async () => {
  await withDatasets(async (bed) => {
    const text = Buffer.concat([
      Buffer.from(csv(...LINES, '4,too,few', '5,2025-11-11T12:00:00Z,PAID,C,abc,1,1,app,too,many')),
      Buffer.from('6,2025-11-11T12:00:00Z,PAID,C,'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from(',1,1,app\n'),
    ]);
    const shop = await foreign(bed, { 'a.csv': text }, { format: 'csv', map: MAP });
    const { summary, files } = await shop.look();
    expect(summary.rows).toBe(6);
    expect(summary.problems.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(
        /^3 lines are broken and rejected, the first is line 5: Expected Number of Columns: 8/,
      ),
    ]);
    const { paths } = await shop.ready(files, {});
    const counts = await countsOf(bed.plan, paths);
    expect(counts).toMatchObject({ rows: 6, applied: 3, rejected: 3, rejectedBy: { 'null:event_id': 3 } });
  });
});

it('refuses a CSV by name whose quote is never closed, or whose first line names no columns', async () => {
  await withDatasets(async (bed) => {
    const files = {
      'empty.csv': '',
      'good.csv': csv(...LINES),
      'head.csv': `${HEAD}\n`,
      'open.csv': csv(LINES[0]!, '4,"2025-11-11T12:00:00Z,PAID,C,abc,1,1,app', LINES[1]!),
      'other.csv': 'a;b\n1;2\n',
      'twice.csv': 'id,ID\n1,2\n',
    };
    const shop = await foreign(bed, files, { format: 'csv', map: MAP });
    const { summary, files: found } = await shop.look();
    expect(found.map(({ path, parts }) => [path.split('/').at(-1), parts.length])).toEqual([
      ['good.csv', 3],
      ['head.csv', 0],
    ]);
    expect(summary.problems.map(({ file, problem }) => [file.split('/').at(-1), problem])).toEqual([
      ['empty.csv', expect.stringMatching(/no name for its column 1/)],
      ['open.csv', expect.stringMatching(/has a quote in line 3 that is not closed/)],
      [
        'other.csv',
        expect.stringMatching(/has no column "id", which event_id is read from; .*has the columns a;b\./),
      ],
      ['twice.csv', expect.stringMatching(/names the column "ID" twice/)],
    ]);
    const { paths } = await shop.ready(found, {});
    expect(await countsOf(bed.plan, paths)).toMatchObject({ rows: 3, applied: 3 });
  });
});

it('reads other delimiters, CRLF, a byte order mark and gzip', async () => {
  await withDatasets(async (bed) => {
    const { gzipSync } = await import('node:zlib');
    const text = `\ufeff${csv(...LINES)
      .replaceAll(',', ';')
      .replaceAll('\n', '\r\n')}`;
    const files = {
      'a.csv': text,
      'b.csv.gz': gzipSync(text.replace(/^.*\r\n/, `${HEAD.replaceAll(',', ';')}\r\n`)),
    };
    const shop = await foreign(bed, files, { format: 'csv', map: MAP, delimiter: ';' });
    const { summary, files: found } = await shop.look();
    expect(summary).toMatchObject({ files: 2, rows: 6, problems: [] });
    const counts = await countsOf(bed.plan, (await shop.ready(found, {})).paths);
    expect(counts).toMatchObject({ rows: 6, applied: 3, conflicts: 0, duplicates: 3 });
  });
});

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
    const map: FieldMap = { ...MAP, product_id: 'item.skus.0', line: { constant: 1 } };
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
    const shop = await foreign(bed, { 'a.csv': csv(...LINES) }, { format: 'csv', map: MAP });
    const { files } = await shop.look();
    const [one, two] = await Promise.all([shop.ready(files, {}), shop.ready(files, {})]);
    expect(two.paths).toEqual(one.paths);
    const kept = join(bed.folder, 'data/datasets/shop');
    const converted = async () => (await readdir(kept)).filter((name) => name.endsWith('.parquet'));
    expect((await converted()).length).toBe(1);
    // Another mapping is another reading; the same one, after a start, is known.
    const same = (await bed.open({ shop: { files: '*.*', format: 'csv', map: MAP } })).get('shop');
    await writeFile(join(bed.folder, 'config/b.csv'), csv(...LINES, LINES[0]!.replace('1', '9')));
    const more = await same.look();
    expect(more.summary.changes).toEqual([{ file: join(bed.folder, 'config/b.csv'), what: 'appeared' }]);
    expect(more.files[0]).toEqual(files[0]);
    const map = { ...MAP, quantity: { constant: 1 } };
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
    const shop = await foreign(bed, { 'a.csv': csv(...LINES) }, { format: 'csv', map: MAP });
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
    await foreign(bed, {}, { format: 'csv', map: MAP });
    expect((await readdir(kept)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

it('stops where it is told to, and leaves nothing behind', async () => {
  await withDatasets(async (bed) => {
    const lines = Array.from(
      { length: 200_000 },
      (_, i) => `${i},2025-11-11T12:00:00Z,PAID,A,abc,1,1.00,app`,
    );
    const shop = await foreign(bed, { 'a.csv': csv(lines.join('\n')) }, { format: 'csv', map: MAP });
    const stopLook = AbortSignal.timeout(30);
    await expect(shop.look({ signal: stopLook })).rejects.toThrow(/aborted due to timeout/);
    const { files } = await shop.look();
    const stop = AbortSignal.timeout(100);
    await expect(shop.ready(files, { signal: stop })).rejects.toThrow(/aborted due to timeout/);
    const kept = await readdir(join(bed.folder, 'data/datasets/shop'));
    expect(kept).toEqual(['look.json']);
    expect(await readdir(join(bed.folder, 'data/datasets/.temporary'))).toEqual([]);
  });
}, 30_000);

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
