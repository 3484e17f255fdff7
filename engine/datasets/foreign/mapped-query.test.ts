import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoTimeMs } from '../../events/json/iso-time.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { literal } from '../../export/sql/sql-text.ts';
import type { FieldMap } from '../field-map.ts';
import { rowsOf, withDuckdb } from './duckdb-session.ts';
import { columnsOf, type ForeignFormat } from './foreign-source.ts';
import { mappedQuery } from './mapped-query.ts';
import { readFieldMap } from './read-field-map.ts';

/** What a map makes of a table's rows, in their order. */
async function mapped(
  map: FieldMap,
  table: string,
  { format = 'parquet' as ForeignFormat, currencyDigits = 2 } = {},
): Promise<Record<string, unknown>[]> {
  const spill = await mkdtemp(join(tmpdir(), 'gmv-mapped-'));
  try {
    return await withDuckdb({ files: [], spill }, async (connection) => {
      await connection.run(
        `create table numbered as select *, row_number() over () as gmv_row_number from (${table})`,
      );
      const given = await columnsOf(connection, 'select * exclude (gmv_row_number) from numbered');
      const query = await mappedQuery({
        columns: readFieldMap({ schema: ORDER_SCHEMA, map, currencyDigits }).filter(({ definition }) =>
          Object.hasOwn(map, definition.name),
        ),
        ...{ format, given, from: 'numbered', path: 'the file', fileId: 'file', strict: false },
        typeOf: async (x) => (await columnsOf(connection, `select ${x} as x from numbered`))[0]?.type ?? '',
      });
      return rowsOf(connection, `${query} order by gmv_row_number`);
    });
  } finally {
    await rm(spill, { recursive: true });
  }
}

const valuesOf = (texts: readonly string[], name = 'x'): string =>
  `select * from (values ${texts.map((text) => `(${literal(text)})`).join(', ')}) as v(${name})`;

interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** By the rules of the README, in BigInt; null where it is no number. */
function decimalOf(text: string): Decimal | null {
  const match = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match) return null;
  const [, sign, whole = '', part = '', power = '0'] = match;
  let digits = BigInt(whole + part);
  let exponent = Number(power) - part.length;
  while (digits !== 0n && digits % 10n === 0n) {
    digits /= 10n;
    exponent++;
  }
  if (String(digits).length > 18) return null;
  return { digits: sign === '-' ? -digits : digits, exponent };
}

function integerOf(decimal: Decimal | null, shift: number, round: string | undefined): bigint | null {
  if (decimal === null) return null;
  const { digits, exponent } = decimal;
  if (digits === 0n) return 0n;
  const places = exponent + shift;
  const size = digits < 0n ? -digits : digits;
  const sign = digits < 0n ? -1n : 1n;
  if (places >= 0) return String(size).length + places <= 18 ? digits * 10n ** BigInt(places) : null;
  const unit = 10n ** BigInt(-places);
  const [floor, rest] = [size / unit, size % unit];
  if (round === undefined && rest !== 0n) return null;
  const up = 2n * rest > unit || (2n * rest === unit && (round === 'half_up' || floor % 2n === 1n));
  const rounded = floor + (up ? 1n : 0n);
  return rounded < 2n ** 63n ? sign * rounded : null;
}

const numbers = fc.oneof(
  fc.tuple(fc.bigInt(-(10n ** 12n), 10n ** 12n), fc.integer({ min: 0, max: 9 })).map(([n, places]) => {
    const digits = String(n < 0n ? -n : n).padStart(places + 1, '0');
    const at = digits.length - places;
    return `${n < 0n ? '-' : ''}${digits.slice(0, at)}${places > 0 ? `.${digits.slice(at)}` : ''}`;
  }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc
    .tuple(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: -30, max: 20 }))
    .map(([n, e]) => `${n}e${e}`),
  fc.constantFrom(
    '0',
    '-0',
    '0.000',
    '0.5',
    '1.5',
    '2.5',
    '-2.5',
    '0.005',
    '0.015',
    '012',
    '.5',
    '1.',
    '',
    ' 1',
    '+1',
  ),
  fc.constantFrom(
    '1,234.00',
    'abc',
    'nan',
    'inf',
    '1e',
    '--1',
    '123456789012345678',
    '1234567890123456789',
    '1e17',
  ),
);

