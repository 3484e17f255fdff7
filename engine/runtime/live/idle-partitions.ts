import type { PartitionState } from '../../operators/watermark.ts';
import type { PartitionProgress } from '../../sources/source.ts';

/** Whoever did not look for so long has not seen that nothing came; ms. */
const LOOKED_AWAY_MS = 1000;

/**
 * Says which partitions the watermark need not wait for: those of which nothing came for `afterMs`, though they were
 * read to their end all the while. One that is behind, or whose broker does not answer, is never idle, and neither is
 * one that was quiet for a moment only: whoever fills several partitions in turn leaves each for a while, and a day
 * must not be sealed then. Nor is time counted in which nobody looked: records may have come. Flink's `WatermarkStrategy.withIdleness` waits likewise.
 *
 * @param options.stopwatch milliseconds that only go forward
 */
export function createIdlePartitions(options: {
  readonly afterMs: number;
  readonly stopwatch: () => number;
}): (partitions: readonly PartitionProgress[]) => PartitionState[] {
  const { afterMs, stopwatch } = options;
  const quiet = new Map<string, { readonly nextOffset: string; readonly sinceMs: number }>();
  let lookedMs = Number.NEGATIVE_INFINITY;
  return (partitions) => {
    const nowMs = stopwatch();
    if (nowMs - lookedMs > LOOKED_AWAY_MS) quiet.clear();
    lookedMs = nowMs;
    return partitions.map(({ partition, nextOffset, idle }) => {
      const known = quiet.get(partition);
      const since = idle && known?.nextOffset === nextOffset ? known : { nextOffset, sinceMs: nowMs };
      quiet.set(partition, since);
      return { partition, idle: idle && nowMs - since.sinceMs >= afterMs };
    });
  };
}
