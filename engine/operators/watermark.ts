/** What a source says of one of its partitions. */
export interface PartitionState {
  readonly partition: string;
  /** Nothing is to come of it for now: no watermark waits for it. */
  readonly idle: boolean;
}

/** What is to be kept of a watermark, as plain data. */
export interface WatermarkSnapshot {
  /** Partition → latest event time; epoch ms. */
  readonly latestByPartition: Readonly<Record<string, number>>;
  /** As far as it has come; epoch ms, null before the first event. */
  readonly watermarkMs: number | null;
}

/** Knows how far event time has come. */
export interface Watermark {
  /** Latest event time of a batch of the partition; epoch ms. */
  observe(partition: string, latestMs: number): void;
  /** Every partition there is; one that is new and not idle is waited for until its first event. */
  setPartitions(partitions: Iterable<PartitionState>): void;
  /** Lowest watermark over partitions that are not idle; epoch ms, null before the first. Never goes back. */
  currentMs(): number | null;
  snapshot(): WatermarkSnapshot;
}

/**
 * Watermarks per partition by bounded out-of-orderness, as Flink's strategy of that name: the latest event time minus
 * the bound. As there, an idle partition holds nothing up, and where all are idle the highest one counts
 * (`StatusWatermarkValve`): each of them has been read to its end.
 */
export function createWatermark(options: {
  readonly outOfOrdernessMs: number;
  readonly from?: WatermarkSnapshot | undefined;
}): Watermark {
  const { outOfOrdernessMs, from } = options;
  const latest = new Map(Object.entries(from?.latestByPartition ?? {}));
  const idle = new Map<string, boolean>();
  let reached = from?.watermarkMs ?? Number.NEGATIVE_INFINITY;

  /** Minus infinity where a partition is waited for, or there is none. */
  const lowest = (): number => {
    const names = idle.size > 0 ? [...idle.keys()] : [...latest.keys()];
    const times = (those: readonly string[]): number[] =>
      those.map((name) => latest.get(name) ?? Number.NEGATIVE_INFINITY);
    const active = names.filter((name) => idle.get(name) !== true);
    return active.length > 0
      ? Math.min(...times(active))
      : Math.max(Number.NEGATIVE_INFINITY, ...times(names));
  };

  const currentMs = (): number | null => {
    reached = Math.max(reached, lowest() - outOfOrdernessMs);
    return Number.isFinite(reached) ? reached : null;
  };

  return {
    observe(partition, latestMs) {
      const before = latest.get(partition);
      if (before === undefined || latestMs > before) latest.set(partition, latestMs);
    },
    setPartitions(partitions) {
      idle.clear();
      for (const { partition, idle: silent } of partitions) idle.set(partition, silent);
    },
    currentMs,
    snapshot: () => ({ latestByPartition: Object.fromEntries(latest), watermarkMs: currentMs() }),
  };
}
