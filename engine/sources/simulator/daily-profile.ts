/** How a business day runs: a sale that opens at midnight, last year's, a day without a sale, and an even one. */
export type DayShape = 'sale' | 'last_sale' | 'ordinary' | 'flat';

interface Profile {
  /** Local hour and rate, joined by straight lines; the rate of the evening peak is 1. */
  readonly points: readonly (readonly [number, number])[];
  /** Added at the day's first instant, gone an hour later. */
  readonly burst: number;
}

// The sale's mean is about 0.28: a day at a peak of 50/s then holds 1.2 million events, and a sample of
// 2 million the days that it must show without being thinned out.
const PROFILES: Readonly<Record<DayShape, Profile>> = {
  sale: {
    points: [
      [0, 0.12],
      [1, 0.08],
      [3, 0.04],
      [6, 0.05],
      [8, 0.12],
      [10, 0.2],
      [13, 0.2],
      [17, 0.18],
      [19, 0.3],
      [20, 1],
      [22, 1],
      [23, 0.35],
      [24, 0.2],
    ],
    burst: 1.88,
  },
  last_sale: {
    points: [
      [0, 0.13],
      [1, 0.09],
      [3, 0.04],
      [6, 0.04],
      [9, 0.17],
      [12, 0.24],
      [14, 0.18],
      [18, 0.19],
      [19, 0.36],
      [20, 0.97],
      [21, 1],
      [22, 0.94],
      [23, 0.38],
      [24, 0.22],
    ],
    burst: 1.6,
  },
  ordinary: {
    points: [
      [0, 0.2],
      [2, 0.08],
      [6, 0.06],
      [9, 0.25],
      [12, 0.34],
      [14, 0.27],
      [18, 0.3],
      [20, 0.62],
      [21, 0.7],
      [22, 0.58],
      [24, 0.2],
    ],
    burst: 0,
  },
  flat: {
    points: [
      [0, 1],
      [24, 1],
    ],
    burst: 0,
  },
};

/**
 * Rate relative to the sale's evening peak. The hour is local; the burst goes by minutes since the day's first
 * instant, as clocks may jump at midnight. Straight lines and a power by multiplication: no function whose
 * last digit differs between machines.
 */
export function profileAt(shape: DayShape, localHour: number, minutesSinceStart: number): number {
  const { points, burst } = PROFILES[shape];
  let i = 1;
  while (i < points.length - 1 && points[i]![0] <= localHour) i++;
  const [fromHour, from] = points[i - 1]!;
  const [toHour, to] = points[i]!;
  const base = from + ((to - from) * (localHour - fromHour)) / (toHour - fromHour);
  if (minutesSinceStart >= 60) return base;
  const left = 1 - minutesSinceStart / 60;
  return base + burst * left * left * left * left;
}
