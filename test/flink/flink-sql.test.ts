import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { flinkFiles } from '../../engine/cli/flink-files.ts';
import { verifyFiles } from '../../engine/cli/verify-files.ts';
import { wholePlan } from '../../engine/cli/whole-plan.ts';
import { defaultCatalogue } from '../../engine/definitions/catalogue.ts';
import { finishMetric, RATIO_DECIMALS } from '../../engine/definitions/finish.ts';
import { defineMetric } from '../../engine/definitions/metric.ts';
import { flinkDialect } from '../../engine/export/flink-sql/flink-dialect.ts';
import { type FlinkQuery, type FlinkSql, flinkSql } from '../../engine/export/flink-sql/flink-sql.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { at, orderEvent, shuffled } from '../builders.ts';
import { writeDuckDbFile, writeOrderFile } from '../event-files.ts';
import { runGmv } from '../run-gmv.ts';
import { SYNTHETIC_CURRENCY, syntheticEvents } from '../synthetic.ts';
import syntheticTruth from '../synthetic-truth.json' with { type: 'json' };
import { flinkAnswers, statementsOf } from './flink-answers.ts';
import { type FlinkProcess, flinkMissing, startFlink } from './flink-process.ts';
import { type FlinkSession, openFlinkSession } from './flink-session.ts';

const RETAIL = fileURLToPath(new URL('../../../shared/data/online-retail', import.meta.url));
const MINUTES = 60_000;
const MOST_JOB_MS = 25 * MINUTES;
const LONG = 30 * MINUTES;

interface Truth {
  readonly by_day: readonly Readonly<Record<string, string | number>>[];
}

const asked = process.env.GMV_FLINK === '1';
const missing = asked ? flinkMissing() : 'not asked for: GMV_FLINK=1 npx vitest run test/flink';

let folder = '';
let flink: FlinkProcess | null = null;
let session: FlinkSession;
let answered = 0;

beforeAll(async () => {
  if (missing !== null) return;
  folder = mkdtempSync(join(tmpdir(), 'gmv-flink-'));
  flink = await startFlink(join(folder, 'flink'));
  await writeOrderFile(join(folder, 'whole.parquet'), shuffled(syntheticEvents(), 3));
}, 10 * MINUTES);

beforeEach(async ({ skip }) => {
  skip(missing !== null, missing ?? '');
  session = await openFlinkSession(flink?.url ?? '', MOST_JOB_MS);
  return () => session.close();
}, MINUTES);

afterAll(async () => {
  await flink?.stop();
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
});

const planFor = (timeZone: string, currency: string): Plan =>
  wholePlan({ catalogue: defaultCatalogue, timeZone, currency });

/** Runs the script that the command line prints, and gives what it was written as. */
async function runScript(file: string, plan: Plan, streaming = false): Promise<FlinkSql> {
  const options = ['--time-zone', plan.timeZone, '--currency', plan.currency ?? ''];
  const { code, stdout, stderr } = await runGmv(['export', 'flink-sql', file, ...options], { folder });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const sql = flinkSql({ plan, files: await flinkFiles(plan, [resolve(folder, file)]) });
  expect(stdout).toBe(`${sql.text}\n`);
  for (const statement of statementsOf(stdout)) await session.run(statement);
  if (streaming) await session.run("set 'execution.runtime-mode' = 'streaming'");
  return sql;
}

interface Verified {
  readonly file: string;
  readonly plan: Plan;
  readonly streaming?: boolean;
  readonly asks?: (query: FlinkQuery) => boolean;
}

/** Holds Flink's answers from a file against the pipeline's; all views in batch are one job. */
async function verified({ file, plan, streaming = false, asks }: Verified) {
  const sql = await runScript(file, plan, streaming);
  const answers = streaming ? null : join(folder, `answers-${answered++}`);
  let retracted: ReadonlyMap<string, number> = new Map();
  const report = await verifyFiles({
    plan,
    files: [resolve(folder, file)],
    threads: 1,
    answersOf: async () => {
      const flink = await flinkAnswers({ session, sql, folder: answers, asks });
      retracted = flink.retracted;
      return flink;
    },
  });
  expect(report.differences).toEqual([]);
  return { ...report, retracted };
}

/** A view's rows by the names of their columns. */
async function select(statement: string): Promise<Record<string, string | number | null>[]> {
  const { columns, rows } = await session.run(statement);
  return rows.map(({ fields }) => Object.fromEntries(columns.map((name, i) => [name, fields[i] ?? null])));
}

const hardest = ({ rollup, grain }: FlinkQuery): boolean =>
  ['total first_minute', 'total minute', 'category minute', 'category day'].includes(`${rollup} ${grain}`);

it('in batch every figure and count of the synthetic set equals the pipeline, and its totals the truth', {
  timeout: LONG,
}, async () => {
  const report = await verified({
    file: 'whole.parquet',
    plan: planFor('America/New_York', SYNTHETIC_CURRENCY),
  });
  expect(report).toMatchObject({ different: 0, undecidable: [], rows: syntheticTruth.events });
  expect(report.compared).toBeGreaterThan(400_000);
  const [totals = {}] = await select('select * from total_range');
  const names = syntheticTruth.row.slice(1);
  expect(names.map((name) => totals[name])).toEqual(syntheticTruth.zones['America/New_York'].totals);
});

it('in streaming mode the same views end at the same figures, by taking back what late rows change', {
  timeout: LONG,
}, async () => {
  const plan = planFor('Australia/Lord_Howe', SYNTHETIC_CURRENCY);
  const report = await verified({ file: 'whole.parquet', plan, streaming: true, asks: hardest });
  expect(report).toMatchObject({ different: 0, undecidable: [] });
  for (const view of ['total_first_minute', 'total_minute', 'category_minute', 'category_day', 'fates']) {
    expect(report.retracted.get(view), view).toBeGreaterThan(100);
  }
});