const seeded = { seed: Date.now() % 2 ** 31, numRuns: 8, endOnFailure: true };

describe(`exactness (seed ${seeded.seed})`, () => {
  it('reads amounts from their digits as arithmetic of integers does, products too', async () => {
    const rounding = fc.constantFrom(undefined, 'half_up' as const, 'half_even' as const);
    const pairs = fc.array(fc.tuple(numbers, numbers), { minLength: 200, maxLength: 400, size: 'max' });
    await fc.assert(
      fc.asyncProperty(pairs, rounding, fc.integer({ min: 0, max: 3 }), async (texts, round, digits) => {
        const table = `select * from (values ${texts.map(([x, y]) => `(${literal(x)}, ${literal(y)})`).join(', ')}) as v(x, y)`;
        const map: FieldMap = {
          amount_minor: { from: 'x', times: 'y', unit: 'major', round },
          quantity: { from: 'x', absolute: true },
        };
        const rows = await mapped(map, table, { format: 'csv', currencyDigits: digits });
        for (const [i, [x, y]] of texts.entries()) {
          const [a, b] = [decimalOf(x), decimalOf(y)];
          const product = a && b && { digits: a.digits * b.digits, exponent: a.exponent + b.exponent };
          const amount = integerOf(product, digits, round);
          const quantity = integerOf(a, 0, undefined);
          expect([rows[i]?.amount_minor, rows[i]?.quantity], `${x} × ${y}`).toEqual([
            amount === null ? null : String(amount),
            quantity === null ? null : String(quantity < 0n ? -quantity : quantity),
          ]);
        }
      }),
      seeded,
    );
  });

  it('reads numbers of every stored type as their text', async () => {
    const texts = ['19.90', '-0.05', '0.125', '100000.5', '0', '7'];
    for (const type of ['DECIMAL(12,3)', 'DECIMAL(18,6)', 'DECIMAL(38,10)', 'DOUBLE']) {
      for (const round of [undefined, 'half_up', 'half_even'] as const) {
        const map: FieldMap = { amount_minor: { from: 'x', unit: 'major', round } };
        const rows = await mapped(map, `select x::${type} as x from (${valuesOf(texts)})`);
        const expected = texts.map((text) => integerOf(decimalOf(text), 2, round));
        expect(rows.map((row) => row.amount_minor)).toEqual(
          expected.map((n) => (n === null ? null : String(n))),
        );
      }
    }
    const whole = await mapped(
      { quantity: 'x', amount_minor: { from: 'x', unit: 'major' } },
      'select 12::UTINYINT as x',
    );
    expect(whole[0]).toMatchObject({ quantity: '12', amount_minor: '1200' });
    const odd = await mapped(
      { amount_minor: { from: 'x', unit: 'major' } },
      "select unnest(['nan', 'inf', '0.30000000000000004', '1e300']::double[]) as x",
    );
    expect(odd.map((row) => [row.amount_minor, row.amount_minor_unread])).toEqual([
      [null, 'nan'],
      [null, 'inf'],
      [null, '0.30000000000000004'],
      [null, '1e+300'],
    ]);
  });

  it('reads times of ISO 8601 as the decoder of records does, whatever is damaged in them', async () => {
    const sound = fc
      .tuple(
        fc.date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true }),
        fc.constantFrom('Z', 'z', '+08:00', '-0330', '+14', '', '-00:00', '+23:59', '+24:00'),
        fc.constantFrom('', '.1', '.12', '.123', '.1239999', ',5', '.'),
        fc.constantFrom('T', 't', ' ', '_'),
      )
      .map(([date, zone, part, between]) => {
        const [day, time = ''] = date.toISOString().split('T');
        return `${day}${between}${time.slice(0, part === '.' ? 5 : 8)}${part === '.' ? '' : part}${zone}`;
      });
    const damaged = fc
      .tuple(sound, fc.nat(30), fc.constantFrom('0', '3', '6', '9', ':', '-', 'Z', ' ', 'x', ''))
      .map(([text, at, by]) => text.slice(0, at) + by + text.slice(at + 1));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(sound, damaged), { minLength: 300, maxLength: 500, size: 'max' }),
        async (texts) => {
          const map: FieldMap = { event_time: { from: 'x', unit: 'iso8601' } };
          const rows = await mapped(map, valuesOf(texts));
          for (const [i, text] of texts.entries()) {
            const bytes = Buffer.from(text);
            const ms = isoTimeMs(bytes, 0, bytes.length);
            expect(rows[i]?.event_time, text).toBe(Number.isNaN(ms) ? null : String(ms));
          }
        },
      ),
      seeded,
    );
  });
});

