import { defaultCatalogue } from '../engine/definitions/catalogue.ts';
import { duckdbDays } from './backfill-duckdb.ts';
import { type BackfillInput, backfillDays } from './backfill-engine.ts';
import { dailyOrderFiles, discardDailyOrders } from './daily-orders.ts';
import { defaultPlan } from './default-plan.ts';
import { runBench } from './harness.ts';
import { CURRENCY } from './order-sql.ts';

/**
 * A backfill of the default catalogue from a file a day, from submitting to published history, by the threads of the
 * server; against DuckDB that makes the same figures from the same files into tables of a file.
 */
const plan = defaultPlan({ currency: CURRENCY });
const extended = defaultPlan({
  currency: CURRENCY,
  catalogue: {
    ...defaultCatalogue,
    metrics: [
      ...defaultCatalogue.metrics,
      {
        name: 'app_gmv',
        title: { en: 'GMV in the app', 'zh-CN': 'App 成交额' },
        aggregate: 'sum',
        of: 'amount_minor',
        where: { type: 'paid', channel: 'app' },
        unit: 'money',
      },
    ],
    rollups: [
      ...defaultCatalogue.rollups,
      { name: 'app', by: null, slice: 'minute', metrics: ['app_gmv'], identity: false },
    ],
  },
});
/** Members of more sets than that take longer to compare than to compute. */
const MOST_ROWS_OF_MEMBERS = 10_000_000;

interface Input extends BackfillInput {
  readonly rows: number;
}

const THREADS = [1, 2];

await runBench<Input>({
  question:
    'How fast does a backfill get from files to published history, against DuckDB that makes the same tables?',
  options: {
    rows: { type: 'string', default: '5000000' },
    days: { type: 'string', default: '100' },
    seed: { type: 'string', default: '7' },
    /** Deletes the files when done. */
    discard: { type: 'boolean', default: false },
  },
  async prepare(values) {
    const [rows, days, seed] = [Number(values.rows), Number(values.days), Number(values.seed)];
    if (!(rows > 0) || !Number.isInteger(days) || days < 1 || !Number.isInteger(seed))
      throw new Error('give --rows, --days and --seed as numbers');
    const made = await dailyOrderFiles({ rows, days, seed });
    const members = rows <= MOST_ROWS_OF_MEMBERS;
    const title = `${rows} order events of ${days} days, a file each${members ? '' : '; sets compared by size'}`;
    return [{ title, input: { ...made, rows, members } }];
  },
  cleanUp: async ({ discard }) => {
    if (discard) await discardDailyOrders();
  },
  contenders: THREADS.flatMap((threads) => {
    const name = threads === 1 ? '1 thread' : `${threads} threads`;
    return [
      {
        name: `DuckDB, ${name}`,
        run: (input) => duckdbDays({ ...input, plan, extended, threads }, input.rows),
      },
      { name: `backfill, ${name}`, run: (input) => backfillDays({ ...input, plan, extended, threads }) },
    ];
  }),
});
