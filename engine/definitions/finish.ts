import { isBaseMetric, type MetricDefinition } from './metric.ts';

/** Decimals kept of a ratio: a rate of 8.615 % is 0.08615. */
export const RATIO_DECIMALS = 6;
const RATIO_SCALE = 10n ** BigInt(RATIO_DECIMALS);

/** `numerator ÷ denominator` rounded half away from zero, exact for integers up to 2^53. */
function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const rounded = (2n * n + d) / (2n * d);
  return negative ? -rounded : rounded;
}

/**
 * The one place where a metric's published figure is made of its base figures.
 *
 * @param baseValue gives a base metric's merged value in minor units or as a count; `null` where it is not known.
 * @returns money in integer minor units, counts as integers, ratios as a fraction rounded to six decimals;
 *   `null` where a part is unknown or the denominator is zero.
 */
export function finishMetric(
  metric: MetricDefinition,
  baseValue: (name: string) => number | null,
): number | null {
  if (isBaseMetric(metric)) return baseValue(metric.name);
  const left = baseValue(metric.of[0]);
  const right = baseValue(metric.of[1]);
  if (left === null || right === null) return null;
  if (metric.aggregate === 'difference') return left - right;
  if (right === 0) return null;
  if (metric.unit !== 'ratio') return Number(divideRounded(BigInt(left), BigInt(right)));
  return Number(divideRounded(BigInt(left) * RATIO_SCALE, BigInt(right))) / Number(RATIO_SCALE);
}
