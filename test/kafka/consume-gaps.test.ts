import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  addPartitions,
  makeTopic,
  messagesFor,
  numberOf,
  patiently,
  sendTo,
  type TestSource,
  type TestSourceOptions,
  withAdmin,
  withTestSource,
} from './consume-bed.ts';
import { type KafkaBed, openKafkaBed, skipped } from './kafka-bed.ts';

const START_MS = 600_000;

let bed: KafkaBed;
beforeAll(async () => {
  const settings = { 'log.cleaner.backoff.ms': 200, 'log.segment.delete.delay.ms': 100 };
  if (skipped === null) bed = await openKafkaBed({ settings });
}, START_MS);
beforeEach(({ skip }) => skip(skipped !== null, skipped ?? ''));
afterAll(() => bed?.close(), START_MS);

const reading = <T>(options: TestSourceOptions, work: (reader: TestSource) => Promise<T>) =>
  withTestSource(bed.broker.address, options, work);

describe('gaps in the offsets are passed over', () => {
  it('of transactions: those that were aborted are not seen, those that are open are waited for', async () => {
    await makeTopic(bed.kafka, 'transactions', 2);
    const producer = bed.kafka.producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      transactionalId: 'test',
      // The one that is left open is aborted after so long.
      transactionTimeout: START_MS,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await patiently(() => producer.connect());
    const messages = messagesFor(2, 600);
    const seen: string[] = [];
    // Control records of both ends lie between; one producer's aborted ones between its committed ones.
    for (let at = 0; at < 600; at += 60) {
      const transaction = await patiently(() => producer.transaction());
      const some = messages.slice(at, at + 60);
      await transaction.send({ topic: 'transactions', messages: some });
      if ((at / 60) % 3 === 1) await transaction.abort();
      else {
        await transaction.commit();
        seen.push(...some.map(({ value }) => String(value)));
      }
    }
    const open = await producer.transaction();
    await open.send({ topic: 'transactions', messages: messagesFor(2, 20, 600) });
    await reading({ topics: ['transactions'], batchRows: 50 }, async ({ rows, until, source }) => {
      await until(() => rows.length >= seen.length);
      expect(rows.map(({ value }) => value).sort()).toEqual([...seen].sort());
      for (let polls = 0; polls < 20; polls++) expect((await source.poll()).kind).toBe('idle');
      // What is not to be read yet is no reason to call the partitions silent.
      expect(source.partitions().map(({ idle }) => idle)).toEqual([false, false]);
      await open.commit();
      await until(() => rows.length >= seen.length + 20);
      // Ten transactions and the last one, each with a control record.
      await until(() => source.partitions().every(({ idle }) => idle));
      expect(source.partitions().map(({ nextOffset, lagRecords }) => [nextOffset, lagRecords])).toEqual([
        ['321', 0],
        ['321', 0],
      ]);
    });
    await producer.disconnect();
  });

  it('of compaction', async () => {
    const settings = {
      'cleanup.policy': 'compact',
      'segment.ms': '100',
      'min.cleanable.dirty.ratio': '0.01',
      'min.compaction.lag.ms': '0',
    };
    await makeTopic(bed.kafka, 'compacted', 1, settings);
    const versions = Array.from({ length: 2_000 }, (_, n) => {
      return { partition: 0, key: `key ${n % 7 === 0 ? n : n % 50}`, value: `{"n":${n}}` };
    });
    await sendTo({ kafka: bed.kafka, topic: 'compacted', messages: versions, perBatch: 100, codec: 'zstd' });
    const latest = new Map(versions.map(({ key, value }) => [key, value]));
    const kept = versions.filter(({ key, value }) => latest.get(key) === value).map(({ value }) => value);
    // Those after them may still be cleaned while they are read.
    const ofVersions = (read: TestSource['rows']) => read.filter(({ offset }) => offset < versions.length);
    let rows: TestSource['rows'] = [];
    // The broker cleans in several goes when segments closed at different moments: until it has done all.
    for (const untilMs = Date.now() + 180_000; Date.now() < untilMs; await sleep(300)) {
      // One more after a while closes a segment, which then may be cleaned.
      await sendTo({
        kafka: bed.kafka,
        topic: 'compacted',
        messages: [{ partition: 0, key: 'last', value: '{"n":1}' }],
      });
      rows = await reading({ topics: ['compacted'], batchRows: 64 }, async (reader) => {
        await reader.until(() => reader.source.partitions().some(({ idle }) => idle));
        return reader.rows;
      });
      if (ofVersions(rows).length <= kept.length) break;
    }
    const offsets = ofVersions(rows).map(({ offset }) => offset);
    expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
    expect(ofVersions(rows).map(({ value }) => value)).toEqual(kept);
    // From inside a gap, too.
    const inside = [...Array(1_900).keys()].find((offset) => !offsets.includes(offset));
    const start = { offsets: { 'compacted/0': String(inside) } };
    await reading({ topics: ['compacted'], start }, async (reader) => {
      await reader.until(() => reader.source.partitions().some(({ idle }) => idle));
      expect(ofVersions(reader.rows).map(({ offset }) => offset)).toEqual(
        offsets.filter((offset) => offset >= Number(inside)),
      );
    });
  });
});

