import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KAFKA_CODECS } from '../../engine/sources/kafka/kafka-codecs.ts';
import {
  expectedRows,
  makeTopic,
  messagesFor,
  numberOf,
  patiently,
  sendTo,
  sorted,
  type TestSource,
  type TestSourceOptions,
  withAdmin,
  withTestSource,
} from './consume-bed.ts';
import { type KafkaBed, openKafkaBed, skipped, storedCodecs } from './kafka-bed.ts';

const START_MS = 600_000;

let bed: KafkaBed;
beforeAll(async () => {
  if (skipped === null) bed = await openKafkaBed();
}, START_MS);
beforeEach(({ skip }) => skip(skipped !== null, skipped ?? ''));
afterAll(() => bed?.close(), START_MS);

const reading = <T>(options: TestSourceOptions, work: (reader: TestSource) => Promise<T>) =>
  withTestSource(bed.broker.address, options, work);

describe('every record comes once, each partition in its order', () => {
  it.each(KAFKA_CODECS)('with codec %s', async (codec) => {
    const topic = `read-${codec}`;
    const messages = messagesFor(3, 3_000);
    messages.splice(700, 0, { partition: 1, key: 'gone', value: null, timestamp: '1700000000000' });
    messages.splice(900, 0, { partition: 1, key: null, value: '', timestamp: '1700000000000' });
    await makeTopic(bed.kafka, topic, 3);
    await sendTo({ kafka: bed.kafka, topic, messages, codec });
    expect(storedCodecs(bed.folder, topic)).toEqual([KAFKA_CODECS.indexOf(codec)]);
    // A batch is smaller than what was sent at once, and no multiple of it.
    await reading({ topics: [topic], batchRows: 77 }, async ({ rows, until, offsets }) => {
      await until(() => rows.length >= messages.length);
      expect(sorted(rows)).toEqual(expectedRows(topic, messages));
      expect(offsets()).toEqual({
        [`${topic}/0`]: '1000',
        [`${topic}/1`]: '1002',
        [`${topic}/2`]: '1000',
      });
    });
  });

  it('from several topics with several partitions', async () => {
    const messages = messagesFor(2, 1_000);
    for (const topic of ['several-a', 'several-b']) {
      await makeTopic(bed.kafka, topic, 2);
      await sendTo({ kafka: bed.kafka, topic, messages });
    }
    await reading({ topics: ['several-a', 'several-b'] }, async ({ rows, until }) => {
      await until(() => rows.length >= 2_000);
      const expected = ['several-a', 'several-b'].flatMap((topic) => expectedRows(topic, messages));
      expect(sorted(rows)).toEqual(sorted(expected));
    });
  });

  it('where one is larger than all the memory that was given', async () => {
    await makeTopic(bed.kafka, 'large', 1, { 'max.message.bytes': '9000000' });
    const large = [1, 2].map((n) => ({
      partition: 0,
      value: `{"n":${n},"text":"${'x'.repeat(5_000_000)}"}`,
    }));
    const small = messagesFor(1, 100, 3);
    await sendTo({ kafka: bed.kafka, topic: 'large', messages: [...large, ...small], perBatch: 1 });
    await reading({ topics: ['large'], maxBufferedBytes: 100_000 }, async ({ rows, until }) => {
      await until(() => rows.length >= 102);
      expect(rows.map(numberOf)).toEqual(Array.from({ length: 102 }, (_, i) => i + 1));
    });
  });
});

describe('reading begins', () => {
  const messages = messagesFor(2, 200);
  beforeAll(async () => {
    if (skipped !== null) return;
    await makeTopic(bed.kafka, 'begin', 2);
    await sendTo({ kafka: bed.kafka, topic: 'begin', messages });
  });

  it('at a checkpoint’s offsets, and at the first record of a partition that it lacks', async () => {
    const start = { offsets: { 'begin/1': '90' } };
    await reading({ topics: ['begin'], start }, async ({ rows, until }) => {
      await until(() => rows.length >= 110);
      expect(sorted(rows)).toEqual(
        expectedRows('begin', messages).filter(
          ({ partition, offset }) => partition === 'begin/0' || offset >= 90,
        ),
      );
    });
  });

  it('at the first record of a time, and at the end where none is so late', async () => {
    const start = { atMs: 1_700_000_000_000 + 151 };
    await reading({ topics: ['begin'], start }, async ({ rows, until }) => {
      await until(() => rows.length >= 49);
      expect(rows.map(numberOf).sort()).toEqual(Array.from({ length: 49 }, (_, i) => i + 151));
    });
    await reading({ topics: ['begin'], start: { atMs: Date.now() } }, async ({ offsets, until, rows }) => {
      await until(() => Object.keys(offsets()).length > 0);
      expect({ rows, offsets: offsets() }).toEqual({
        rows: [],
        offsets: { 'begin/0': '100', 'begin/1': '100' },
      });
    });
  });

  it('behind the last record, and goes on from there with the first that comes', async () => {
    await reading({ topics: ['begin'], start: 'latest' }, async ({ rows, until, offsets, source }) => {
      await until(() => Object.keys(offsets()).length > 0);
      expect(rows).toEqual([]);
      expect((await source.poll()).kind).toBe('idle');
      await sendTo({ kafka: bed.kafka, topic: 'begin', messages: messagesFor(2, 10, 200) });
      await until(() => rows.length >= 10);
      expect(rows.map(numberOf).sort()).toEqual(Array.from({ length: 10 }, (_, i) => i + 200));
    });
  });

  it('with what was there as replay, and ends that at its last record', async () => {
    await reading({ topics: ['begin'], batchRows: 30 }, async ({ source }) => {
      const kinds: string[] = [];
      for (let last = ''; last !== 'live'; ) {
        const polled = await source.poll();
        last = polled.kind === 'end' || !polled.replaying ? 'live' : 'replay';
        kinds.push(`${polled.kind} ${last}`);
      }
      expect(kinds.filter((kind) => kind === 'batch replay').length).toBeGreaterThan(5);
      expect(kinds.at(-1)).toBe('batch live');
    });
  });

  it('when the topic is there at last', async () => {
    await reading(
      { topics: ['begin', 'to-come'], start: 'latest' },
      async ({ rows, until, events, source }) => {
        await until(() => events.some(({ kind }) => kind === 'topic_missing'));
        expect(source.problem()).toBe('Waiting for topic to-come, which is not there yet');
        await makeTopic(bed.kafka, 'to-come', 1);
        await sendTo({ kafka: bed.kafka, topic: 'to-come', messages: messagesFor(1, 5) });
        await until(() => rows.length >= 5);
        expect(rows.map(numberOf)).toEqual([0, 1, 2, 3, 4]);
        expect(source.problem()).toBeNull();
      },
    );
  });
});

