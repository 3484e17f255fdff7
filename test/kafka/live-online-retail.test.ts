import type { Kafka, Message } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../scripts/build.mjs';
import { createRandom, shuffled } from '../builders.ts';
import {
  asAnswered,
  comparable,
  PRESENT,
  readOrders,
  readTruth,
  TRUTH_LISTS,
  type TruthRow,
} from '../online-retail.ts';
import { makeTopic, withAdmin } from './consume-bed.ts';
import { type KafkaBed, openKafkaBed, type ReadRecord, readTopic, skipped } from './kafka-bed.ts';
import {
  checkArchive,
  checkCounts,
  checkDays,
  checkHistory,
  checkLetters,
  checkReplay,
  checkSealedRange,
  checkTotals,
} from './live-checks.ts';
import { type Expected, expectedOf } from './live-expected.ts';
import { disturbed } from './live-orders.ts';
import { createLiveProducer } from './live-producer.ts';
import { createLiveServer, type LiveServer } from './live-server.ts';

const TOPIC = 'retail';
const PARTITIONS = 4;
const CURRENCY = 'GBP';
const SEED = Number(process.env.GMV_SEED ?? 20_101_201);
const START_MS = 600_000;
const why = skipped ?? (PRESENT ? null : 'the data set is not here');

/** Each day shuffled, some events twice, some spoiled; days in their order. */
async function messagesByDay(): Promise<Message[][]> {
  const random = createRandom(SEED);
  const days = new Map<string, Awaited<ReturnType<typeof readOrders>>>();
  for (const event of await readOrders()) {
    const day = new Date(Number(event.event_time)).toISOString().slice(0, 10);
    const list = days.get(day);
    if (list) list.push(event);
    else days.set(day, [event]);
  }
  const timestamp = String(Date.now());
  return [...days].sort().map(([, events], i) =>
    disturbed({
      events: shuffled(events, SEED + i),
      partitions: PARTITIONS,
      duplicates: 0.02,
      conflicts: 0,
      malformed: 0.001,
      random,
    }).map((message) => ({ ...message, timestamp })),
  );
}

/** What the broker makes of them; it is asked only where it took some twice, as they were sent again when it stood still. */
async function recordsOf(kafka: Kafka, messages: readonly Message[]): Promise<ReadRecord[]> {
  const ends = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(TOPIC));
  const taken = ends.reduce((sum, { high }) => sum + Number(high), 0);
  if (taken !== messages.length) return readTopic(kafka, TOPIC);
  const next = new Map<number, number>();
  return messages.map(({ partition = 0, key, value, timestamp }) => {
    const offset = next.get(partition) ?? 0;
    next.set(partition, offset + 1);
    const bytes = value === null ? null : Buffer.from(value);
    return {
      partition,
      offset: String(offset),
      key: String(key),
      value: '',
      bytes,
      timestampMs: Number(timestamp),
    };
  });
}

describe.skipIf(why !== null)(
  `Online Retail through Kafka, seed ${SEED} (${why ? `skipped: ${why}` : 'present'})`,
  () => {
    let bed: KafkaBed;
    let server: LiveServer;
    let expected: Expected;

    beforeAll(async () => {
      await buildApp();
      bed = await openKafkaBed();
      await makeTopic(bed.kafka, TOPIC, PARTITIONS);
      server = createLiveServer({
        folder: bed.folder,
        broker: bed.broker.address,
        topic: TOPIC,
        currency: CURRENCY,
      });
      await server.start();
      const days = await messagesByDay();
      const producer = createLiveProducer(bed.kafka, TOPIC);
      // A day is in the log before the next one begins: shuffling stays within days.
      for (const day of days) await producer.send(day);
      await producer.close();
      expected = expectedOf(TOPIC, await recordsOf(bed.kafka, days.flat()), CURRENCY);
      await server.until(({ counts }) => counts.rows >= expected.whole.rows, 120_000);
    }, START_MS);
    afterAll(async () => {
      await server?.stop();
      await bed?.close();
    }, START_MS);

    it('every record is accounted for, none is late, and truth is what counts', async () => {
      const { counts, stream } = await server.until(({ problem }) => problem === null);
      checkCounts(counts, expected.whole);
      expect(counts).toMatchObject({ applied: readTruth().rows, late: 0 });
      expect(counts.duplicates).toBeGreaterThan(10_000);
      expect(Object.keys(counts.rejectedBy).length).toBeGreaterThan(8);
      expect(stream?.lateDays).toEqual([]);
    });

    it('every day and hour, and a day by every dimension, is what the oracle says: sealed or open', async () => {
      await checkTotals(server, expected);
      const { days } = expected;
      await checkDays(server, expected, [...shuffled(days, SEED).slice(0, 9), ...days.slice(-2)]);
      const view = await server.view({
        metrics: 'gmv,refunds,net_gmv,orders,buyers,units,paid_events,refunded_events',
        grain: 'day',
        range: `${days[0]}..${days.at(-1)}`,
      });
      const known = view.rows.map(({ key, ...row }) => ({
        day: new Date(Number(key)).toISOString().slice(0, 10),
        ...row,
      }));
      const truth = (readTruth().by_day as TruthRow[]).map((row) => ({ day: row.day, ...asAnswered(row) }));
      expect(known).toEqual(truth);
    });

    it('all days but the last come from history once the server has stopped, with who was counted', async () => {
      const sealed = expected.days.slice(0, -1);
      expect(await server.stop()).toBe(0);
      await checkHistory(server, sealed);
      await server.start();
      await server.until(({ counts }) => counts.rows === expected.whole.rows);
      await checkSealedRange(server, expected, sealed.slice(-40));
      await checkDays(server, expected, expected.days.slice(-1));
      expect(await server.stop()).toBe(0);
    });

    it('the archive holds every record once, its replay is the truth, and so are the dead letters', async () => {
      await checkArchive(server.dataFolder, expected);
      await checkLetters(server.dataFolder, expected);
      const answer = await checkReplay(server.dataFolder, expected, CURRENCY);
      const truth = readTruth();
      expect(comparable(answer.totals)).toEqual(asAnswered(truth.totals));
      for (const [list, theirs, key] of TRUTH_LISTS) {
        const rows = truth[theirs] as readonly TruthRow[];
        const found = answer.by[list]
          ?.slice(0, rows.length)
          .map((row) => ({ key: row[list], ...comparable(row) }));
        expect(found, list).toEqual(rows.map((row) => ({ key: row[key], ...asAnswered(row) })));
      }
    });
  },
);
