import { parseArgs } from 'node:util';
import type { UserConfig } from '../engine/config.ts';
import type { JobDraft } from '../engine/protocol/jobs.ts';
import { dailyOrderFiles, discardDailyOrders } from './daily-orders.ts';
import { startEndlessBackfill } from './governor-backfill.ts';
import { discardBroker, startLiveBroker } from './live-broker.ts';
import { type Latency, type LatencyOptions, measureLatency } from './live-latency.ts';
import { type ProducerTask, sendAtRate } from './live-producer.ts';
import { median } from './median.ts';

/**
 * How long an order takes from when it was due to be sent to the frame that shows it, with nothing else to do and beside
 * a backfill of the whole catalogue on as many threads as there are; how much of what live leaves idle the backfill takes.
 */
const [, , role, task = ''] = process.argv;
if (role === '--produce') await sendAtRate(JSON.parse(task) as ProducerTask);
else await bench();

async function bench(): Promise<void> {
  const { values } = parseArgs({
    options: {
      /** Events of live per second. */
      rate: { type: 'string', default: '10000' },
      samples: { type: 'string', default: '10000' },
      /** Of the dataset. */
      rows: { type: 'string', default: '5000000' },
      days: { type: 'string', default: '100' },
      seed: { type: 'string', default: '7' },
      threads: { type: 'string', default: '2' },
      /** Seconds that the backfill goes on by itself. */
      alone: { type: 'string', default: '15' },
      rounds: { type: 'string', default: '3' },
      /** Deletes the dataset and the broker's files when done. */
      discard: { type: 'boolean', default: false },
    },
  });
  const [rate, samples, threads] = [Number(values.rate), Number(values.samples), Number(values.threads)];
  const [rows, days, seed] = [Number(values.rows), Number(values.days), Number(values.seed)];
  const made = await dailyOrderFiles({ rows, days, seed });
  const config: UserConfig = {
    datasets: { days: { files: `${made.folder}/*.parquet` } },
    backfill: { threads },
  };
  const draft: JobDraft = {
    dataset: 'days',
    spans: [made.span],
    metrics: null,
    when: 'now',
    parallelism: threads,
    approval: { kind: 'manual' },
  };
  const broker = await startLiveBroker();
  const options: LatencyOptions = { broker, rate, samples, config, ...zoneOf(new Date()) };
  const aloneMs = Number(values.alone) * 1000;
  const [without, beside]: [Latency[], Latency[]] = [[], []];
  console.log(
    'What does a backfill at full speed do to the latency of live, and what of the idle does it use?',
  );
  try {
    for (let round = 1; round <= Number(values.rounds); round++) {
      without.push(await measureLatency(options));
      console.log(`round ${round}, live alone: ${JSON.stringify(without.at(-1))}`);
      beside.push(
        await measureLatency({
          ...options,
          beside: (server) => startEndlessBackfill({ server, draft, aloneMs }),
        }),
      );
      console.log(`round ${round}, with a backfill: ${JSON.stringify(beside.at(-1))}`);
    }
  } finally {
    await broker.stop();
    if (values.discard) await Promise.all([discardBroker(), discardDailyOrders()]);
  }
  report(without, beside);
}

/** Files are of UTC's days; where one of them ends soon, each file belongs to two days of another zone. */
function zoneOf(now: Date): { readonly timeZone?: string } {
  const hour = now.getUTCHours();
  return hour >= 1 && hour < 23 ? { timeZone: 'UTC' } : {};
}

function report(without: readonly Latency[], beside: readonly Latency[]): void {
  const medians = (rounds: readonly Latency[]): Latency => {
    const names = [...new Set(rounds.flatMap((round) => Object.keys(round)))];
    return Object.fromEntries(
      names.map((name) => [name, Number(median(rounds.map((round) => round[name] ?? 0)).toFixed(2))]),
    );
  };
  const [alone, both] = [medians(without), medians(beside)];
  const names = [...new Set([...Object.keys(alone), ...Object.keys(both)])];
  console.table(
    Object.fromEntries(
      names.map((name) => [name, { 'live alone': alone[name], 'with a backfill': both[name] }]),
    ),
  );
  const ratios = (name: string): number =>
    median(beside.map((round, i) => (round[name] ?? Number.NaN) / (without[i]?.[name] ?? Number.NaN)));
  const idle = 'idle CPU %';
  const used = median(beside.map((round, i) => 1 - (round[idle] ?? Number.NaN) / (without[i]?.[idle] ?? 0)));
  console.log(
    `p50 × ${ratios('p50 ms').toFixed(2)}, p99 × ${ratios('p99 ms').toFixed(2)} of live alone (aim: at most 1.5); ` +
      `the backfill uses ${Math.round(used * 100)} % of what live leaves idle (aim: at least 70)`,
  );
}
