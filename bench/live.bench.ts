import { defaultPlan } from './default-plan.ts';
import { runBench, type Subject } from './harness.ts';
import { discardBroker, type LiveBroker, orderTopic, PARTITIONS, startLiveBroker } from './live-broker.ts';
import { type EngineLive, engineLive, replayedByDay } from './live-engine.ts';
import { countWithKafkajs, parseWithKafkajs } from './live-kafkajs.ts';
import { type Latency, measureLatency } from './live-latency.ts';
import { type ProducerTask, sendAtRate } from './live-producer.ts';
import { discardOrderFiles, orderFile } from './order-set.ts';
import { CURRENCY } from './order-sql.ts';

/**
 * From a topic of a real broker to published epochs, everything kept as live keeps it, against kafkajs that only counts
 * the messages of the same topic; then how long an order takes from being sent to the frame that shows it.
 */
const CODECS = ['none', 'lz4', 'zstd'] as const;
const PARTS = ['throughput', 'latency'] as const;
const plan = defaultPlan({ currency: CURRENCY });
let broker: LiveBroker | null = null;

const [, , role, task = ''] = process.argv;
if (role === '--produce') await sendAtRate(JSON.parse(task) as ProducerTask);
else await bench();

function bench(): Promise<void> {
  return runBench<EngineLive>({
    question:
      'How fast do JSON events of a Kafka topic become published epochs, against kafkajs that counts them?',
    options: {
      rows: { type: 'string', default: '3000000' },
      /** Default: all three. */
      codec: { type: 'string' },
      seed: { type: 'string', default: '7' },
      /** Default: both. */
      part: { type: 'string' },
      /** Of latency: events per second, and how many must be measured at least. */
      rates: { type: 'string', default: '1000,10000,50000' },
      samples: { type: 'string', default: '10000' },
      discard: { type: 'boolean', default: false },
    },
    async prepare(values) {
      if (values.part !== undefined && !PARTS.some((part) => part === values.part))
        throw new Error(`give --part ${PARTS.join(' or ')}`);
      broker = await startLiveBroker();
      return values.part === 'latency' ? [] : subjects(broker, values);
    },
    async further({ part, rates, samples }) {
      if (broker && part !== 'throughput')
        await latencyTable(broker, String(rates).split(',').map(Number), Number(samples));
    },
    async cleanUp({ discard }) {
      await broker?.stop();
      if (!discard) return;
      await discardBroker();
      await discardOrderFiles();
    },
    contenders: [
      { name: 'kafkajs counting', run: countWithKafkajs },
      { name: 'kafkajs + JSON.parse', run: parseWithKafkajs },
      { name: 'engine, one thread', run: (input) => engineLive(input, { plan, ownThread: false }) },
      { name: 'engine, split', run: (input) => engineLive(input, { plan, ownThread: true }) },
    ],
  });
}

async function subjects(
  { address, pid }: LiveBroker,
  values: Readonly<Record<string, unknown>>,
): Promise<Subject<EngineLive>[]> {
  const [rows, seed] = [Number(values.rows), Number(values.seed)];
  const codecs = CODECS.filter((codec) => values.codec === undefined || values.codec === codec);
  if (codecs.length === 0 || !(rows > 0) || !Number.isInteger(seed))
    throw new Error(`give --rows and --seed as numbers, --codec ${CODECS.join(' or ')}`);
  const file = await orderFile({ kind: 'real', rows, codec: 'zstd', seed });
  const replayed = await replayedByDay(file, plan);
  const found: Subject<EngineLive>[] = [];
  for (const codec of codecs) {
    const topic = await orderTopic({ broker: address, file, rows, codec });
    const title = `${rows} events on ${PARTITIONS} partitions, ${codec}`;
    found.push({ title, input: { broker: address, brokerPid: pid, topic, rows, replayed } });
  }
  return found;
}

async function latencyTable(running: LiveBroker, rates: readonly number[], samples: number): Promise<void> {
  console.log('\nFrom when an event is to be sent to the frame that shows it');
  const table: Latency[] = [];
  for (const rate of rates) {
    const latency = await measureLatency({ broker: running, rate, samples });
    console.log(JSON.stringify(latency));
    table.push(latency);
  }
  console.table(table);
}
