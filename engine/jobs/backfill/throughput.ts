import type { KeptJob } from './job.ts';

export interface ExpectedSeconds {
  readonly from: number;
  readonly to: number;
  /** No job has been measured here yet: any machine that we know of is in this range. */
  readonly isAssumed: boolean;
}

const SAMPLES = 8;
/** A row costs this many columns' worth besides its columns: ids to look up, cells to add to. */
const FIXED_COLUMNS = 6;
const LEAST_SPREAD = 0.2;
/** Seconds for a row's column, of fast machines and of slow or busy ones. */
const ASSUMED = { from: 0.1e-6, to: 1.5e-6 };

/**
 * How long so many rows of so many columns take on one thread at full speed, by what the last jobs took, and by
 * what machines take where no job has read anything yet.
 */
export function expectedSeconds(
  jobs: readonly Pick<KeptJob, 'measured' | 'changedAtMs'>[],
  rows: number,
  columns: number,
): ExpectedSeconds {
  const costs = [...jobs]
    .sort((a, b) => b.changedAtMs - a.changedAtMs)
    .flatMap(({ measured }) => (measured && measured.rows > 0 ? [measured] : []))
    .slice(0, SAMPLES)
    .map(
      (sample) =>
        (sample.seconds / sample.rows) * ((FIXED_COLUMNS + columns) / (FIXED_COLUMNS + sample.columns)),
    );
  if (costs.length === 0) {
    const worth = rows * (FIXED_COLUMNS + columns);
    return { from: worth * ASSUMED.from, to: worth * ASSUMED.to, isAssumed: true };
  }
  return {
    from: rows * Math.min(...costs) * (1 - LEAST_SPREAD),
    to: rows * Math.max(...costs) * (1 + LEAST_SPREAD),
    isAssumed: false,
  };
}
