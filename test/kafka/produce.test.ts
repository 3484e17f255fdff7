import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OrderEvent } from '../../engine/events/order-event.ts';
import { ORDER_SCHEMA } from '../../engine/events/order-schema.ts';
import { at, orderEvent, shuffled } from '../builders.ts';
import { writeDuckDbFile, writeOrderFile } from '../event-files.ts';
import { runGmv } from '../run-gmv.ts';
import { syntheticEvents } from '../synthetic.ts';
import {
  type KafkaBed,
  openKafkaBed,
  type ReadRecord,
  readTopic,
  skipped,
  storedCodecs,
} from './kafka-bed.ts';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const START_MS = 600_000;

let bed: KafkaBed;
let file = '';
const events = syntheticEvents();

beforeAll(async () => {
  if (skipped !== null) return;
  bed = await openKafkaBed();
  file = join(bed.folder, 'orders.parquet');
  await writeOrderFile(file, shuffled(events, 5));
}, START_MS);
beforeEach(({ skip }) => skip(skipped !== null, skipped ?? ''));
afterAll(() => bed?.close(), START_MS);

const produce = (...args: string[]) =>
  runGmv(['produce', ...args, '--brokers', bed.broker.address], { folder: bed.folder });

const NAMES = ORDER_SCHEMA.map(({ name }) => name);
/** A row as text, columns in order, nulls said. */
const textOf = (event: OrderEvent): string => JSON.stringify(NAMES.map((name) => event[name] ?? null));
const sortedTexts = (list: readonly OrderEvent[]): string[] => list.map(textOf).sort();
const eventOf = ({ value }: ReadRecord): OrderEvent => JSON.parse(value) as OrderEvent;

describe('what was sent', () => {
  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])(
    'with codec %s is the file, row by row',
    async (codec) => {
      const topic = `codec-${codec}`;
      const { code, stdout, stderr } = await produce(file, '--topic', topic, '--codec', codec);
      // What takes long tells how far it is.
      expect(stderr.replace(/^.*behind schedule\n/gm, '')).toBe('');
      expect(code).toBe(0);
      const count = events.length.toLocaleString('en-US');
      expect(stdout).toMatch(new RegExp(`^Sent ${count} events to topic ${topic} \\(3 partitions\\) in `));
      const records = await readTopic(bed.kafka, topic);
      expect(sortedTexts(records.map(eventOf))).toEqual(sortedTexts(events));
      expect(storedCodecs(bed.folder, topic)).toEqual([
        ['none', 'gzip', 'snappy', 'lz4', 'zstd'].indexOf(codec),
      ]);
    },
  );

  it('keeps an order in one partition, by event time, under the order’s id', async () => {
    await produce(file, '--topic', 'by-order', '--partitions', '5');
    const records = await readTopic(bed.kafka, 'by-order');
    const partitionOf = new Map<string, number>();
    const lastMs = new Map<number, number>();
    for (const record of records) {
      const { order_id, event_time } = eventOf(record);
      expect(record.key).toBe(String(order_id));
      expect(partitionOf.get(record.key) ?? record.partition).toBe(record.partition);
      partitionOf.set(record.key, record.partition);
      // A row without a time goes last.
      const timeMs = event_time === null ? Number.POSITIVE_INFINITY : Number(event_time);
      expect(timeMs).toBeGreaterThanOrEqual(lastMs.get(record.partition) ?? Number.NEGATIVE_INFINITY);
      lastMs.set(record.partition, timeMs);
    }
    expect(new Set(partitionOf.values()).size).toBe(5);
  });

  it('is the same from several files of another writer, and no more than the limit', async () => {
    const valid = Array.from({ length: 3_000 }, (_, i) =>
      orderEvent({
        event_id: `é"${i}`,
        order_id: `o${i >> 1}`,
        event_time: at('2024-06-01T00:00:00Z') + i * 10,
      }),
    );
    const files = [0, 1].map((part) => join(bed.folder, `part-${part}.parquet`));
    for (const [part, path] of files.entries()) {
      await writeDuckDbFile({ path, events: valid.filter((_, i) => i % 2 === part) });
    }
    await produce(...files, '--topic', 'parts', '--limit', '2500');
    const records = await readTopic(bed.kafka, 'parts');
    expect(sortedTexts(records.map(eventOf))).toEqual(sortedTexts(valid.slice(0, 2_500)));
  });

  it('is exact beyond 2^53, and refuses what is no integer', async () => {
    const path = join(bed.folder, 'large.parquet');
    const one = [orderEvent({})];
    const decimal = (text: string) => `* replace (${text}::decimal(20, 2) as amount_minor,
      make_timestamp(event_time * 1000) as event_time)`;
    await writeDuckDbFile({ path, events: one, select: decimal('9007199254740993') });
    await produce(path, '--topic', 'large');
    const [record] = await readTopic(bed.kafka, 'large');
    expect(record?.value).toContain('"amount_minor":9007199254740993,');
    await writeDuckDbFile({ path, events: one, select: decimal('12.34') });
    const { code, stderr } = await produce(path, '--topic', 'large');
    expect(code).toBe(1);
    expect(stderr).toContain('amount_minor holds a number with a fraction');
  });
});