it('reads the file of another program: microseconds, wider integers, columns that lack, clocks that go back over midnight', {
  timeout: LONG,
}, async () => {
  const change = at('2010-11-07T02:31:00Z');
  const around = [-90_000, -30_000, 0, 30_000, 3_599_000, 3_601_000].map((shift) =>
    orderEvent({ event_id: `st-johns ${shift}`, buyer_id: `b${shift}`, event_time: change + shift }),
  );
  await writeDuckDbFile({
    path: join(folder, 'foreign.parquet'),
    // Flink's reader fails on microseconds before 1970 that are no whole milliseconds.
    events: [
      ...syntheticEvents()
        .slice(0, 1500)
        .filter((e) => Number(e.event_time) >= 0),
      ...around,
    ],
    select:
      '* exclude (region, channel) replace (make_timestamp(event_time * 1000 + 7) as event_time, quantity::bigint as quantity)',
  });
  const plan = planFor('America/St_Johns', SYNTHETIC_CURRENCY);
  const days = ({ grain, rollup }: FlinkQuery): boolean => grain === 'day' || rollup === 'total';
  const report = await verified({ file: 'foreign.parquet', plan, asks: days });
  expect(report).toMatchObject({ different: 0, undecidable: [] });
  const paid = await select(
    "select business_day, paid_events from total_day where business_day < date '2011-01-01'",
  );
  expect(paid).toEqual([
    { business_day: '2010-11-06', paid_events: 4 },
    { business_day: '2010-11-07', paid_events: 2 },
  ]);
});

it('lists ids whose right payload only the engine can tell', { timeout: LONG }, async () => {
  const time = at('2024-05-05T09:30:00Z');
  const events = [1, 2, 3].flatMap((n) => [
    orderEvent({ event_id: `tie-${n}`, event_time: time, amount_minor: 100 + n }),
    orderEvent({ event_id: `tie-${n}`, event_time: time, amount_minor: 900 + n }),
    orderEvent({ event_id: `no-tie-${n}`, event_time: time, amount_minor: 100 + n }),
    orderEvent({ event_id: `no-tie-${n}`, event_time: time + n, amount_minor: 900 + n }),
    orderEvent({ event_id: `no-tie-${n}`, event_time: time + n, amount_minor: 901 + n }),
  ]);
  await writeOrderFile(join(folder, 'ties.parquet'), events);
  const plan = planFor('UTC', SYNTHETIC_CURRENCY);
  for (const streaming of [false, true]) {
    await runScript('ties.parquet', plan, streaming);
    const found = await select('select distinct event_id from undecidable');
    expect(found.map(({ event_id }) => event_id).sort()).toEqual(['tie-1', 'tie-2', 'tie-3']);
    await session.close();
    session = await openFlinkSession(flink?.url ?? '', MOST_JOB_MS);
  }
});

it('divides as the engine does, also integers beyond 2^53 and below zero', { timeout: LONG }, async () => {
  const values = [0, 1, 2, 3, 5, 7, -1, -5, 1_000_003, 9_007_199_254_740_991];
  const pairs = values.flatMap((a) => values.map((b) => `(cast(${a} as bigint), cast(${b} as bigint))`));
  const { divide } = flinkDialect;
  const rows = await select(
    `select a, b, ${divide('a', 'b', 0)} as m, ${divide('a', 'b', RATIO_DECIMALS)} as r from (values ${pairs.join(', ')}) as v(a, b)`,
  );
  expect(rows).toHaveLength(pairs.length);
  const title = { en: 'X', 'zh-CN': 'X' };
  const money = defineMetric({ name: 'm', title, aggregate: 'ratio', of: ['a', 'b'], unit: 'money' });
  const ratio = defineMetric({ name: 'r', title, aggregate: 'ratio', of: ['a', 'b'], unit: 'ratio' });
  const plain = (value: unknown): number | null => (value === null ? null : Number(value) + 0);
  for (const row of rows) {
    const base = (name: string): number => Number(row[name]);
    expect([plain(row.m), plain(row.r)], JSON.stringify(row)).toEqual(
      [finishMetric(money, base), finishMetric(ratio, base)].map(plain),
    );
  }
});

it('in batch the hardest figures of Online Retail equal the pipeline and the truth', {
  timeout: LONG,
}, async ({ skip }) => {
  skip(!existsSync(RETAIL), 'the data set is not here');
  const file = join(RETAIL, 'orders.parquet');
  const report = await verified({ file, plan: planFor('UTC', 'GBP'), asks: hardest });
  expect(report).toMatchObject({ different: 0, undecidable: [], rows: 541_909 });
  const truth = JSON.parse(readFileSync(join(RETAIL, 'truth.json'), 'utf8')) as Truth;
  const days = await select(
    'select business_day, gmv, refunds, net_gmv, orders, buyers, units, paid_events, refunded_events from total_day',
  );
  const ascending = days
    .map((day) => Object.values(day))
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  expect(ascending).toEqual(truth.by_day.map((day) => Object.values(day)));
  const curve = await select(`select business_day, max(so_far) as buyers from (
    select business_day, sum(buyers) over (partition by business_day order by utc_minute) as so_far from total_first_minute
  ) group by business_day`);
  expect(new Map(curve.map(({ business_day, buyers }) => [business_day, buyers]))).toEqual(
    new Map(truth.by_day.map(({ day, buyers }) => [day, buyers])),
  );
});
