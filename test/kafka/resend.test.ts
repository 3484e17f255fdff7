import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../engine/config.ts';
import type { DeadLetterList } from '../../engine/protocol/dead-letters.ts';
import { layLetters } from '../dead-letters/lay-letters.ts';
import { runGmvHere } from '../run-gmv-here.ts';
import { makeTopic } from './consume-bed.ts';
import { type KafkaBed, openKafkaBed, readTopic, skipped } from './kafka-bed.ts';

const START_MS = 600_000;
const LONG = 'x'.repeat(70_000);

let bed: KafkaBed;

beforeAll(async () => {
  if (skipped !== null) return;
  bed = await openKafkaBed();
  for (const topic of ['orders', 'refunds', 'mended']) await makeTopic(bed.kafka, topic, 3);
  await layLetters(join(bed.folder, 'data', 'live'), {
    'orders/0': Array.from({ length: 1200 }, (_, i) => {
      return { offset: i, value: `{"n":${i}}`, reason: 'malformed:amount_minor' };
    }),
    'orders/2': [
      { offset: 7, value: Buffer.from('00ff80', 'hex'), reason: 'not_json' },
      { offset: 8, value: '', reason: 'not_json' },
      { offset: 9, value: LONG, reason: 'not_json' },
      { offset: 10, value: '{"conflict":1}', fate: 'conflict' },
    ],
    'refunds/1': [{ offset: 1, value: '{"r":1}', reason: 'malformed:amount_minor' }],
    // Of a topic with more partitions than it has by now.
    'refunds/9': [{ offset: 2, value: '{"r":2}', reason: 'malformed:amount_minor' }],
  });
}, START_MS);
beforeEach(({ skip }) => skip(skipped !== null, skipped ?? ''));
afterAll(() => bed?.close(), START_MS);

const letters = (...args: string[]) =>
  runGmvHere({
    args: ['dead-letters', ...args],
    folder: bed.folder,
    loadConfig: async (from) => ({ ...(await loadConfig(from)), dataFolder: join(from, 'data') }),
  });
const resend = (...args: string[]) => letters('resend', '--brokers', bed.broker.address, ...args);
const listed = async (...args: string[]) =>
  JSON.parse((await letters('list', '--json', '--limit', '2000', ...args)).stdout) as DeadLetterList;
const valuesOf = async (topic: string, partition: number) =>
  (await readTopic(bed.kafka, topic)).filter((record) => record.partition === partition);

describe('gmv dead-letters resend', () => {
  it('sends the bytes as they came, to the partitions that they came from, in order, and marks them', async () => {
    const { code, stdout, stderr } = await resend('--topic', 'orders');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.trimEnd().split('\n')).toEqual([
      'Sent 1,202 to orders',
      'Not sent: 1 in conflict with an event that was applied (--reason conflict sends them)',
      'Not sent: 1 too long to be kept whole: send them from where they came',
    ]);
    const first = await valuesOf('orders', 0);
    expect(first.map(({ value }) => value)).toEqual(Array.from({ length: 1200 }, (_, i) => `{"n":${i}}`));
    expect(await valuesOf('orders', 1)).toEqual([]);
    const odd = (await valuesOf('orders', 2)).map(({ value }) => value);
    expect(odd).toEqual([Buffer.from('00ff80', 'hex').toString(), '']);
    const marked = (await listed('--topic', 'orders')).letters.filter(({ sentAtMs }) => sentAtMs !== null);
    expect(marked).toHaveLength(1202);
  });

  it('sends no letter twice, unless told to', async () => {
    expect((await resend('--topic', 'orders', '--reason', 'not_json')).stdout).toMatch(
      /^Sent nothing\nNot sent: 2 sent before/,
    );
    expect(await valuesOf('orders', 2)).toHaveLength(2);
    const again = await resend('--topic', 'orders', '--reason', 'not_json', '--again', '--to', 'mended');
    expect(again.stdout).toMatch(/^Sent 2 to mended\nNot sent: 1 too long/);
    expect(await readTopic(bed.kafka, 'mended')).toHaveLength(2);
  });

  it('sends a conflict where it is asked for', async () => {
    expect((await resend('--reason', 'conflict')).stdout).toBe('Sent 1 to orders\n');
    expect((await valuesOf('orders', 2)).map(({ value }) => value).at(-1)).toBe('{"conflict":1}');
  });

  it('leaves a partition that is there no more to the broker, and keeps to its limit', async () => {
    expect((await resend('--limit', '1')).stdout).toMatch(/^Sent 1 to refunds\n/);
    expect((await resend()).stdout).toMatch(/^Sent 1 to refunds\n/);
    expect((await readTopic(bed.kafka, 'refunds')).map(({ value }) => value).sort()).toEqual([
      '{"r":1}',
      '{"r":2}',
    ]);
  });

  it('makes no topic of a mistyped name', async () => {
    const { code, stderr } = await resend('--again', '--to', 'ordres');
    expect([code, stderr]).toEqual([1, expect.stringContaining('There is no topic ordres')]);
  });
});
