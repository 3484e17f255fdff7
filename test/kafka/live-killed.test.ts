import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, it } from 'vitest';
import { buildApp } from '../../scripts/build.mjs';
import { createRandom, shuffled } from '../builders.ts';
import { makeTopic, withAdmin } from './consume-bed.ts';
import { bareKafka, type KafkaBed, openKafkaBed, readTopic, skipped, startTestBroker } from './kafka-bed.ts';
import { checkEverything, checkHistory, checkReplay, checkSealedRange } from './live-checks.ts';
import { type Expected, expectedOf } from './live-expected.ts';
import { AIMS, type Aim, startAndKill } from './live-killer.ts';
import { disturbed, ordersOfDay } from './live-orders.ts';
import { createLiveProducer } from './live-producer.ts';
import { createLiveServer, type LiveServer } from './live-server.ts';

const TOPIC = 'orders';
const CURRENCY = 'CNY';
const SEED = Number(process.env.GMV_SEED ?? Date.now() % 1_000_000);
const KILLS = Number(process.env.GMV_KILLS ?? 25);
const START_MS = 1_800_000;
const PER_SEND = 40;
/** Sent while the server starts: on a slow machine all else is checked on as many days as on a fast one. */
const DAYS_AHEAD = 2;

let bed: KafkaBed;
let server: LiveServer;
let expected: Expected;
const random = createRandom(SEED);

beforeAll(async () => {
  if (skipped !== null) return;
  await buildApp();
  bed = await openKafkaBed();
  await makeTopic(bed.kafka, TOPIC, 3);
}, START_MS);
beforeEach(({ skip }) => skip(skipped !== null, skipped ?? ''));
afterAll(async () => {
  await server?.kill();
  await bed?.close();
}, START_MS);

/** Days of orders one after another, each in the log before the next begins, until it is to end. */
function keepSending(options: { readonly random: () => number }) {
  const producer = createLiveProducer(bed.kafka, TOPIC);
  let partitions = 3;
  let ending = false;
  let upTo = DAYS_AHEAD;
  let day = 0;
  const run = async (): Promise<number> => {
    for (; !ending || day < 3; day++) {
      while (day >= upTo && !ending) await sleep(20);
      const events = shuffled(ordersOfDay(day, 45, options.random), SEED + day);
      const shares = { duplicates: 0.05, conflicts: 0.01, malformed: 0.02 };
      const messages = disturbed({ events, partitions, ...shares, random: options.random });
      for (let at = 0; at < messages.length; at += PER_SEND) {
        await producer.send(messages.slice(at, at + PER_SEND));
        await sleep(ending ? 0 : 200);
      }
      // An answer of the broker that began before the day's last record shall be over when the next day's first is written.
      await sleep(50);
    }
    await producer.close();
    return day;
  };
  const done = run();
  return {
    /** From the next day on. */
    widenTo(added: number): void {
      partitions = added;
    },
    /** No more than some days until the server has started. */
    hold(): void {
      upTo = day + DAYS_AHEAD;
    },
    goOn(): void {
      upTo = Number.POSITIVE_INFINITY;
    },
    end(): Promise<number> {
      ending = true;
      return done;
    },
    done,
  };
}

it(
  `after ${KILLS} kills, aimed at everything it writes, all is as if there had been none; seed ${SEED}`,
  async () => {
    const live = { checkpointEverySeconds: 1 };
    server = createLiveServer({ folder: bed.folder, broker: bed.broker.address, topic: TOPIC, live });
    const sending = keepSending({ random: createRandom(SEED + 1) });
    sending.done.catch(() => undefined);
    const aims = shuffled(
      Array.from({ length: KILLS }, (_, i): Aim => AIMS[i % AIMS.length] ?? 'anything'),
      SEED,
    );
    const missed: Aim[] = [];
    let address = bed.broker.address;
    let broker = bed.broker;
    const restartBroker = async (end: 'stop' | 'kill'): Promise<void> => {
      await broker[end]();
      broker = await startTestBroker(join(bed.folder, 'broker'), Number(address.split(':')[1]));
      address = broker.address;
    };
    const addPartition = async (count: number): Promise<void> => {
      const topicPartitions = [{ topic: TOPIC, count }];
      await withAdmin(bed.kafka, (admin) => admin.createPartitions({ topicPartitions }));
    };
    try {
      for (const [i, aim] of aims.entries()) {
        const added = i === 5 ? 4 : i === 12 ? 5 : null;
        const restart = i === 8 ? 'stop' : i === 17 ? 'kill' : null;
        const restarted = restart && restartBroker(restart);
        sending.hold();
        const hit = await startAndKill(server, aim, random, async () => {
          sending.goOn();
          if (added) await addPartition(added);
        });
        if (!hit) missed.push(aim);
        await restarted;
        if (added) {
          if (aim === 'start') await addPartition(added);
          // No day may be sealed by a server that knows nothing of a partition with events of that day.
          await server.start();
          sending.goOn();
          await server.until(({ stream }) => stream?.partitions.length === added);
          sending.widenTo(added);
          await server.kill();
        }
      }
    } finally {
      await sending.end();
    }
    console.log(`${KILLS} kills; nothing was written in time for ${missed.length}: ${missed.join(', ')}`);
    const records = await readTopic(bareKafka(address), TOPIC);
    expected = expectedOf(TOPIC, records, CURRENCY);
    await server.start();
    await checkEverything(server, expected);
    const sealed = expected.days.slice(0, -1);
    await checkHistory(server, sealed);
    await server.start();
    await checkSealedRange(server, expected, sealed);
    await server.stop();
    await checkReplay(server.dataFolder, expected, CURRENCY);
    console.log(`${records.length} records of ${expected.days.length} days`);
    await broker.stop();
  },
  START_MS,
);
