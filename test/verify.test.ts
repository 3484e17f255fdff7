import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliOptions } from '../engine/cli/run-cli.ts';
import { verifyFiles } from '../engine/cli/verify-files.ts';
import { wholePlan } from '../engine/cli/whole-plan.ts';
import { loadConfig } from '../engine/config.ts';
import { defaultCatalogue } from '../engine/definitions/catalogue.ts';
import { duckdbSql } from '../engine/export/duckdb-sql/duckdb-sql.ts';
import type { DayFigures } from '../engine/figures/day-figures.ts';
import type { Plan } from '../engine/plan/plan.ts';
import { at, createRandom, orderEvent, shuffled } from './builders.ts';
import { writeDuckDbFile, writeOrderFile } from './event-files.ts';
import { runGmv } from './run-gmv.ts';
import { runGmvHere } from './run-gmv-here.ts';
import { SYNTHETIC_CURRENCY, SYNTHETIC_ZONES, syntheticEvents } from './synthetic.ts';

const ORDERS = fileURLToPath(new URL('../../shared/data/online-retail/orders.parquet', import.meta.url));
const PRESENT = existsSync(ORDERS);

const planFor = (timeZone: string): Plan =>
  wholePlan({ catalogue: defaultCatalogue, timeZone, currency: SYNTHETIC_CURRENCY });
const LONDON = planFor('Europe/London');

let folder = '';
let small = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-verify-'));
  const events = syntheticEvents();
  await writeOrderFile(join(folder, 'whole.parquet'), shuffled(events, 3));
  await writeDuckDbFile({
    path: join(folder, 'bare.parquet'),
    events,
    select: '* exclude (region, channel) replace (make_timestamp(event_time * 1000 + 7) as event_time)',
  });
  small = join(folder, 'small.parquet');
  const from = at('2024-10-26T00:00:00Z');
  const to = at('2024-10-28T00:00:00Z');
  await writeOrderFile(
    small,
    events.filter(({ event_time: time }) => Number(time) >= from && Number(time) < to),
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `gmv verify` printed; its exit code is 0. */
async function verified(args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await runGmv(['verify', ...args, '--json'], { folder });
  expect(stderr).toBe('');
  const answer = JSON.parse(stdout) as Record<string, unknown>;
  expect({ code, differences: answer.differences }).toEqual({ code: 0, differences: [] });
  return answer;
}

describe('the pipeline and the exported SQL agree on every figure', () => {
  it.each(SYNTHETIC_ZONES)('of the synthetic set in %s', async (zone) => {
    const options = ['--time-zone', zone, '--currency', SYNTHETIC_CURRENCY];
    const answer = await verified(['whole.parquet', ...options]);
    expect(answer).toMatchObject({ equal: true, different: 0, undecidable: [], undecided: 0 });
    expect(answer.compared).toBeGreaterThan(400_000);
  });

  it('of a file that lacks nullable columns and has microseconds, by its own currency, on two threads', async () => {
    const zone = ['--time-zone', 'Asia/Kolkata', '--threads', '2'];
    expect(await verified(['bare.parquet', ...zone])).toMatchObject({ equal: true, undecidable: [] });
  });

  it.skipIf(!PRESENT)('of Online Retail (needs ../shared/data/online-retail)', async () => {
    const answer = await verified([ORDERS, '--time-zone', 'Europe/London', '--threads', '2']);
    expect(answer).toMatchObject({ equal: true, rows: 541_909, undecidable: [] });
    expect(answer.compared).toBeGreaterThan(10_000_000);
  });
});

describe('a difference is found and named', () => {
  const [first] = LONDON.predicates;
  const wrong: [string, (plan: Plan) => Plan, Record<string, unknown>][] = [
    [
      'a filter',
      (plan) => ({
        ...plan,
        predicates: [{ where: [{ column: 'type', in: ['paid', 'shipped'] }] }, ...plan.predicates.slice(1)],
      }),
      { rollup: 'total', metric: 'gmv' },
    ],
    ['a time zone', (plan) => ({ ...plan, timeZone: 'Europe/Paris' }), { rollup: 'total', grain: 'hour' }],
    [
      'a cap',
      (plan) => ({ ...plan, limits: { ...plan.limits, maxQuantity: 3 } }),
      { rollup: 'counts', metric: 'rejected quantity_over_cap', pipeline: 0 },
    ],
    ['a currency', (plan) => ({ ...plan, currency: 'EUR' }), { metric: 'rejected currency', pipeline: 0 }],
    [
      'a dimension',
      (plan) => ({
        ...plan,
        dimensions: plan.dimensions.map((d) => (d.name === 'category' ? { ...d, column: 'country' } : d)),
      }),
      { rollup: 'category', grain: 'minute', key: 'US' },
    ],
    [
      'a definition',
      (plan) => ({
        ...plan,
        metrics: plan.metrics.map((m) =>
          m.aggregate === 'ratio' && m.name === 'aov' ? { ...m, of: ['gmv', 'units'] } : m,
        ),
      }),
      { metric: 'aov', grain: 'range' },
    ],
  ];

  it.each(wrong)('where the SQL has %s of its own', async (_name, change, found) => {
    expect(first?.where).toEqual([{ column: 'type', in: ['paid'] }]);
    const report = await verifyFiles({
      plan: LONDON,
      files: [small],
      threads: 1,
      sqlOf: ({ plan, files }) => duckdbSql({ plan: change(plan), files }),
    });
    expect(report.different).toBeGreaterThan(0);
    expect(report.differences).toContainEqual(expect.objectContaining(found));
  });

  it('on the command line, with exit code 1', async () => {
    const time = at('1972-05-05T12:44:30Z');
    await writeOrderFile(join(folder, 'one.parquet'), [orderEvent({ event_time: time })]);
    const wrongSql: CliOptions['sqlOf'] = ({ plan, files }) =>
      duckdbSql({ plan: { ...plan, timeZone: 'Asia/Tokyo' }, files });
    const args = ['verify', 'one.parquet', '--time-zone', 'Africa/Monrovia'];
    const { code, stdout, stderr } = await verifyHere(args, wrongSql);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^total +hour +1972-05-05T12:00\+00:00 +null +gmv +1000 +0$/m);
    expect(stdout).toMatch(/^different: \d+ of \d+ figures of 1 rows$/m);
    const asJson = await verifyHere([...args, '--json'], wrongSql);
    expect(asJson.code).toBe(1);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ equal: false, rows: 1 });
    expect((await verifyHere(args)).code).toBe(0);
  });

  it('wherever one number of the pipeline is changed', async () => {
    const random = createRandom(42);
    for (const kind of [...KINDS, ...KINDS]) {
      const tamper = createTamper(kind, random);
      const report = await verifyFiles({ plan: LONDON, files: [small], threads: 1, onDay: tamper.change });
      expect(tamper.changed()).not.toBe('');
      expect(report.different, tamper.changed()).toBeGreaterThan(0);
      const [rollup] = tamper.changed().split(' ');
      expect(report.differences.map((difference) => difference.rollup)).toContain(rollup);
    }
  });
});

