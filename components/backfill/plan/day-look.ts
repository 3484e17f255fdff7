import type { CoverageDay } from '../../../engine/protocol/coverage.ts';

/** The one thing that a day's square shows. Worst first: what asks for a repair hides nothing that matters more. */
export type DayLook = 'future' | 'live' | 'dirty' | 'stale' | 'published' | 'missing' | 'empty';

/** In the order of the legend. */
export const DAY_LOOKS: readonly DayLook[] = [
  'published',
  'stale',
  'dirty',
  'missing',
  'live',
  'empty',
  'future',
];

export function dayLook({ state, dirt, staleMetrics }: CoverageDay): DayLook {
  if (state === 'live' || state === 'future') return state;
  if (dirt.length > 0) return 'dirty';
  return state === 'published' && staleMetrics.length > 0 ? 'stale' : state;
}

/** Rows that a day is known to have: those published, else those in files. */
export const rowsOfDay = ({ published, rows }: CoverageDay): number => published?.applied ?? rows;

export const HEAT_LEVELS = 4;

/**
 * How much a day has among the days of its year, 1 … {@link HEAT_LEVELS}: by quarters of the days with rows, so that
 * one sale day doesn't make all others look alike. 0 without rows.
 */
export function heatOf(rows: Iterable<number>): (rows: number) => number {
  const sorted = [...rows].filter((count) => count > 0).sort((a, b) => a - b);
  const bounds = Array.from(
    { length: HEAT_LEVELS - 1 },
    (_, i) => sorted[Math.floor((sorted.length * (i + 1)) / HEAT_LEVELS)] ?? Number.POSITIVE_INFINITY,
  );
  return (count) => (count <= 0 ? 0 : 1 + bounds.filter((bound) => count >= bound).length);
}

/** Which days lack which metric, the most first. */
export function lackingDays(
  days: readonly CoverageDay[],
): readonly { readonly metric: string; readonly days: readonly string[] }[] {
  const byMetric = new Map<string, string[]>();
  for (const { day, state, staleMetrics } of days) {
    if (state !== 'published') continue;
    for (const metric of staleMetrics) {
      const labels = byMetric.get(metric);
      if (labels) labels.push(day);
      else byMetric.set(metric, [day]);
    }
  }
  return [...byMetric]
    .map(([metric, labels]) => ({ metric, days: labels }))
    .sort((a, b) => b.days.length - a.days.length || (a.metric < b.metric ? -1 : 1));
}
