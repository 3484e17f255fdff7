import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { withDatasets } from '../../../test/datasets/datasets-bed.ts';
import {
  countsOf,
  csv,
  foreign,
  HEAD,
  LINES,
  rowsOf,
  SHOP_MAP,
} from '../../../test/datasets/foreign-files.ts';

it('reads CSV by a field map: a part a business day, and a file in our columns, by time', async () => {
  await withDatasets(async (bed) => {
    const shop = await foreign(bed, { 'a.csv': csv(...LINES) }, { format: 'csv', map: SHOP_MAP });
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
    const shop = await foreign(bed, { 'a.csv': csv(...LINES, ...bad) }, { format: 'csv', map: SHOP_MAP });
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
    expect(column('quantity')).toMatchObject({ from: 'pieces', absent: false, errors: 2, example: 'one' });
    const absent = preview.columns.filter((each) => each.absent).map(({ name }) => name);
    expect(absent).toEqual(['buyer_id', 'merchant_id', 'category', 'country', 'region', 'payment_method']);
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
    const shop = await foreign(bed, { 'a.csv': text }, { format: 'csv', map: SHOP_MAP });
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
    const shop = await foreign(bed, files, { format: 'csv', map: SHOP_MAP });
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
    const text = `\ufeff${csv(...LINES)
      .replaceAll(',', ';')
      .replaceAll('\n', '\r\n')}`;
    const files = {
      'a.csv': text,
      'b.csv.gz': gzipSync(text.replace(/^.*\r\n/, `${HEAD.replaceAll(',', ';')}\r\n`)),
    };
    const shop = await foreign(bed, files, { format: 'csv', map: SHOP_MAP, delimiter: ';' });
    const { summary, files: found } = await shop.look();
    expect(summary).toMatchObject({ files: 2, rows: 6, problems: [] });
    const counts = await countsOf(bed.plan, (await shop.ready(found, {})).paths);
    expect(counts).toMatchObject({ rows: 6, applied: 3, conflicts: 0, duplicates: 3 });
  });
});
