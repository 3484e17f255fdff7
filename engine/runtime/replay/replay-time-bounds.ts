import type { EventBatch } from '../../events/event-batch.ts';

/** The earliest and latest event time of the batches it was shown, of those within its bounds. */
export interface TimeBounds {
  take(batch: EventBatch): void;
  /** Epoch ms; null where no time lay within the bounds. */
  result(): { readonly firstTimeMs: number | null; readonly lastTimeMs: number | null };
}

/** Creates empty bounds for event times from `fromMs` to `toMs`, both inclusive. */
export function createTimeBounds({
  fromMs,
  toMs,
}: {
  readonly fromMs: number;
  readonly toMs: number;
}): TimeBounds {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  return {
    take({ numbers, length }) {
      const times = numbers.event_time;
      if (!times) return;
      for (let row = 0; row < length; row++) {
        const time = times[row]!;
        if (time >= fromMs && time <= toMs) {
          if (time < first) first = time;
          if (time > last) last = time;
        }
      }
    },
    result: () => ({
      firstTimeMs: first <= last ? first : null,
      lastTimeMs: first <= last ? last : null,
    }),
  };
}
