/** Knows how far event time has come. */
export interface Watermark {
  /** Latest event time of a batch of the partition; epoch ms. */
  observe(partition: string, latestMs: number): void;
  /** Lowest watermark over partitions; epoch ms, null before the first event. */
  currentMs(): number | null;
  /** Latest event time by partition; epoch ms. */
  latest(): ReadonlyMap<string, number>;
}

/**
 * Watermarks per partition by bounded out-of-orderness, as Flink's strategy of that name: the latest event time
 * minus the bound. A partition's watermark never goes back.
 */
export function createWatermark(options: {
  readonly outOfOrdernessMs: number;
  /** What partitions had come to before. */
  readonly latest?: Iterable<readonly [string, number]>;
}): Watermark {
  const { outOfOrdernessMs } = options;
  const latest = new Map(options.latest);
  return {
    observe(partition, latestMs) {
      const before = latest.get(partition);
      if (before === undefined || latestMs > before) latest.set(partition, latestMs);
    },
    currentMs() {
      if (latest.size === 0) return null;
      let lowest = Number.POSITIVE_INFINITY;
      for (const time of latest.values()) lowest = Math.min(lowest, time);
      return lowest - outOfOrdernessMs;
    },
    latest: () => latest,
  };
}
