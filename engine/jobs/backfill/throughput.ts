import type { KeptJob } from './job.ts';

export interface SecondsRange {
  readonly from: number;
  readonly to: number;
}

const SAMPLES = 8;
/** A row costs this many columns' worth besides its columns: ids to look up, cells to add to. */
const FIXED_COLUMNS = 6;
const LEAST_SPREAD = 0.2;

/**
 * How long so many rows of so many columns take on one thread at full speed, by what the last jobs took; null where no
 * job has read anything yet.
 */
export function expectedSeconds(
  jobs: readonly Pick<KeptJob, 'measured' | 'changedAtMs'>[],
  rows: number,
  columns: number,
): SecondsRange | null {
  const costs = [...jobs]
    .sort((a, b) => b.changedAtMs - a.changedAtMs)
    .flatMap(({ measured }) => (measured && measured.rows > 0 ? [measured] : []))
    .slice(0, SAMPLES)
    .map(
      (sample) =>
        (sample.seconds / sample.rows) * ((FIXED_COLUMNS + columns) / (FIXED_COLUMNS + sample.columns)),
    );
  if (costs.length === 0) return null;
  return {
    from: rows * Math.min(...costs) * (1 - LEAST_SPREAD),
    to: rows * Math.max(...costs) * (1 + LEAST_SPREAD),
  };
}
