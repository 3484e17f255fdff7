import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import type { Dictionaries } from '../../events/dictionary.ts';
import { createEventBatch } from '../../events/event-batch.ts';
import type { Schema } from '../../events/order-schema.ts';
import type { Source } from '../source.ts';
import { createEventEncoder } from './event-encoder.ts';
import { createEventDraft, createEventSpace } from './event-of.ts';
import type { RateSchedule } from './rate-schedule.ts';

/** The simulator's one partition. */
export const SIMULATOR_PARTITION = 'simulator-0';

const DEFAULT_BATCH = 4_096;
/** Further behind the clock than this, the source says that it replays. */
const REPLAYING_MS = 2_000;
const SHORTEST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 50;

export interface SimulatorSourceOptions {
  readonly schedule: RateSchedule;
  /** Of the schedule's time zone. */
  readonly calendar: BusinessCalendar;
  /** Columns beyond the order event's own are null. */
  readonly schema: Schema;
  readonly dictionaries: Dictionaries;
  readonly clock: { now(): number };
  /** The first event to give. */
  readonly fromOffset: number;
  /** Stops before this offset; without it the source has no end. */
  readonly toOffset?: number;
  readonly batchCapacity?: number;
}

/**
 * Gives the schedule's events from `fromOffset` on, as fast as it is polled, until their nominal time reaches
 * the clock; from there on it follows the clock. `recordTimeMs` is the nominal time.
 */
export function createSimulatorSource(options: SimulatorSourceOptions): Source {
  const { schedule, calendar, schema, dictionaries, clock, toOffset = Number.POSITIVE_INFINITY } = options;
  const capacity = options.batchCapacity ?? DEFAULT_BATCH;
  const space = createEventSpace({ schedule, calendar });
  const batch = createEventBatch(schema, capacity, true);
  // Columns that the simulator doesn't know stay null.
  for (const { name } of schema) batch.numbers[name]?.fill(Number.NaN);
  const encode = createEventEncoder({
    market: space.market,
    currency: schedule.currency,
    dictionaries,
    batch,
  });
  const times = batch.recordTimeMs ?? new Float64Array(capacity);
  const draft = createEventDraft();
  let offset = options.fromOffset;

  return {
    name: 'simulator',
    bounded: toOffset !== Number.POSITIVE_INFINITY,
    async poll() {
      if (offset >= toOffset) return { kind: 'end' };
      const now = clock.now();
      const wanted = Math.min(capacity, toOffset - offset);
      const count = space.timetable.fillTimes(offset, wanted, times, now);
      if (count === 0) {
        const untilNext = space.timetable.timeOf(offset) - now;
        return {
          kind: 'idle',
          retryAfterMs: Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, untilNext)),
        };
      }
      for (let row = 0; row < count; row++) {
        space.describe(offset + row, times[row]!, draft);
        encode(draft, row);
      }
      batch.length = count;
      offset += count;
      return {
        kind: 'batch',
        batch,
        partition: SIMULATOR_PARTITION,
        nextOffset: String(offset),
        replaying: times[count - 1]! < now - REPLAYING_MS,
      };
    },
    async close() {},
  };
}
