import { GmvError } from '../errors.ts';

/** Sums and counts are exact integers up to here; one step further a double skips integers. */
const MOST = Number.MAX_SAFE_INTEGER;

/** Where a sum stands, for the error that says it got too large. */
export interface SumPlace {
  readonly rollup: string;
  readonly metric: string;
}

/** A sum of exact integers (a count is a sum of ones). Merging is addition, so any order gives the same figure. */
export const sum = {
  zero: 0,
  /** @throws GmvError `sum_overflow`, naming rollup and metric, where the result would not be exact. */
  add(total: number, value: number, place: SumPlace): number {
    const next = total + value;
    if (next > MOST || next < -MOST) throw sumOverflow(place);
    return next;
  },
  merge(left: number, right: number, place: SumPlace): number {
    return sum.add(left, right, place);
  },
  retract(total: number, value: number, place: SumPlace): number {
    return sum.add(total, -value, place);
  },
  finish: (total: number): number => total,
} as const;

/** The error of a sum that left the range of exact integers. */
export function sumOverflow({ rollup, metric }: SumPlace): GmvError {
  return new GmvError(
    'sum_overflow',
    `the sum of ${metric} in rollup ${rollup} passes 2^53 and would not be exact`,
    'Look for wrong amounts in the data, or lower limits.maxAmountMinor of the plan.',
  );
}