it('reads instants of every stored type, floored, and those of a zone', async () => {
  const of = async (sql: string, setting = {}) =>
    (await mapped({ event_time: { from: 'x', ...setting } }, `select ${sql} as x`))[0]?.event_time;
  expect(await of("timestamp '2025-11-11 00:00:00.1239'")).toBe(String(Date.UTC(2025, 10, 11, 0, 0, 0, 123)));
  expect(await of("timestamp '1969-12-31 23:59:59.9995'")).toBe('-1');
  expect(await of("timestamp_ns '2025-11-11 00:00:00.123999999'")).toBe(
    String(Date.UTC(2025, 10, 11, 0, 0, 0, 123)),
  );
  expect(await of("timestamptz '2025-11-11 00:00:00+08'")).toBe(String(Date.UTC(2025, 10, 10, 16)));
  expect(await of("timestamp '2025-07-01 12:00:00'", { zone: 'Europe/London' })).toBe(
    String(Date.UTC(2025, 6, 1, 11)),
  );
  expect(await of("'2025-07-01 12:00'", { unit: 'iso8601', zone: 'Europe/London' })).toBe(
    String(Date.UTC(2025, 6, 1, 11)),
  );
  expect(await of('1762819200::bigint', { unit: 'seconds' })).toBe('1762819200000');
  expect(await of('1762819200999999::bigint', { unit: 'us' })).toBe('1762819200999');
  expect(await of('(-1)::bigint', { unit: 'us' })).toBe('-1');
  expect(await of('1e17::bigint')).toBeNull();
});

it('follows paths into what is nested, and says which column of which file is of a wrong type', async () => {
  const nested =
    "select {'a.b': [{'c': 'x'}, {'c': 'y'}]} as s, 1.5::double as f, 'x' as t, date '2025-01-01' as d";
  expect((await mapped({ country: { from: ['s', 'a.b', 1, 'c'] } }, nested))[0]?.country).toBe('y');
  const wrong: readonly (readonly [FieldMap, RegExp])[] = [
    [{ order_id: 'f' }, /the file: "f", which order_id is read from, is DOUBLE, where a text is wanted/],
    [
      { quantity: 't' },
      /"t", which quantity is read from, is VARCHAR, where a number is wanted: say `quoted: true`/,
    ],
    [{ event_time: 'd' }, /is DATE, where a time is wanted/],
    [
      { country: 'missing', region: 'gone' },
      /has no column "missing".*; has no column "gone".*columns s, f, t, d/,
    ],
    [{ country: 's.nothing' }, /"s.nothing", which country is read from/],
  ];
  for (const [map, problem] of wrong) await expect(mapped(map, nested)).rejects.toThrow(problem);
});
