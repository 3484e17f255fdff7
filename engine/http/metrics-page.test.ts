import { expect, test } from 'vitest';
import type { ServerStatus, StreamStatus } from '../protocol/status.ts';
import { metricsPage } from './metrics-page.ts';

const stream: StreamStatus = {
  lagRecords: 7,
  lagMs: 2500,
  partitions: [
    { partition: 'orders/0', nextOffset: '41', endOffset: '48', lagRecords: 7, lagMs: 2500, idle: false },
    { partition: 'orders/1', nextOffset: '0', endOffset: '0', lagRecords: 0, lagMs: null, idle: true },
  ],
  checkpoint: { ageMs: 4000, tookMs: 120, stallMs: 3, bytes: 1_000_000 },
  lateDays: [{ day: '2026-11-11', events: 3 }],
  notes: [],
  problem: null,
  interrupted: false,
};

const status: ServerStatus = {
  runId: 'a',
  source: 'kafka',
  live: 'live',
  lagMs: 20,
  epoch: 7,
  eventsPerSecond: 50,
  quietMs: 0,
  counts: { rows: 0, applied: 0, duplicates: 0, conflicts: 0, late: 0, rejected: 0, rejectedBy: {} },
  replay: null,
  stream,
  parity: null,
  threads: [],
  restarts: 0,
  problem: null,
};

/** Lines of the page that say something of the stream. */
async function streamLines(change: Partial<StreamStatus> | null): Promise<string[]> {
  const { body } = await metricsPage({
    status: { ...status, stream: change && { ...stream, ...change } },
    loopDelays: new Map(),
    violations: {},
    sockets: 0,
    views: 0,
    encodings: 0,
  });
  return body.split('\n').filter((line) => /^gmv_(kafka|checkpoint|late)/.test(line));
}

test('partitions, checkpoint and late days have gauges, in base units', async () => {
  expect(await streamLines({})).toEqual([
    'gmv_kafka_lag_records{partition="orders/0"} 7',
    'gmv_kafka_lag_records{partition="orders/1"} 0',
    'gmv_kafka_lag_seconds{partition="orders/0"} 2.5',
    'gmv_kafka_offset{partition="orders/0"} 41',
    'gmv_kafka_offset{partition="orders/1"} 0',
    'gmv_kafka_up 1',
    'gmv_checkpoint_age_seconds 4',
    'gmv_checkpoint_duration_seconds 0.12',
    'gmv_checkpoint_stall_seconds 0.003',
    'gmv_checkpoint_bytes 1000000',
    'gmv_late_events{day="2026-11-11"} 3',
  ]);
});

test('a stream that can’t be read is down, and no checkpoint has no age', async () => {
  const checkpoint = { ageMs: null, tookMs: 0, stallMs: 0, bytes: 0 };
  const lines = await streamLines({ interrupted: true, checkpoint, partitions: [], lateDays: [] });
  expect(lines).toEqual(['gmv_kafka_up 0']);
});

test('without a stream nothing is said of one', async () => {
  expect(await streamLines(null)).toEqual([]);
});
