import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KAFKA_CODECS } from '../../engine/sources/kafka/kafka-codecs.ts';
import {
  expectedRows,
  makeTopic,
  messagesFor,
  openTestSource,
  sendTo,
  sorted,
  type TestSource,
} from './consume-bed.ts';
import { type KafkaBed, openKafkaBed, skipped, storedCodecs } from './kafka-bed.ts';

const START_MS = 600_000;

let bed: KafkaBed;
beforeAll(async () => {
  if (skipped === null) bed = await openKafkaBed();
}, START_MS);
beforeEach(({ skip }) => skip(skipped !== null, skipped ?? ''));
afterAll(() => bed?.close(), START_MS);

async function reading<T>(
  options: Parameters<typeof openTestSource>[1],
  work: (reader: TestSource) => Promise<T>,
): Promise<T> {
  const reader = openTestSource(bed.broker.address, options);
  try {
    return await work(reader);
  } finally {
    await reader.source.close();
  }
}

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
});