/** Runs the command line in this process, so that `verify` can be given other SQL. */
const verifyHere = (args: readonly string[], sqlOf?: CliOptions['sqlOf']) =>
  runGmvHere({
    args,
    folder,
    loadConfig: async () => ({ ...(await loadConfig(folder)), timeZone: 'UTC' }),
    sqlOf,
  });

/** Lists of numbers in a day's figures. */
const KINDS = ['values', 'hourly', 'daily', 'curve', 'identity'];

/** Changes one random number of one kind in the first day that has such. */
function createTamper(kind: string, random: () => number) {
  let changed = '';
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  return {
    changed: () => changed,
    change({ counts, rollups }: DayFigures): void {
      if (changed !== '' || counts.applied === 0) return;
      const places = rollups.flatMap(({ rollup, cells, distinct }) => [
        ...cells.values.map((list) => [`${rollup} values`, list] as const),
        ...distinct.flatMap(({ hourly, daily, newIdsByMinute, identity }) => [
          [`${rollup} hourly`, hourly.count] as const,
          [`${rollup} daily`, daily.count] as const,
          ...(newIdsByMinute ? [[`${rollup} curve`, newIdsByMinute] as const] : []),
          // The last key loses an id.
          ...(identity && (identity.offsets.at(-1) ?? 0) > (identity.offsets.at(-2) ?? 0)
            ? [[`${rollup} identity`, identity.offsets.subarray(-1)] as const]
            : []),
        ]),
      ]);
      const place = pick(places.filter(([name, list]) => name.endsWith(` ${kind}`) && list.length > 0));
      if (!place) return;
      const [name, list] = place;
      const index = Math.floor(random() * list.length);
      list[index] = (list[index] ?? 0) + (kind === 'identity' ? -1 : 1);
      changed = name;
    },
  };
}

describe('the exported script', () => {
  it('runs as it is printed, from the folder it was written in', async () => {
    const { code, stdout } = await runGmv(['export', 'duckdb-sql', 'whole.parquet', '--currency', 'USD'], {
      folder,
    });
    expect(code).toBe(0);
    expect(stdout).toContain("read_parquet('whole.parquet'");
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(stdout.replace("'whole.parquet'", `'${join(folder, 'whole.parquet')}'`));
    const reader = await connection.runAndReadAll('select count(*) from applied');
    expect(Number(reader.getRows()[0]?.[0])).toBeGreaterThan(4000);
    connection.closeSync();
  });
});

describe('two payloads of one id at one time', () => {
  const time = at('2024-05-05T09:30:00Z');
  const shared = { event_time: time, currency: SYNTHETIC_CURRENCY };
  const ties = [
    ...Array.from({ length: 20 }, (_, i) => [
      orderEvent({ ...shared, event_id: `tie-${i}`, amount_minor: 100 + i, country: 'GB' }),
      orderEvent({ ...shared, event_id: `tie-${i}`, amount_minor: 900 + i, country: 'FR' }),
    ]),
    orderEvent({ ...shared, event_id: 'alone', event_time: time + 86_400_000, country: 'IT' }),
  ].flat();

  it('are undecidable for SQL, not a difference', async () => {
    const path = join(folder, 'ties.parquet');
    await writeOrderFile(path, ties);
    const report = await verifyFiles({ plan: LONDON, files: [path], threads: 1 });
    expect(report.differences).toEqual([]);
    expect(report.undecidable).toHaveLength(20);
    expect(report.undecidable).toContainEqual({ event_id: 'tie-7', day: '2024-05-05' });
    expect(report.undecided).toBeGreaterThan(0);
  });

  it('hide no difference in figures that do not hang on them', async () => {
    const report = await verifyFiles({
      plan: LONDON,
      files: [join(folder, 'ties.parquet')],
      threads: 1,
      onDay({ day, rollups }) {
        const gmv = rollups[0]?.cells.values[0];
        if (day === '2024-05-06' && gmv) gmv[0] = (gmv[0] ?? 0) + 1;
      },
    });
    expect(report.differences).toContainEqual(
      expect.objectContaining({ rollup: 'total', grain: 'day', bucket: '2024-05-06', metric: 'gmv' }),
    );
  });
});