it('a slow reader holds no more than it may, and its partitions are not called idle', async () => {
  await makeTopic(bed.kafka, 'slow', 4);
  const messages = messagesFor(4, 60_000);
  await sendTo({ kafka: bed.kafka, topic: 'slow', messages, perBatch: 2_000 });
  const maxBufferedBytes = 2_000_000;
  await reading({ topics: ['slow'], maxBufferedBytes, batchRows: 500 }, async ({ rows, until, source }) => {
    let most = 0;
    while (rows.length < messages.length) {
      const before = rows.length;
      await until(() => rows.length > before);
      most = Math.max(most, source.bufferedBytes());
      if (rows.length % 5_000 === 0) await sleep(50);
      const unread = source.partitions().filter(({ nextOffset }) => Number(nextOffset) < 15_000);
      expect(unread.some(({ idle }) => idle)).toBe(false);
    }
    expect(most).toBeGreaterThan(maxBufferedBytes / 3);
    expect(most).toBeLessThanOrEqual(maxBufferedBytes);
    expect(sorted(rows)).toEqual(expectedRows('slow', messages));
    await until(() => source.partitions().every(({ idle }) => idle));
    expect(source.partitions().map(({ lagRecords, lagMs }) => [lagRecords, lagMs])).toEqual(
      Array(4).fill([0, 0]),
    );
  });
});

it('a time is the broker’s where the topic says so', async () => {
  await makeTopic(bed.kafka, 'stamped', 1, { 'message.timestamp.type': 'LogAppendTime' });
  const beforeMs = Date.now();
  await sendTo({ kafka: bed.kafka, topic: 'stamped', messages: messagesFor(1, 10) });
  await reading({ topics: ['stamped'] }, async ({ rows, until }) => {
    await until(() => rows.length >= 10);
    for (const { timeMs } of rows) {
      expect(timeMs).toBeGreaterThanOrEqual(beforeMs);
      expect(timeMs).toBeLessThanOrEqual(Date.now());
    }
  });
});

it('lag is counted in records and in time', async () => {
  await makeTopic(bed.kafka, 'lags', 1);
  await sendTo({ kafka: bed.kafka, topic: 'lags', messages: messagesFor(1, 1_000) });
  const clock = { now: () => 1_700_000_060_000 };
  await reading({ topics: ['lags'], batchRows: 100, clock }, async ({ rows, until, source }) => {
    await until(() => rows.length >= 300);
    expect(source.partitions()).toEqual([
      {
        partition: 'lags/0',
        nextOffset: '300',
        endOffset: '1000',
        lagRecords: 700,
        lagMs: 60_000 - 299,
        idle: false,
      },
    ]);
  });
});

it('what was polled stands with the group, for others to see', async () => {
  await makeTopic(bed.kafka, 'watched', 1);
  await sendTo({ kafka: bed.kafka, topic: 'watched', messages: messagesFor(1, 42) });
  await reading({ topics: ['watched'], groupId: 'watch-me' }, async ({ rows, until }) => {
    await until(() => rows.length >= 42);
    await withAdmin(bed.kafka, async (admin) => {
      for (const untilMs = Date.now() + 120_000; ; await sleep(300)) {
        expect(Date.now()).toBeLessThan(untilMs);
        const [found] = await patiently(() =>
          admin.fetchOffsets({ groupId: 'watch-me', topics: ['watched'] }),
        );
        if (found?.partitions[0]?.offset === '42') break;
      }
    });
  });
});