/**
 * By how much more records are behind a schedule of one each `everyMs` in the second half than in the first, each half
 * taken where it is least behind: what holds one up for a while, such as a connection or another program, is made up for.
 */
function lost(records: readonly ReadRecord[], everyMs: number): number {
  const times = records.map(({ timestampMs }) => timestampMs).sort((a, b) => a - b);
  const behind = times.map((timeMs, i) => timeMs - i * everyMs);
  const half = behind.length >> 1;
  return Math.min(...behind.slice(half)) - Math.min(...behind.slice(0, half));
}

describe('the pace of a real broker', () => {
  it('holds --rate, with simulated orders that happen as they are sent', async () => {
    await produce('simulator', '--topic', 'rate', '--rate', '500', '--limit', '2000');
    const records = await readTopic(bed.kafka, 'rate');
    expect(records.length).toBe(2_000);
    // A fifth off would be a third of a second at least.
    expect(Math.abs(lost(records, 2))).toBeLessThan(250);
    const aheadMs = records.map((record) => Number(eventOf(record).event_time) - record.timestampMs);
    expect(Math.max(...aheadMs)).toBeLessThan(1_000);
    expect(aheadMs.filter((ms) => ms > -20_000).length).toBeGreaterThan(1_900);
  });

  it('holds --speed', async () => {
    const path = join(bed.folder, 'two-minutes.parquet');
    const list = Array.from({ length: 120 }, (_, i) =>
      orderEvent({
        event_id: `s${i}`,
        order_id: `o${i}`,
        event_time: at('2024-06-01T00:00:00Z') + i * 1_000,
      }),
    );
    await writeOrderFile(path, list);
    await produce(path, '--topic', 'speed', '--speed', '×20');
    const records = await readTopic(bed.kafka, 'speed');
    expect(records.length).toBe(120);
    // A fifth off would be half a second at least.
    expect(Math.abs(lost(records, 50))).toBeLessThan(400);
  });
});

describe('what can’t be sent', () => {
  it('to a broker that is away is one error that says what to do', async () => {
    const args = ['produce', file, '--topic', 'away', '--brokers', '127.0.0.1:1'];
    const { code, stdout, stderr } = await runGmv(args, { folder: bed.folder });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^gmv: .* no Kafka broker answers at 127\.0\.0\.1:1 .*npm run kafka.*--brokers\.\n$/,
    );
  });

  it('to a topic of another number of partitions is refused, and sends nothing', async () => {
    await produce('simulator', '--topic', 'two', '--partitions', '2', '--limit', '10');
    const { code, stderr } = await produce(
      'simulator',
      '--topic',
      'two',
      '--partitions',
      '4',
      '--limit',
      '10',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^gmv: Topic two has 2 partitions, not 4\. Leave --partitions out/);
    expect((await readTopic(bed.kafka, 'two')).length).toBe(10);
  });
});

describe('a command that is ended', () => {
  const running = async (topic: string) => {
    const args = [
      'produce',
      'simulator',
      '--topic',
      topic,
      '--rate',
      '3000',
      '--brokers',
      bed.broker.address,
    ];
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: bed.folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    const ended = new Promise<{ code: number | null; stdout: string }>((resolve) =>
      child.once('close', (code) => resolve({ code, stdout })),
    );
    while (!(await holdsRecords(topic))) await sleep(100);
    await sleep(500);
    return { child, ended };
  };
  const holdsRecords = async (topic: string): Promise<boolean> => {
    const admin = bed.kafka.admin();
    await admin.connect();
    try {
      if (!(await admin.listTopics()).includes(topic)) return false;
      return (await admin.fetchTopicOffsets(topic)).some(({ high }) => high !== '0');
    } catch (error) {
      // A topic that was just made has no leader for a moment.
      if (/not the leader|LEADER_NOT_AVAILABLE|no leader|does not host/i.test(String(error))) return false;
      throw error;
    } finally {
      await admin.disconnect();
    }
  };

  it('by Ctrl-C says just how many it sent', async () => {
    const { child, ended } = await running('interrupted');
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    const [, sent = ''] = /^Interrupted: sent ([\d,]+) events to topic interrupted/.exec(stdout) ?? [];
    expect((await readTopic(bed.kafka, 'interrupted')).length).toBe(Number(sent.replaceAll(',', '')));
  });

  it('by kill -9 leaves a topic that is readable and can be sent to', async () => {
    const { child, ended } = await running('killed');
    child.kill('SIGKILL');
    expect((await ended).code).toBeNull();
    const before = await readTopic(bed.kafka, 'killed');
    for (const record of before) expect(Object.keys(eventOf(record))).toEqual(NAMES);
    expect((await produce('simulator', '--topic', 'killed', '--limit', '700')).code).toBe(0);
    const after = await readTopic(bed.kafka, 'killed');
    expect(after.length).toBe(before.length + 700);
  });
});
