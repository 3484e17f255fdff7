import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row, ViewMeta, ViewSpec } from '../../protocol/view.ts';
import { arrowRows } from './arrow-rows.ts';
import { viewTable } from './view-table.ts';

const meta: ViewMeta = {
  from: '2010-12-01',
  to: '2010-12-01',
  startMs: 0,
  endMs: 1,
  missingDays: 0,
  restatedDays: 0,
  keys: 1,
  note: null,
  filtered: null,
};
const spec: ViewSpec = { metrics: ['gmv', 'aov'], grain: 'hour', range: { kind: 'today' } };
const table = (rows: Row[], format: 'json' | 'csv' | 'arrow', timeZone = 'Asia/Shanghai') =>
  viewTable({ spec, result: { meta, rows }, format, timeZone });

describe('view table', () => {
  it('writes times in the business zone with its offset, also where the hour repeats', () => {
    const first = Date.UTC(2010, 10, 7, 5);
    const rows: Row[] = [first, first + 3_600_000].map((timeMs): Row => [timeMs, 12, null]);
    expect(table(rows, 'csv', 'America/New_York').body).toBe(
      'key,gmv,aov\r\n2010-11-07T01:00:00-04:00,12,\r\n2010-11-07T01:00:00-05:00,12,\r\n',
    );
  });

  it('quotes keys as RFC 4180 says and takes the teeth out of formulas', () => {
    const rows: Row[] = [
      ['a,"b"\r\n', 1, 2],
      ['=1+1', 3, null],
      [null, -4, 0],
    ];
    expect(table(rows, 'csv').body).toBe('key,gmv,aov\r\n"a,""b""\r\n",1,2\r\n\'=1+1,3,\r\n,-4,0\r\n');
  });

  it('names the figures in JSON', () => {
    const { body } = table([['books', 12_300, null]], 'json');
    expect(JSON.parse(String(body))).toEqual({
      view: spec,
      meta,
      rows: [{ key: 'books', gmv: 12_300, aov: null }],
    });
  });

  it('carries every row through Arrow, nulls and all', () => {
    const figure = fc.option(fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true })));
    const row = (key: fc.Arbitrary<string | number | null>) => fc.tuple(key, figure, figure);
    const rowsOfAKind = fc.oneof(
      fc.array(row(fc.option(fc.string({ unit: 'grapheme' })))),
      fc.array(row(fc.nat())),
    );
    fc.assert(
      fc.property(rowsOfAKind, (rows) => {
        const read = tableFromIPC(new Uint8Array(arrowRows(rows, ['gmv', 'aov'])));
        expect(read.schema.fields.map(({ name }) => name)).toEqual(['key', 'gmv', 'aov']);
        const columns = [0, 1, 2].map((column) => read.getChildAt(column));
        expect(rows.map((_, i) => columns.map((column) => column?.get(i)))).toEqual(rows);
      }),
    );
  });
});
