import { defaultPlan } from './default-plan.ts';
import { runBench, type Subject } from './harness.ts';
import { discardBroker, type LiveBroker, orderTopic, PARTITIONS, startLiveBroker } from './live-broker.ts';
import { type EngineLive, engineLive, replayedByDay } from './live-engine.ts';
import { countWithKafkajs, parseWithKafkajs } from './live-kafkajs.ts';
import { discardOrderFiles, orderFile } from './order-set.ts';
import { CURRENCY } from './order-sql.ts';

/**
 * From a topic of a real broker to published epochs, everything kept as live keeps it, against kafkajs that only counts
 * the messages of the same topic.
 */
const CODECS = ['none', 'lz4', 'zstd'] as const;
const plan = defaultPlan({ currency: CURRENCY });
let broker: LiveBroker | null = null;

await runBench<EngineLive>({
  question:
    'How fast do JSON events of a Kafka topic become published epochs, against kafkajs that counts them?',
  options: {
    rows: { type: 'string', default: '3000000' },
    /** Default: all three. */
    codec: { type: 'string' },
    seed: { type: 'string', default: '7' },
    discard: { type: 'boolean', default: false },
  },
  async prepare(values) {
    const [rows, seed] = [Number(values.rows), Number(values.seed)];
    const codecs = CODECS.filter((codec) => values.codec === undefined || values.codec === codec);
    if (codecs.length === 0 || !(rows > 0) || !Number.isInteger(seed))
      throw new Error(`give --rows and --seed as numbers, --codec ${CODECS.join(' or ')}`);
    const file = await orderFile({ kind: 'real', rows, codec: 'zstd', seed });
    const replayed = await replayedByDay(file, plan);
    broker = await startLiveBroker();
    const subjects: Subject<EngineLive>[] = [];
    for (const codec of codecs) {
      const { address, pid } = broker;
      const topic = await orderTopic({ broker: address, file, rows, codec });
      const title = `${rows} events on ${PARTITIONS} partitions, ${codec}`;
      subjects.push({ title, input: { broker: address, brokerPid: pid, topic, rows, replayed } });
    }
    return subjects;
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
