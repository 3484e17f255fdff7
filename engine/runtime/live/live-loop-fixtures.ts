import { zeroCounts } from '../../events/counts.ts';
import { createEventBatch } from '../../events/event-batch.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import type { Epoch } from '../../figures/epoch.ts';
import type { Source, SourceBatch } from '../../sources/source.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { type LiveLoopOptions, runLiveLoop } from './live-loop.ts';

/** A pipeline that only counts rows; its one change is the number of rows so far. */
export function createCountingPipeline() {
  const counts = zeroCounts();
  let told = 0;
  const pipeline: Pipeline = {
    process(batch) {
      counts.rows += batch.length;
      counts.applied += batch.length;
      return null;
    },
    setPartitions: () => undefined,
    sealDue: () => false,
    seal: () => undefined,
    sealedThrough: () => null,
    lend() {
      throw new Error('the loop keeps no snapshots');
    },
    dropSealed: () => undefined,
    lateDays: () => [],
    counts: () => ({ ...counts }),
    watermarkMs: () => counts.rows - 5,
    dataToMs: () => (counts.rows === 0 ? null : counts.rows),
    takeChanges() {
      const changes: DayFigures[] =
        counts.rows > told ? [{ day: 'x', rollups: [], counts: { ...counts } }] : [];
      told = counts.rows;
      return changes;
    },
    takeSealed: () => [],
    openDays: () => [],
    conflictWinners: () => null,
    hasConflictTies: () => false,
    finishDay: () => ({ day: 'x', rollups: [], counts }),
    snapshot() {
      throw new Error('the loop keeps no snapshots');
    },
  };
  return pipeline;
}

const batch = createEventBatch(ORDER_SCHEMA, 10);
batch.length = 10;

/** `wait`: for the next part of a replay. */
type Step = 'batch' | 'idle' | 'wait';

/** Batches of ten rows and waits, as the list says; then the end, or silence. */
export function createListSource(list: readonly Step[], bounded: boolean) {
  let at = 0;
  let rows = 0;
  let closed = false;
  const source: Source = {
    name: 'list',
    bounded,
    async poll() {
      const next = list[at++];
      if (next === 'batch') {
        rows += 10;
        const polled: SourceBatch = {
          kind: 'batch',
          batch,
          partition: 'p',
          nextOffset: String(rows),
          replaying: at < list.length,
        };
        return polled;
      }
      if (next === undefined && bounded) return { kind: 'end' };
      return { kind: 'idle', retryAfterMs: 5, replaying: next === 'wait' };
    },
    async close() {
      closed = true;
    },
  };
  return { source, isClosed: () => closed };
}

export function run(list: readonly Step[], options: Partial<LiveLoopOptions> = {}, bounded = true) {
  const epochs: Epoch[] = [];
  const { source, isClosed } = createListSource(list, bounded);
  const stop = new AbortController();
  const done = runLiveLoop({
    source,
    pipeline: createCountingPipeline(),
    clock: { now: () => 1_000_000 },
    runId: 'r',
    post: (epoch) => epochs.push(epoch),
    signal: stop.signal,
    ...options,
  });
  return { epochs, done, stop, isClosed };
}

export const batches = (count: number) => Array.from({ length: count }, () => 'batch' as const);