describe('what is gone is refused by name', () => {
  const refusal = (options: TestSourceOptions) =>
    reading(options, ({ until }) => until(() => false)).catch((error: unknown) => error);

  it('where records beneath the checkpoint were deleted', async () => {
    await makeTopic(bed.kafka, 'truncated', 2);
    await sendTo({ kafka: bed.kafka, topic: 'truncated', messages: messagesFor(2, 200) });
    await withAdmin(bed.kafka, async (admin) => {
      await admin.fetchTopicOffsets('truncated');
      await admin.deleteTopicRecords({ topic: 'truncated', partitions: [{ partition: 1, offset: '40' }] });
    });
    expect(
      await refusal({ topics: ['truncated'], start: { offsets: { 'truncated/1': '39' } } }),
    ).toMatchObject({
      code: 'kafka_truncated',
      message: expect.stringMatching(
        /^Partition truncated\/1 .* offset 39, .* first record is at offset 40: .*checkpoint/,
      ),
    });
    await reading({ topics: ['truncated'], start: { offsets: { 'truncated/1': '40' } } }, async (reader) => {
      await reader.until(() => reader.rows.length >= 160);
    });
  });

  it('where they are deleted while it reads slowly, after all that it has', async () => {
    await makeTopic(bed.kafka, 'outrun', 1);
    const messages = messagesFor(1, 20_000);
    await sendTo({ kafka: bed.kafka, topic: 'outrun', messages });
    await reading(
      { topics: ['outrun'], maxBufferedBytes: 400_000, batchRows: 100 },
      async ({ rows, until }) => {
        await until(() => rows.length >= 100);
        await sleep(300);
        await withAdmin(bed.kafka, async (admin) => {
          await admin.fetchTopicOffsets('outrun');
          await admin.deleteTopicRecords({
            topic: 'outrun',
            partitions: [{ partition: 0, offset: '19000' }],
          });
        });
        await expect(until(() => false)).rejects.toMatchObject({ code: 'kafka_truncated' });
        expect(rows.map(numberOf)).toEqual(Array.from({ length: rows.length }, (_, i) => i));
        expect(rows.length).toBeLessThan(19_000);
      },
    );
  });

  it('where the topic was made anew', async () => {
    await makeTopic(bed.kafka, 'anew', 1);
    await sendTo({ kafka: bed.kafka, topic: 'anew', messages: messagesFor(1, 10) });
    expect(await refusal({ topics: ['anew'], start: { offsets: { 'anew/0': '11' } } })).toMatchObject({
      code: 'kafka_recreated',
      message: expect.stringContaining(
        'Partition anew/0 is to be read from offset 11, but it ends at offset 10',
      ),
    });
    expect(await refusal({ topics: ['anew'], start: { offsets: { 'anew/3': '5' } } })).toMatchObject({
      code: 'kafka_recreated',
      message: expect.stringContaining('topic anew has 1 partitions'),
    });
  });
});

it('a partition that is added is found and read from its first record', async () => {
  await makeTopic(bed.kafka, 'grows', 2);
  await sendTo({ kafka: bed.kafka, topic: 'grows', messages: messagesFor(2, 100) });
  await reading({ topics: ['grows'], start: 'latest' }, async ({ rows, until, offsets, events }) => {
    await until(() => Object.keys(offsets()).length === 2);
    await addPartitions(bed.kafka, 'grows', 3);
    await sendTo({ kafka: bed.kafka, topic: 'grows', messages: messagesFor(3, 300, 100) });
    await until(() => rows.length >= 300);
    expect(rows.map(numberOf).sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, i) => i + 100));
    // Its leader may be known before it has its log: then what was lost in between is told, too.
    const others = events.filter(({ kind }) => kind !== 'lost');
    expect(others.map(({ kind }) => kind)).toEqual(['connected', 'partitions_added']);
    expect(others[1]?.message).toMatch(/: grows\/2$/);
  });
});
